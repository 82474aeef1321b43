"""Control totals: what the sender says is in the file is what was read, to the row and to the cent."""

import pytest

from ingestion.combinations import encoded
from ingestion.contract import Contract, contract
from ingestion.control import Control, check_control, read_control
from ingestion.findings import Finding
from ingestion.readers import Row, Table
from ingestion.tally import Tally
from tests.unit.builders import osi

LEDGER = contract("project_ledger")
HEAD = ["currency", "rows", "sum"]
RIGHT = [HEAD, ["USD", "2", "3.50"], ["EUR", "1", "1.00"]]


def _tally(terms: Contract = LEDGER) -> Tally:
    rows = [dict.fromkeys(terms.names, "") | {"currency": code, "amount": amount} for code, amount in
            (("USD", "1.50"), ("USD", "2.00"), ("EUR", "1.00"))]  # fmt: skip
    tally = Tally(terms)
    tally.add(encoded({name: [row.get(name, "") for row in rows] for name in terms.names}))
    return tally


def _check(
    sheet: list[Row] | None, beside: list[Row] | None = None, terms: Contract = LEDGER
) -> list[tuple[str, int | None, str | None]]:
    return [(f.rule, f.row, f.value) for f in _findings(sheet, beside, terms)]


def _findings(sheet: list[Row] | None, beside: list[Row] | None, terms: Contract = LEDGER) -> list[Finding]:
    table = Table("Export", 1, (), iter(()), list(enumerate(sheet or [], start=1)))
    control = None if beside is None else Control("ledger.control.csv", list(enumerate(beside, start=1)))
    return list(check_control(_tally(terms), terms, table, control))


def test_totals_that_are_required_and_not_there_are_missing() -> None:
    assert LEDGER.control_required
    assert _check(None) == [("control-missing", None, None)]
    assert not osi().control_required
    assert _check(None, None, osi()) == []


@pytest.mark.parametrize("terms", [LEDGER, osi()], ids=lambda terms: terms.feed)
def test_right_totals_say_nothing_wherever_they_stand(terms: Contract) -> None:
    assert _check(RIGHT, None, terms) == _check(None, RIGHT, terms) == _check(RIGHT, RIGHT, terms) == []


@pytest.mark.parametrize(
    "table",
    [
        [["Currency", "Row Count", "Total"], ["usd", "2", "3.5"], [" EUR ", "1", "1"]],
        [["SUM", "rows", "ccy"], ["3.50", "2", "USD"], ["1.00", "1", "EUR"]],
        [["", "", ""], HEAD, ["", "", ""], *RIGHT[1:], ["", " ", ""]],
        [HEAD, ["USD", 2, 3.5], ["EUR", 1.0, 1]],
        [[*HEAD, "remark"], ["USD", "2", "3.50", "x"], ["EUR", "1", "1.00"]],
        [*RIGHT, ["CHF", "0", "0"]],
    ],
)
def test_the_same_totals_may_be_written_in_more_than_one_way(table: list[Row]) -> None:
    assert _check(table) == _check(None, table) == []


@pytest.mark.parametrize(
    ("table", "found"),
    [
        ([HEAD, ["USD", "3", "3.50"], RIGHT[2]], [("control-rows", 2, "3")]),
        ([HEAD, ["USD", "2", "3.51"], RIGHT[2]], [("control-sum", 2, "3.51")]),
        ([HEAD, ["USD", "2", "-3.50"], RIGHT[2]], [("control-sum", 2, "-3.50")]),
        ([HEAD, ["USD", "1", "1.00"], RIGHT[2]], [("control-rows", 2, "1"), ("control-sum", 2, "1.00")]),
        (RIGHT[:2], [("control-currency", None, "EUR")]),
        ([*RIGHT, ["CHF", "1", "5.00"]], [("control-rows", 4, "1"), ("control-sum", 4, "5.00")]),
        ([*RIGHT, RIGHT[1]], [("control-unreadable", 4, "USD")]),
        ([HEAD, ["USD", "two", "3.50"], RIGHT[2]], [("control-unreadable", 2, "two")]),
        ([HEAD, ["USD", "2", ""], RIGHT[2]], [("control-unreadable", 2, "")]),
        ([HEAD, ["USD", "2", "3,50"], RIGHT[2]], [("control-unreadable", 2, "3,50")]),
        ([HEAD, ["USD", "\u0662", "3.50"], RIGHT[2]], [("control-unreadable", 2, "\u0662")]),
        ([["total of all"], ["3.50"]], [("control-unreadable", 1, "total of all")]),
        ([["USD", "2", "3.50"], RIGHT[2]], [("control-unreadable", 1, "USD, 2, 3.50")]),
    ],
)
def test_what_does_not_agree_or_cannot_be_read_is_named(
    table: list[Row], found: list[tuple[str, int | None, str | None]]
) -> None:
    assert _check(table) == _check(None, table) == found
    assert {(f.sheet, f.severity) for f in _findings(table, None)} == {("Control", "blocking")}
    assert all("(ledger.control.csv)" in f.message for f in _findings(None, table))


def test_totals_in_both_places_must_both_hold() -> None:
    wrong = [HEAD, ["USD", "9", "3.50"], RIGHT[2]]
    assert _check(RIGHT, wrong) == _check(wrong, RIGHT) == [("control-rows", 2, "9")]
    assert len(_check(wrong, wrong)) == 2


@pytest.mark.parametrize("table", [[HEAD], [HEAD, ["", "", ""]], [["Currency", "Rows", "Sum"], [" ", "", ""]]])
def test_a_sheet_with_headings_only_counts_as_not_given(table: list[Row]) -> None:
    assert _check(table) == [("control-missing", None, None)]
    assert _check(table, None, osi()) == []
    assert _check(table, RIGHT) == []


@pytest.mark.parametrize("table", [[["", ""]], [[" "], [""]]])
def test_a_blank_sheet_holds_no_totals(table: list[Row]) -> None:
    assert _check(table) != []
    assert {rule for rule, *_ in _check(table)} <= {"control-missing", "control-unreadable"}


def test_a_feed_without_money_counts_its_rows() -> None:
    terms = contract("posts")
    tally = Tally(terms)
    tally.add(encoded({name: ["", ""] for name in terms.names}))
    table = Table(None, 1, (), iter(()))

    def rules(*rows: Row) -> list[str]:
        control = Control("posts.control.csv", list(enumerate(rows, start=1)))
        return [f.rule for f in check_control(tally, terms, table, control)]

    assert rules(HEAD, ["", "2", ""]) == rules(["currency", "rows"], ["", "2"]) == []
    assert rules(HEAD, ["", "3", ""]) == ["control-rows"]
    assert "control-currency" in rules(HEAD, ["USD", "2", "0"])


def test_a_file_of_control_totals_is_read_whatever_a_spreadsheet_program_wrote() -> None:
    content = b'\xef\xbb\xbfcurrency,rows,sum\r\n"USD",2,3.50\r\nEUR,1,1.00'
    assert [list(row) for _, row in read_control("c", content).rows] == RIGHT
    assert read_control("c", b"").rows == []
    assert read_control("c", b"\xff\xfe\x00").place == "c"


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00c", b'"', b"PK\x03\x04", b"x" * 300_000, b'"' + b"x" * 200_000])
def test_a_file_of_control_totals_that_is_none_is_unreadable_and_stops_nothing(content: bytes) -> None:
    table = Table("Export", 1, (), iter(()))
    found = list(check_control(_tally(), LEDGER, table, read_control("ledger.control.csv", content)))
    assert {f.rule for f in found} <= {"control-unreadable", "control-missing"}
    assert found
