"""Going through a file once: each fault found with its place, clean rows handed on only while nothing blocks."""

import datetime as dt
import json

import pytest

from ingestion.contract import Contract, contract
from ingestion.control import Control
from ingestion.findings import MAX_LISTED, FileRefusedError, Finding
from ingestion.inspection import Inspection
from ingestion.readers import Batch, Table
from tests.unit.builders import batch, handed_on, osi, osi_row, table

Found = tuple[str, int | None, str | None, str | None]
NAMES = osi().names


def _seen(*batches: Batch, **how: object) -> Inspection:
    return Inspection(lambda: table(*batches, **how), osi())  # type: ignore[arg-type]


def _inspect(*rows: dict[str, str] | Finding, sheet: str | None = None) -> tuple[Inspection, list[dict[str, str]]]:
    seen = _seen(batch(rows), sheet=sheet)
    return seen, handed_on(seen)


def _found(seen: Inspection) -> list[Found]:
    return [(f.rule, f.row, f.column, f.value) for f in seen.notes.findings]


def test_clean_rows_come_out_with_their_number_and_sheet_in_the_order_of_the_file() -> None:
    header = tuple(reversed(NAMES))
    row = osi_row(footnote='a "b", c\n\\.\nd')
    seen = _seen(Batch([9], [[row[name] for name in header]]), header=header, sheet="Export")
    assert seen.columns == header
    assert handed_on(seen) == [row | {"sheet": "Export", "row": "9"}]
    assert not seen.blocked


def test_totals_are_exact_and_by_currency() -> None:
    seen, rows = _inspect(*(osi_row(allocation_id=f"A-{n}", amount="0.10") for n in range(1000)))
    assert (len(rows), {code: str(total) for code, total in seen.tally.totals.items()}) == (1000, {"USD": "100.00"})


def test_the_largest_amounts_add_up_exactly() -> None:
    largest = "9" * 16 + ".99"
    seen, _ = _inspect(*(osi_row(allocation_id=f"A-{n}", amount=largest) for n in range(10)))
    assert str(seen.tally.totals["USD"]) == "9" * 17 + ".90"


def test_each_fault_is_named_with_row_column_value_and_cell() -> None:
    seen, rows = _inspect(
        osi_row(),
        osi_row(allocation_id="A-2", amount="abc"),
        osi_row(allocation_id="A-3", currency="EURO", funding_line=""),
        osi_row(allocation_id="A-4", period_start="2018-01-01", period_end="2018-12-31"),
    )
    assert rows == []
    assert sorted(_found(seen), key=str) == sorted(
        [
            ("value-number", 3, "amount", "abc"),
            ("value-code", 4, "currency", "EURO"),
            ("value-missing", 4, "funding_line", None),
            ("period-covered", 5, "period_start", "2018-01-01"),
        ],
        key=str,
    )
    assert [f.cell for f in seen.notes.findings] == ["I3", "B4", "H4", "D5"]


def test_what_was_clean_before_a_fault_was_handed_on_and_nothing_after_it() -> None:
    good, bad = batch([osi_row()]), batch([osi_row(allocation_id="A-2", amount="abc")], 3)
    seen = _seen(good, bad, batch([osi_row(allocation_id="A-3")], 4))
    assert [row["row"] for row in handed_on(seen)] == ["2"]
    assert (seen.row_count, seen.blocked) == (3, True)


def test_a_repeated_key_is_named_with_the_row_of_the_first() -> None:
    seen, _ = _inspect(osi_row(), osi_row(allocation_id="A-2"), osi_row(), osi_row())
    assert _found(seen) == [("key-repeated", row, "allocation_id", "A-1") for row in (4, 5)]
    assert all("row 2" in f.message for f in seen.notes.findings)


def test_a_key_is_repeated_also_across_batches() -> None:
    seen = _seen(*(batch([osi_row(allocation_id=f"A-{key}")], row) for row, key in enumerate((1, 2, 1), start=2)))
    assert len(handed_on(seen)) == 3
    assert _found(seen) == [("key-repeated", 4, "allocation_id", "A-1")]
    assert (seen.row_count, seen.blocked) == (3, True)


def test_a_repeated_key_is_named_beside_other_faults() -> None:
    seen, _ = _inspect(osi_row(), osi_row(amount="abc"))
    assert _found(seen) == [("key-repeated", 3, "allocation_id", "A-1"), ("value-number", 3, "amount", "abc")]


def test_two_rows_without_a_key_are_missing_it_not_repeating_it() -> None:
    seen, _ = _inspect(osi_row(allocation_id=""), osi_row(allocation_id=""))
    assert [rule for rule, *_ in _found(seen)] == ["value-missing", "value-missing"]


def test_a_row_that_is_the_sum_of_others_is_refused() -> None:
    seen, _ = _inspect(osi_row(), osi_row(allocation_id="TOTAL", amount="1.00"))
    assert _found(seen) == [("row-total", 3, "allocation_id", "TOTAL")]


def test_a_file_is_of_one_office() -> None:
    seen, _ = _inspect(osi_row(), osi_row(allocation_id="A-2", reporting_office="CO-NEPAL"))
    assert _found(seen) == [("coverage-one-office", 3, "reporting_office", "CO-NEPAL")]


def test_a_file_is_of_one_period() -> None:
    seen, _ = _inspect(osi_row(), osi_row(allocation_id="A-2", reporting_period="2014-2019"))
    assert _found(seen) == [("coverage-one-period", 3, "reporting_period", "2014-2019")]


def test_a_period_of_another_form_is_refused_in_words_for_its_sender() -> None:
    seen, _ = _inspect(osi_row(reporting_period="FY19"))
    assert _found(seen) == [("value-pattern", 2, "reporting_period", "FY19")]
    assert not [f.message for f in seen.notes.findings if "int()" in f.message or "\\d" in f.message]


def test_a_wrong_date_is_one_finding_not_three() -> None:
    seen, _ = _inspect(osi_row(period_end="31.12.2019"))
    assert _found(seen) == [("value-date", 2, "period_end", "31.12.2019")]


@pytest.mark.parametrize("extra", [-1, 1])
def test_a_text_file_has_rows_as_wide_as_its_heading(extra: int) -> None:
    cells = [*osi_row().values(), ""][: len(NAMES) + extra]
    seen = _seen(Batch([2, 3], [list(osi_row().values()), cells]))
    assert handed_on(seen) == []
    assert [(f.rule, f.row) for f in seen.notes.findings] == [("row-width", 3)]
    assert seen.row_count == 2


def test_a_workbook_leaves_empty_cells_at_the_end_of_a_row_out() -> None:
    cells = list(osi_row().values())
    assert cells[-3:] == ["", "", ""]
    seen = _seen(Batch([2, 3], [cells[:-3], ["B", *cells[1:], "", ""]]), sheet="Export", typed=True)
    assert [row["allocation_id"] for row in handed_on(seen)] == ["A-1", "B"]
    seen = _seen(Batch([2], [[*cells, "", "x"]]), sheet="Export", typed=True)
    assert handed_on(seen) == []
    assert _found(seen) == [("row-width", 2, None, None)]


def test_a_workbooks_values_are_handed_on_as_text() -> None:
    cells: list[object] = list(osi_row().values())
    changes = {"amount": 1.5, "as_of_date": dt.date(2019, 12, 31), "reporting_period": 2019, "source_line": 7}
    for name, value in changes.items():
        cells[NAMES.index(name)] = value
    seen = _seen(Batch([2], [cells]), sheet="Export", typed=True)
    (row,) = handed_on(seen)
    assert {name: row[name] for name in changes} == {
        "amount": "1.5", "as_of_date": "2019-12-31", "reporting_period": "2019", "source_line": "7",
    }  # fmt: skip
    assert str(seen.tally.totals["USD"]) == "1.50"


def test_what_a_spreadsheet_changed_is_refused_once_and_named_by_its_cell() -> None:
    cells: list[object] = list(osi_row().values())
    cells[0], cells[8], cells[3] = 12, 0.1 + 0.2, 43466
    seen = _seen(Batch([2], [cells]), sheet="Export", typed=True)
    assert handed_on(seen) == []
    assert [(f.rule, f.cell, f.value) for f in seen.notes.findings] == [
        ("value-text", "A2", "12"),
        ("value-date", "D2", "43466"),
        ("value-number", "I2", "0.30000000000000004"),
    ]


def test_a_repeated_key_of_a_workbook_is_found_whatever_kind_of_cell_holds_it() -> None:
    terms = contract("exchange_rates")
    assert "date" in {column.kind for column in terms.columns if column.key}
    row: dict[str, object] = {column.name: column.example for column in terms.columns}
    for day in (dt.date(2019, 7, 1), dt.datetime(2019, 7, 1), "2019-07-01"):
        two = [{**row, "valid_from": day}, {**row, "valid_from": "2019-07-01"}]
        batches = [Batch([2, 3], [list(cells.values()) for cells in two])]
        seen = Inspection(
            lambda found=batches: Table("Export", 1, terms.names, iter(found), typed=True), terms  # type: ignore[misc]
        )  # fmt: skip
        list(seen.pieces())
        assert "key-repeated" in seen.notes.counts, day


def test_what_the_reader_says_of_a_cell_is_all_that_is_said_of_it() -> None:
    row = list(osi_row(amount="").values())
    formula = Finding("cell-formula", "m", "Export", 2, None, "=A1", cell="I2")
    seen = _seen(Batch([2], [row], [formula], frozenset({(2, 8)})), sheet="Export", typed=True)
    assert handed_on(seen) == []
    assert _found(seen) == [("cell-formula", 2, "amount", "=A1")]


def test_a_damaged_cell_of_a_rule_keeps_the_rule_silent() -> None:
    row = list(osi_row(period_start="").values())
    formula = Finding("cell-formula", "m", "Export", 2, None, "=A1", cell="D2")
    seen = _seen(Batch([2], [row], [formula], frozenset({(2, 3)})), sheet="Export", typed=True)
    handed_on(seen)
    assert _found(seen) == [("cell-formula", 2, "period_start", "=A1")]


def test_a_heading_without_rows_is_refused() -> None:
    seen, _ = _inspect()
    assert _found(seen) == [("file-no-rows", 1, None, None)]


def test_a_row_that_could_not_be_read_blocks() -> None:
    seen, rows = _inspect(osi_row(), Finding("file-quoting", "broken", row=3))
    assert (rows, _found(seen)) == ([], [("file-quoting", 3, None, None)])


def test_no_cell_is_judged_when_the_heading_is_wrong() -> None:
    seen = _seen(Batch([2], [["wrong"]]), header=NAMES[1:])
    assert list(seen.pieces()) == []
    assert [f.rule for f in seen.notes.findings] == ["header-missing"]


def test_a_file_that_cannot_be_read_at_all_has_one_finding() -> None:
    def refuse() -> Table:
        raise FileRefusedError(Finding("file-kind", "send a CSV file"))

    seen = Inspection(refuse, osi())
    assert (list(seen.pieces()), seen.columns, _found(seen)) == ([], (), [("file-kind", None, None, None)])


def test_the_senders_own_columns_are_handed_on_together_and_named_in_findings() -> None:
    header = ("x_ref", *NAMES, "X Note")
    good = ["AB-12", *osi_row().values(), 'says "ok"']
    bad = ["AB-13", *osi_row(allocation_id="A-2", amount="abc").values(), ""]
    seen = _seen(Batch([2], [good]), header=header)
    assert seen.columns == (*NAMES, "_own")
    assert [json.loads(row["_own"]) for row in handed_on(seen)] == [{"x_ref": "AB-12", "x_note": 'says "ok"'}]
    seen = _seen(Batch([2, 3], [good, bad]), header=header)
    handed_on(seen)
    assert [(f.rule, f.cell, f.reference) for f in seen.notes.findings] == [("value-number", "J3", "x_ref=AB-13")]


def test_all_findings_are_counted_and_the_first_thousand_listed() -> None:
    many = MAX_LISTED + 500
    seen, _ = _inspect(*(osi_row(allocation_id=f"A-{n}", amount="abc") for n in range(many)))
    assert (len(seen.notes.findings), seen.notes.counts.total(), seen.row_count) == (MAX_LISTED, many, many)


def test_a_finding_repeats_at_most_two_hundred_characters_of_a_value() -> None:
    seen, _ = _inspect(osi_row(amount="9" * 5000))
    assert [len(f.value or "") for f in seen.notes.findings] == [200]


def _with_control(terms: Contract, control: Control | None) -> list[str]:
    seen = Inspection(lambda: table(batch([osi_row()])), terms, control)
    list(seen.pieces())
    return [f.rule for f in seen.notes.findings]


def test_control_totals_beside_a_file_are_compared_when_nothing_else_blocks() -> None:
    right = Control("osi.control.csv", [(1, ["currency", "rows", "sum"]), (2, ["USD", "1", "1.00"])])
    wrong = Control("osi.control.csv", [(1, ["currency", "rows", "sum"]), (2, ["USD", "2", "1.00"])])
    assert _with_control(osi(), right) == []
    assert _with_control(osi(), wrong) == ["control-rows"]
    seen = Inspection(lambda: table(batch([osi_row(amount="x")])), osi(), wrong)
    list(seen.pieces())
    assert [f.rule for f in seen.notes.findings] == ["value-number"]
