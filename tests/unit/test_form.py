"""The one-page form: it asks for every column of the contract, and what is filled in reads as one row of a table."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from ingestion.contract import contract
from ingestion.findings import FileRefusedError, Finding
from ingestion.form import LINE, WIDTHS, write_form
from ingestion.inspection import Inspection
from ingestion.readers.form_sheet import MAX_LINES, Form, as_form
from ingestion.readers.rows import Batch, Row
from ingestion.readers.table import Table
from ingestion.readers.xlsx_file import read_xlsx
from tests.unit.builders import as_csv

A4_INCHES = (8.27, 11.69)
HEAD: tuple[str, ...] = ("column", "Event reports", "answer", "how to answer")


def sheet(rows: Sequence[tuple[int, Row]], **more: object) -> Table:
    """The sheet Form as a reader gives it: rows below the heading in row 1."""
    batch = Batch([number for number, _ in rows], [row for _, row in rows], **more)  # type: ignore[arg-type]
    return Table("Form", 1, HEAD, iter([batch]), typed=True)


def only_batch(form: Form) -> Batch:
    """The one batch of a form."""
    (batch,) = form.table.batches
    assert isinstance(batch, Batch)
    return batch


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> openpyxl.worksheet.worksheet.Worksheet:
    """The form of event reports."""
    return openpyxl.load_workbook(write_form(contract("event_reports"), tmp_path_factory.mktemp("form") / "form.xlsx"))[
        "Form"
    ]


def test_the_form_asks_for_every_column_of_the_contract_once(page) -> None:
    names = [cell.value for cell in page["A"] if cell.value]
    assert names == ["column", *contract("event_reports").names]
    asked = {row[0].value: row[1].value for row in page.iter_rows(min_row=2) if row[0].value}
    for column in contract("event_reports").columns:
        assert column.description.startswith(asked[column.name].removesuffix(" *"))
        assert asked[column.name].endswith(" *") == column.required


def test_the_questions_stand_in_sections(page) -> None:
    sections = [row[1].value for row in page.iter_rows(min_row=2) if row[1].value and not row[0].value]
    assert sections == ["Event", "Who took part", "Costs", "Support", "Outcome", "Follow-up", "Report"]


def test_a_question_with_codes_offers_exactly_them(page) -> None:
    rows = {cell.value: cell.row for cell in page["A"]}
    offered = {str(choice.sqref): choice.formula1 for choice in page.data_validations.dataValidation}
    listed = [column for column in contract("event_reports").columns if column.codes]
    assert len(offered) == len(listed) >= 10
    for column in listed:
        area = offered[f"C{rows[column.name]}"].removeprefix("=Codes!").replace("$", "")
        assert {cell.value for (cell,) in page.parent["Codes"][area]} == column.codes


def test_only_answers_can_be_written_and_text_stays_text(page) -> None:
    assert page.protection.sheet
    kinds = {column.name: column.kind for column in contract("event_reports").columns}
    answered = 0
    for row in page.iter_rows(max_col=4):
        asked = row[0].value in kinds
        assert [cell.protection.locked for cell in row] == [True, True, not asked, True]
        if asked:
            answered += 1
            assert (row[2].number_format == "@") == (kinds[row[0].value] == "text")
    assert answered == len(kinds)


def test_the_form_is_one_page_of_a4_that_can_be_read(page) -> None:
    setup = page.page_setup
    assert (setup.paperSize, setup.orientation, setup.fitToWidth, setup.fitToHeight) == (9, "portrait", 1, 1)
    assert page.sheet_properties.pageSetUpPr.fitToPage
    assert page.print_area == f"'Form'!$A$1:$D${page.max_row}"
    margins = page.page_margins
    paper = [72 * (A4_INCHES[0] - margins.left - margins.right), 72 * (A4_INCHES[1] - margins.top - margins.bottom)]
    height = sum(page.row_dimensions[row].height for row in range(1, page.max_row + 1))
    width = 5.25 * sum(WIDTHS.values())  # a character of the standard font is some 5.25 points wide
    assert height >= LINE * page.max_row
    assert min(paper[0] / width, paper[1] / height) > 0.85


def test_a_filled_form_is_one_row_with_the_names_as_its_heading() -> None:
    day = dt.datetime(2019, 10, 21)
    form = as_form(
        sheet(
            [(2, ("", "Event", "", "")), (3, ("event_id", "Own number", "E-1", "text")), (5, ("period_start", "", day))]
        )
    )
    assert form.table.header == ("event_id", "period_start")
    batch = only_batch(form)
    assert (list(batch.numbers), list(batch.rows), batch.findings) == ([3], [("E-1", day)], [])
    assert (form.table.sheet, form.table.header_row, form.table.typed) == ("Form", 1, True)


def test_a_form_that_was_written_and_filled_comes_back_as_it_was_filled(tmp_path: Path) -> None:
    terms = contract("event_reports")
    path = write_form(terms, tmp_path / "form.xlsx")
    book = openpyxl.load_workbook(path)
    filled = {column.name: column.example for column in terms.columns}
    for row in book["Form"].iter_rows(min_row=2):
        if row[0].value:
            row[2].value = filled[row[0].value] or None
    book.save(path)
    head, *rows = openpyxl.load_workbook(path)["Form"].iter_rows(values_only=True)
    cells = [tuple("" if value is None else value for value in row) for row in rows]
    form = as_form(replace(sheet(list(enumerate(cells, start=2))), header=tuple(map(str, head))))
    assert form.table.header == terms.names
    assert list(only_batch(form).rows) == [tuple(filled.values())]


def test_what_is_wrong_in_a_filled_form_is_named_with_its_own_cell(tmp_path: Path) -> None:
    terms = contract("event_reports")
    path = write_form(terms, tmp_path / "form.xlsx")
    book = openpyxl.load_workbook(path)
    filled = {column.name: column.example for column in terms.columns}
    filled |= {"cost_venue": "1.234,5", "partners_new": "=1+1", "iscm_code": "BALLI"}
    cells = {}
    for row in book["Form"].iter_rows(min_row=2):
        if row[0].value:
            row[2].value, cells[row[0].value] = filled[row[0].value] or None, row[2].coordinate
    book.save(path)
    form = as_form(read_xlsx(path, "Form"))
    opened = [form.table]
    seen = Inspection(lambda: opened.pop(), terms)
    assert as_csv(seen) == b""
    found = {form.true_place(finding).cell for finding in seen.notes.findings if finding.severity == "blocking"}
    assert found == {cells[name] for name in ("cost_venue", "partners_new", "iscm_code")}


@pytest.mark.parametrize(
    ("cell", "row", "true"),
    [("A3", 3, ("C3", 3)), ("B3", 3, ("C7", 7)), ("B1", 1, ("A7", 7)), ("C3", 3, ("C3", 3)), (None, 3, (None, 3))],
)
def test_a_finding_names_the_cell_of_the_form(cell: str | None, row: int, true: tuple[str | None, int]) -> None:
    form = as_form(sheet([(3, ("event_id", "", "E-1")), (7, ("title", "", "T"))]))
    placed = form.true_place(Finding("value-number", "m", "Form", row, "c", cell=cell))
    assert (placed.cell, placed.row) == true


def test_what_the_reader_found_in_an_answer_comes_back_to_its_cell() -> None:
    wrong = Finding("cell-formula", "m", "Form", 7, cell="C7")
    form = as_form(
        sheet(
            [(3, ("event_id", "", "E-1")), (7, ("title", "", ""))],
            findings=[wrong],
            damaged=frozenset({(7, 2), (7, 3)}),
        )
    )
    batch = only_batch(form)
    assert batch.damaged == {(3, 1)}
    assert [(finding.row, finding.cell) for finding in batch.findings] == [(3, "B3")]
    assert form.true_place(batch.findings[0]) == wrong


@pytest.mark.parametrize(
    ("row", "value"), [(("", "Event", "lost"), "lost"), (("title", "", "T", "", "", "beside"), "beside")]
)
def test_what_stands_where_no_answer_belongs_is_refused_with_its_row(row: Row, value: str) -> None:
    batch = only_batch(as_form(sheet([(3, ("event_id", "", "E-1")), (7, row)])))
    (finding,) = batch.findings
    assert (finding.rule, finding.row, finding.value, finding.severity) == ("form-stray", 7, value, "blocking")


@pytest.mark.parametrize("head", [("line_id", "amount"), ("column", "", "value"), (), ("", "", "answer")])
def test_another_sheet_of_that_name_is_refused(head: tuple[str, ...]) -> None:
    with pytest.raises(FileRefusedError) as refusal:
        as_form(replace(sheet([(2, ("a", "b", "c"))]), header=head))
    assert refusal.value.finding.rule == "file-form"


def test_an_endless_form_is_refused() -> None:
    lines = [(number, ("x_a", "", "1")) for number in range(2, MAX_LINES + 2)]
    assert len(only_batch(as_form(sheet(lines))).rows[0]) == MAX_LINES
    with pytest.raises(FileRefusedError, match="more than 500 lines"):
        as_form(sheet([*lines, (999, ("x_a", "", "1"))]))
