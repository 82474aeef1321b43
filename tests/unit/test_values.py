"""The grammar of single values: one declared form per kind; everything else is refused, never guessed."""

import re
from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion.contract import Column, contract
from ingestion.values import REMEMBERED, ColumnChecker, checker, exact
from tests.unit.builders import FEEDS, column

MONEY = checker(column("numeric(18,2)"))
SHARE = checker(column("numeric(5,2)"))
DATE = checker(column("date"))
INTEGER = checker(column("integer"))
TEXT = checker(column("text"))

HOSTILE_NUMERALS = [
    "", " ", " 12", "12 ", "1 234", "1\u00a0234", "+12", "--12", "12-", "(12)", "\u221212", "1E5", "1e5", "1_000",
    "1,234.56", "1.234,56", "1234,56", "1'234.56", ".5", "5.", "-.5", "1.2.3", "1.234", "0x1F", "NaN", "nan", "inf",
    "Infinity", "-inf", "USD 12", "$12", "12%", "\u0661\u0662", "\uff11\uff12", "\u00b2", "\u00bd", "12\n", "\n12",
    "12\u200b", "\ufeff12", "true", "abc", "=1+1", "#REF!", "-",
]  # fmt: skip


@pytest.mark.parametrize("value", ["0", "0.0", "0.00", "-0.01", "12.5", "007", "1" * 16, f"-{'9' * 16}.99"])
def test_plain_numbers_are_money(value: str) -> None:
    assert MONEY(value) is None


@pytest.mark.parametrize("value", HOSTILE_NUMERALS)
def test_a_hostile_numeral_is_neither_money_nor_a_share_nor_an_integer(value: str) -> None:
    assert MONEY(value)[0] == "value-number"
    assert SHARE(value)[0] == "value-number"
    assert INTEGER(value)[0] == "value-integer"


@pytest.mark.parametrize("value", ["1" * 17, "0.001", f"{'9' * 16}.999", "1" * 400])
def test_a_number_beyond_its_digits_is_refused(value: str) -> None:
    assert MONEY(value)[0] == "value-number"


@given(st.decimals(places=2, allow_nan=False, allow_infinity=False, min_value=-(10**16) + 1, max_value=10**16 - 1))
def test_every_amount_of_16_and_2_digits_passes_and_comes_back_exactly(amount: Decimal) -> None:
    text = f"{amount:f}"
    assert MONEY(text) is None
    assert exact(text) == amount
    assert str(exact(text)) == text


@given(st.text())
def test_whatever_passes_as_money_is_a_number_that_the_database_takes_without_rounding(value: str) -> None:
    if MONEY(value) is None:
        assert value.isascii()
        assert exact(value) == exact(value).quantize(Decimal("0.01"))
        assert abs(exact(value)) < Decimal(10) ** 16


def test_a_share_has_three_digits_before_the_point_and_two_after() -> None:
    assert [SHARE(value) for value in ("0", "100", "33.33", "999.99", "-1")] == [None] * 5
    assert all(SHARE(value) for value in ("1000", "33.333"))


@pytest.mark.parametrize("value", ["0", "-1", "2019", "999999999"])
def test_whole_numbers_are_integers(value: str) -> None:
    assert INTEGER(value) is None


@pytest.mark.parametrize("value", ["1.0", "1234567890", "2019.5"])
def test_what_is_not_whole_or_does_not_fit_is_no_integer(value: str) -> None:
    assert INTEGER(value)[0] == "value-integer"


@pytest.mark.parametrize("value", ["2019-12-31", "2020-02-29", "2000-02-29", "1900-01-01", "2099-12-31"])
def test_days_of_the_calendar_are_dates(value: str) -> None:
    assert DATE(value) is None


@pytest.mark.parametrize(
    "value",
    [
        "", "2019-02-29", "1900-02-29", "1899-12-31", "2100-01-01", "0219-12-31", "9999-12-31",
        "2019-13-01", "2019-00-10", "2019-04-31", "0000-01-01", "31/12/2019", "12/31/2019",
        "31.12.2019", "2019/12/31", "20191231", "2019-W01-1", "2019-1-1", "19-12-31", "2019-12-31T00:00:00",
        "2019-12-31 ", "2019-12-31\n", "\u0662\u0660\u0661\u0669-12-31", "43830", "today", "infinity",
    ],
)  # fmt: skip
def test_what_is_no_day_or_not_written_year_first_is_no_date(value: str) -> None:
    assert DATE(value)[0] == "value-date"


@pytest.mark.parametrize("value", ["a", "a b", "São José", "a\nb", "=SUM(A1)", "NULL", "'; drop table x; --"])
def test_text_is_kept_as_it_stands(value: str) -> None:
    assert TEXT(value) is None


@pytest.mark.parametrize("value", [" a", "a ", "\ta", "a\n", "\u00a0a", "a\u3000", " "])
def test_blanks_around_a_text_are_refused(value: str) -> None:
    assert TEXT(value)[0] == "value-blanks"


def test_a_code_is_on_the_list_letter_by_letter_and_the_list_is_told() -> None:
    check = checker(column("text", codes=frozenset({"USD", "EUR"})))
    assert check("USD") is None
    for wrong in ("usd", "US", "USDX", "ＵＳＤ"):  # noqa: RUF001 - full-width letters
        assert check(wrong) == ("value-code", "not a code of this column; use one of: EUR, USD")


def test_a_long_code_list_is_told_in_part() -> None:
    check = checker(column("text", codes=frozenset(f"C{n:02}" for n in range(15))))
    assert check("x")[1].endswith("C00, C01, C02, C03, C04, C05, C06, C07, C08, C09, C10, C11 and 3 more")


def test_a_text_may_be_as_long_as_declared_and_no_longer() -> None:
    check = checker(column("text", max_length=3))
    assert check("abc") is None
    assert check("abcd") == ("value-length", "longer than 3 characters; shorten it")


def test_a_pattern_must_match_from_end_to_end() -> None:
    check = checker(column("text", pattern=re.compile("[A-Z]+")))
    assert check("AB") is None
    for wrong in ("aAB", "AB1", "AB\n"):
        assert check(wrong)[0] in ("value-pattern", "value-blanks")


def test_a_nul_and_a_lost_letter_are_refused_and_any_other_sign_is_data() -> None:
    assert TEXT("a\0b")[0] == "value-nul"
    assert TEXT("a\ufffdb")[0] == "value-encoding"  # the letter was lost before the file was sent
    assert [TEXT(f"a{sign}b") for sign in "\x01\x1b\x7f\u200b\U0001f600"] == [None] * 5


@pytest.mark.parametrize("kind", ["numeric(18,2)", "integer"])
def test_a_number_lies_within_its_bounds_which_are_included(kind: str) -> None:
    check = checker(column(kind, minimum="0", maximum="100"))
    assert [check(value) for value in ("0", "-0", "100", "50")] == [None] * 4
    assert [check(value)[0] for value in ("-1", "101")] == ["value-minimum", "value-maximum"]


def test_a_column_of_no_kind_is_no_column() -> None:
    with pytest.raises(ValueError, match="cannot be of kind 'float'"):
        checker(column("float"))


def test_a_whole_column_is_checked_by_its_distinct_values_and_blanks_are_not_its_business() -> None:
    check = ColumnChecker(column("integer"))
    for _ in range(2):
        assert {value: rule for value, (rule, _) in check.wrong(["1", "", "x", "x", "2"]).items()} == {
            "x": "value-integer"
        }


def test_more_values_than_are_remembered_are_checked_all_the_same() -> None:
    check = ColumnChecker(column("integer"))
    many = [str(number) for number in range(REMEMBERED + 1)]
    assert check.wrong(many) == {}
    assert check.wrong(["x", *many]).keys() == {"x"}


# what the quick expression of a column takes, its exact check takes too
KINDS = [
    column("text"), column("text", pattern=re.compile(r"^[A-Z0-9][A-Z0-9_-]*$", re.ASCII)), column("integer"),
    column("integer", minimum="0"), column("numeric(18,2)"), column("numeric(18,2)", minimum="0"),
    column("numeric(5,2)"),
]  # fmt: skip


@pytest.mark.parametrize("of", KINDS, ids=lambda of: f"{of.kind}-{of.minimum}-{of.pattern and of.pattern.pattern}")
@settings(deadline=None)
@given(
    value=st.one_of(
        st.text(max_size=12), st.from_regex(r"[-+]?[0-9.,eE_ ]{1,10}"), st.text("A0-_ a|\u00e9", max_size=5)
    )
)
def test_the_grammar_of_a_column_takes_nothing_that_its_check_refuses(of: Column, value: str) -> None:
    grammar = ColumnChecker(of).grammar
    assert grammar
    cells = pa.array([value])
    if value and all(pc.all(pc.match_substring_regex(cells, part)).as_py() for part in grammar):
        assert checker(of)(value) is None


@pytest.mark.parametrize(
    "of", [column("date"), column("text", codes=frozenset("A")), column("integer", minimum="1"),
           column("numeric(5,2)", maximum="100")], ids=lambda of: of.kind,
)  # fmt: skip
def test_a_column_of_which_no_expression_says_all_has_none(of: Column) -> None:
    assert ColumnChecker(of).grammar is None


@pytest.mark.parametrize("feed", FEEDS)
def test_no_pattern_of_a_contract_has_alternatives_at_its_top(feed: str) -> None:
    # the quick expression cuts ^ and $ off its ends, which would belong to the outer alternatives only
    patterns = [c.pattern.pattern for c in contract(feed).columns if c.pattern]
    assert patterns
    assert all(re.fullmatch(r"\^(\((\\.|[^\\])*\)|\[[^]]*\]|[^|(\[])*\$", pattern) for pattern in patterns), patterns


@pytest.mark.parametrize("feed", FEEDS)
def test_a_reporting_period_in_digits_of_another_script_is_refused(feed: str) -> None:
    (of_period,) = [c for c in contract(feed).columns if c.name == contract(feed).period_column]
    assert checker(of_period)("2019-12") is None
    hostile = ("\u0662\u0660\u0661\u0669", "\uff12\uff10\uff11\uff19", "2019-\u0661\u0662")
    assert [period for period in hostile if checker(of_period)(period) is None] == []
