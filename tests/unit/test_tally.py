"""What a file adds up to: exact totals, rows by currency, and the measures that later deliveries are compared with."""

import datetime as dt
from collections import defaultdict
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion.combinations import Encoded, combinations, counts, encoded, sums
from ingestion.contract import contract
from ingestion.coverage import Coverage
from ingestion.tally import Tally
from tests.unit.builders import osi, osi_row

YEAR = Coverage("OIG", dt.date(2019, 1, 1), dt.date(2019, 12, 31))
WORDS = st.sampled_from(["", "a", "b", "\u00e9", "A", "a|b"])
CENTS = st.integers(-(10**18) + 1, 10**18 - 1).map(lambda cents: Decimal(cents).scaleb(-2))
AMOUNTS = st.one_of(st.just(""), CENTS.map(lambda amount: f"{amount:f}"), st.sampled_from(["0", "007", "-0.00", "1.5"]))


def _columns(rows: list[dict[str, str]]) -> dict[str, Encoded]:
    return encoded({name: [row[name] for row in rows] for name in rows[0]})


def _tally(*batches: list[dict[str, str]]) -> Tally:
    tally = Tally(osi())
    for rows in batches:
        tally.add(_columns(rows))
    return tally


@settings(deadline=None)
@given(st.lists(st.tuples(WORDS, WORDS, AMOUNTS), min_size=1, max_size=40))
def test_sums_by_combination_are_those_of_plain_arithmetic(rows: list[tuple[str, str, str]]) -> None:
    expected: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for one, two, amount in rows:
        if amount:
            expected[one, two] += Decimal(amount)
    columns = encoded(dict(zip(("one", "two", "amount"), zip(*rows, strict=True), strict=True)))
    assert dict(sums([columns["one"], columns["two"]], columns["amount"])) == dict(expected)
    assert set(combinations([columns["one"], columns["two"]])) == {(one, two) for one, two, _ in rows}
    assert sum(number for _, number in counts(columns["one"])) == len(rows)


def test_values_with_other_words_are_added_under_them() -> None:
    columns = encoded({"day": ["2019-01-01", "2018-05-01", "2019-07-01"], "amount": ["1", "2", "4"]})
    years = columns["day"].relabelled(lambda day: day[:4])
    assert dict(sums([years], columns["amount"])) == {("2019",): 5, ("2018",): 2}
    assert dict(counts(years)) == {"2018": 1, "2019": 2}


def test_totals_and_rows_go_over_all_batches() -> None:
    tally = _tally([osi_row(amount="0.10"), osi_row(amount="0.20")], [osi_row(amount="0.005"[:4])])
    assert (tally.rows, tally.totals, tally.rows_by_currency) == (3, {"USD": Decimal("0.30")}, {"USD": 3})
    assert str(tally.totals["USD"]) == "0.30"


def test_currencies_are_never_added_together() -> None:
    tally = _tally([osi_row(amount="1.00"), osi_row(amount="2.00", currency="EUR")])
    assert {code: str(total) for code, total in tally.totals.items()} == {"EUR": "2.00", "USD": "1.00"}
    assert tally.rows_by_currency == {"EUR": 1, "USD": 1}


def test_a_feed_without_money_has_rows_and_no_totals() -> None:
    terms = contract("posts")
    tally = Tally(terms)
    tally.add(_columns([{column.name: column.example for column in terms.columns}] * 3))
    assert (tally.totals, tally.rows_by_currency) == ({}, {"": 3})


def test_several_money_columns_of_a_feed_are_added_by_currency() -> None:
    terms = contract("event_reports")
    row = dict.fromkeys(terms.names, "") | {"currency": "USD", "cost_travel": "1.10", "cost_venue": "2.20"}
    tally = Tally(terms)
    tally.add(_columns([row, dict.fromkeys(terms.names, "")]))
    assert {code: str(total) for code, total in tally.totals.items()} == {"USD": "3.30"}
    assert tally.rows_by_currency == {"": 1, "USD": 1}


def test_measures_tell_rows_totals_subjects_by_year_and_codes() -> None:
    span = Coverage("OIG", dt.date(2018, 1, 1), dt.date(2019, 12, 31))
    changes = {"reporting_period": "2018-2019"}
    rows = [
        osi_row(amount="1.00", **changes),
        osi_row(amount="2.00", period_start="2018-01-01", **changes),
        osi_row(amount="4.00", member_code="BALI", **changes),
    ]
    measures = {(kind, subject, at): value for kind, subject, at, value in _tally(rows).measures(span)}
    assert measures["rows", "", "2018-2019"] == 3
    assert measures["total", "USD", "2018-2019"] == 7
    assert {key[1:]: value for key, value in measures.items() if key[0] == "subject"} == {
        ("GRCP|USD", "2019"): 1, ("GRCP|USD", "2018"): 2, ("BALI|USD", "2019"): 4,
    }  # fmt: skip
    assert measures["code", "member_code=GRCP", "2018-2019"] == 2
    assert not [subject for kind, subject, _ in measures if kind == "code" and subject.startswith("reporting_office")]


def test_a_file_of_a_month_is_measured_by_the_month() -> None:
    july = Coverage("OIG", dt.date(2019, 7, 1), dt.date(2019, 7, 31))
    rows = [osi_row(reporting_period="2019-07", period_start="2019-07-01")]
    assert ("subject", "GRCP|USD", "2019-07", Decimal(1)) in _tally(rows).measures(july)
    assert ("subject", "GRCP|USD", "2019", Decimal(1)) in _tally([osi_row()]).measures(YEAR)


def test_nothing_adds_up_to_nothing() -> None:
    tally = Tally(osi())
    assert (tally.totals, tally.rows_by_currency, tally.measures(YEAR)) == (
        {},
        {"": 0},
        [("rows", "", "2019", Decimal(0))],
    )
