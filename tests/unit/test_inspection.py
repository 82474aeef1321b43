"""Going through a file once: each fault found with its place, clean rows handed on only while nothing blocks."""

import pytest

from ingestion import inspection
from ingestion.findings import MAX_LISTED, Finding
from ingestion.inspection import Inspection
from ingestion.readers import Table
from tests.unit.builders import osi, osi_row, table

Found = tuple[str, int | None, str | None, str | None]


def _inspect(*rows: dict[str, str | None] | Finding, sheet: str | None = None) -> tuple[Inspection, int]:
    seen = Inspection(table(rows, sheet), osi())
    return seen, len(list(seen.clean_rows()))


def _found(seen: Inspection) -> list[Found]:
    return [(f.rule, f.row, f.column, f.value) for f in seen.findings]


def test_clean_rows_come_out_in_the_order_of_the_contract_with_their_number() -> None:
    headings = tuple(reversed(osi().names))
    row = osi_row()
    seen = Inspection(Table("Export", 4, headings, iter([(9, tuple(row[name] for name in headings))])), osi())
    assert list(seen.clean_rows()) == [(9, tuple(row.values()))]
    assert not seen.blocked


def test_totals_are_exact_and_by_currency() -> None:
    seen, clean = _inspect(*(osi_row(allocation_id=f"A-{n}", amount="0.10") for n in range(1000)))
    assert (clean, {code: str(total) for code, total in seen.totals.items()}) == (1000, {"USD": "100.00"})


def test_the_largest_amounts_add_up_exactly() -> None:
    largest = "9" * 16 + ".99"
    seen, _ = _inspect(*(osi_row(allocation_id=f"A-{n}", amount=largest) for n in range(10)))
    assert str(seen.totals["USD"]) == "9" * 17 + ".90"


def test_each_fault_is_named_with_row_column_and_value() -> None:
    seen, clean = _inspect(
        osi_row(),
        osi_row(allocation_id="A-2", amount="abc"),
        osi_row(allocation_id="A-3", currency="EUR", funding_line=None),
        osi_row(allocation_id="A-4", period_start="2018-01-01", period_end="2018-12-31"),
    )
    assert clean == 0
    assert sorted(_found(seen), key=str) == sorted(
        [
            ("value-number", 3, "amount", "abc"),
            ("value-code", 4, "currency", "EUR"),
            ("value-missing", 4, "funding_line", None),
            ("period-covered", 5, "period_start", "2018-01-01"),
        ],
        key=str,
    )


def test_a_repeated_key_is_named_with_the_row_of_the_first() -> None:
    seen, _ = _inspect(osi_row(), osi_row(allocation_id="A-2"), osi_row())
    assert _found(seen) == [("key-repeated", 4, "allocation_id", "A-1")]
    assert "row 2" in seen.findings[0].message


def test_a_key_is_repeated_also_across_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inspection, "BATCH", 2)
    rows = [osi_row(allocation_id=f"A-{n}") for n in (1, 2, 3, 4, 1)]
    seen = Inspection(table(rows), osi())
    handed_on = len(list(seen.clean_rows()))
    assert _found(seen) == [("key-repeated", 6, "allocation_id", "A-1")]
    assert (handed_on, seen.row_count, seen.blocked) == (4, 5, True)


def test_two_rows_without_a_key_are_missing_it_not_repeating_it() -> None:
    seen, _ = _inspect(osi_row(allocation_id=None), osi_row(allocation_id=None))
    assert [rule for rule, *_ in _found(seen)] == ["value-missing", "value-missing"]


def test_a_file_is_of_one_office() -> None:
    seen, _ = _inspect(osi_row(), osi_row(allocation_id="A-2", reporting_office="CO-NEPAL"))
    assert _found(seen) == [("coverage-one-office", 3, "reporting_office", "CO-NEPAL")]


def test_a_file_is_of_one_period() -> None:
    seen, _ = _inspect(osi_row(), osi_row(allocation_id="A-2", reporting_period="2014-2019"))
    assert _found(seen) == [("coverage-one-period", 3, "reporting_period", "2014-2019")]


def test_a_period_of_another_form_is_refused_in_words_for_its_sender() -> None:
    seen, _ = _inspect(osi_row(reporting_period="FY19"))
    assert {(row, column, value) for _, row, column, value in _found(seen)} == {(2, "reporting_period", "FY19")}
    assert not [f.message for f in seen.findings if "int()" in f.message or "\\d" in f.message]


def test_a_wrong_date_is_one_finding_not_three() -> None:
    seen, _ = _inspect(osi_row(period_end="31.12.2019"))
    assert _found(seen) == [("value-date", 2, "period_end", "31.12.2019")]


def test_a_text_file_has_rows_as_wide_as_its_heading() -> None:
    cells = tuple(osi_row().values())
    for row in (cells[:-1], (*cells, None)):
        seen = Inspection(Table(None, 1, osi().names, iter([(2, row)])), osi())
        assert list(seen.clean_rows()) == []
        assert [(f.rule, f.row) for f in seen.findings] == [("row-width", 2)]


def test_a_workbook_leaves_empty_cells_at_the_end_of_a_row_out() -> None:
    cells = tuple(osi_row().values())
    seen = Inspection(Table("Export", 1, osi().names, iter([(2, cells[:-3])])), osi())
    assert list(seen.clean_rows()) == [(2, cells)]
    assert cells[-3:] == (None, None, None)


def test_a_heading_without_rows_is_refused() -> None:
    seen, _ = _inspect()
    assert _found(seen) == [("file-no-rows", 1, None, None)]


def test_a_row_that_could_not_be_read_is_counted_and_blocks() -> None:
    seen, clean = _inspect(osi_row(), Finding("file-quoting", "broken", row=3))
    assert (clean, seen.row_count, _found(seen)) == (0, 2, [("file-quoting", 3, None, None)])


def test_no_cell_is_judged_when_the_heading_is_wrong() -> None:
    seen = Inspection(Table(None, 1, osi().names[1:], iter([(2, ("wrong",))])), osi())
    assert list(seen.clean_rows()) == []
    assert [f.rule for f in seen.findings] == ["header-missing"]


def test_all_findings_are_counted_and_the_first_thousand_listed() -> None:
    many = MAX_LISTED + 500
    seen, _ = _inspect(*(osi_row(allocation_id=f"A-{n}", amount="abc") for n in range(many)))
    assert (len(seen.findings), seen.counts.total(), seen.row_count) == (MAX_LISTED, many, many)


def test_a_finding_repeats_at_most_two_hundred_characters_of_a_value() -> None:
    seen, _ = _inspect(osi_row(amount="9" * 5000))
    assert [len(f.value or "") for f in seen.findings] == [200]
