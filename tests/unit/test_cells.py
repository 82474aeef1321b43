"""A workbook's values as exact text: what a spreadsheet changed is refused, never guessed."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.cells import as_texts, plain
from tests.unit.builders import column

TEXT, MONEY, WHOLE, DATE = column("text"), column("numeric(18,2)"), column("integer"), column("date")
DAY = dt.date(2019, 12, 31)


def _rule(of: object, value: object) -> str | None:
    _, wrong = as_texts(of, [value])  # type: ignore[arg-type]
    return wrong[value][0] if value in wrong else None


def _text(of: object, value: object) -> str:
    texts, _ = as_texts(of, [value])  # type: ignore[arg-type]
    return texts[0]


def test_text_stays_as_it_is_for_its_own_check() -> None:
    cells = ["1.50", "", " x ", "1,5"]
    for of in (TEXT, MONEY, WHOLE, DATE, None):
        assert as_texts(of, cells) == (cells, {})


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"), (7, "7"), (-7, "-7"), (1.5, "1.5"), (-0.01, "-0.01"), (2.0, "2"), (-0.0, "0"), (0.1, "0.1"),
        (123456789012345, "123456789012345"), (1234567890123.45, "1234567890123.45"), (1e-05, "0.00001"),
        (1.5e15, "1500000000000000"), (1e16, "10000000000000000"), (25000.5, "25000.5"),
    ],
)  # fmt: skip
def test_a_number_is_written_plainly(value: float, text: str) -> None:
    assert plain(value) == text
    assert as_texts(MONEY, [value]) == ([text], {})


@pytest.mark.parametrize(
    "value",
    [
        0.1 + 0.2, 1 / 3, 1234567890123456.7, 12345678901234567, 1e22, 1e300, 5e-324,
        float("nan"), float("inf"), float("-inf"),
    ],
)  # fmt: skip
def test_a_number_that_a_spreadsheet_does_not_keep_exactly_is_refused(value: float) -> None:
    assert plain(value) is None
    for of in (MONEY, WHOLE, TEXT, DATE):
        assert _rule(of, value) == "value-number"
        assert Decimal(_text(of, value)) == Decimal(repr(value)) or value != value


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=2))
def test_every_amount_of_15_digits_comes_through_to_the_cent(amount: Decimal) -> None:
    text = plain(float(amount))
    assert text is not None
    assert Decimal(text) == amount


@given(st.floats(allow_nan=True, allow_infinity=True))
def test_what_is_written_is_the_very_number(value: float) -> None:
    text = plain(value)
    if text is not None:
        assert float(text) == value
        assert "e" not in text


def test_a_date_is_a_date_only_in_a_column_of_dates() -> None:
    assert as_texts(DATE, [DAY]) == (["2019-12-31"], {})
    assert [_rule(of, DAY) for of in (TEXT, MONEY, WHOLE)] == ["value-text", "value-number", "value-number"]
    assert _text(TEXT, DAY) == "2019-12-31"


def test_a_date_carries_no_time_of_day() -> None:
    assert as_texts(DATE, [dt.datetime(2019, 12, 31)]) == (["2019-12-31"], {})
    assert _rule(DATE, dt.datetime(2019, 12, 31, 23, 59)) == "value-date"
    assert _text(DATE, dt.datetime(2019, 12, 31, 23, 59)) == "2019-12-31 23:59:00"


def test_a_number_is_no_date_and_no_text_where_digits_may_be_lost() -> None:
    assert [_rule(of, 43830) for of in (DATE, TEXT, MONEY)] == ["value-date", "value-text", None]
    assert _rule(column("text", numeric_cell=True), 2019) is None


def test_the_senders_own_columns_take_every_value() -> None:
    assert as_texts(None, [7, 1.5, DAY, "x", ""]) == (["7", "1.5", "2019-12-31", "x", ""], {})


def test_another_kind_of_cell_is_the_value_of_no_column() -> None:
    for of in (TEXT, MONEY, WHOLE, DATE):
        assert _rule(of, dt.timedelta(hours=1)) == "value-text"


def test_only_the_wrong_values_of_a_column_are_named() -> None:
    texts, wrong = as_texts(MONEY, ["1.00", 2, "", DAY, 2, 0.1 + 0.2])
    assert texts == ["1.00", "2", "", "2019-12-31", "2", "0.30000000000000004"]
    assert set(wrong) == {DAY, 0.1 + 0.2}
