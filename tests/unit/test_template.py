"""The template of a feed is what the contract takes."""

from pathlib import Path

import openpyxl
import pytest

from ingestion.contract import Contract, contract, feeds
from ingestion.control import HEADINGS, SHEET
from ingestion.header import match_header
from ingestion.inspection import Inspection
from ingestion.readers import read
from ingestion.template import write_template
from tests.unit.builders import as_csv


def inspected(path: Path, terms: Contract) -> Inspection:
    """The file after one pass over it."""
    seen = Inspection(lambda: read(path, path.name, terms), terms)
    assert as_csv(seen) or seen.notes.findings
    return seen


@pytest.mark.parametrize("feed", feeds())
def test_the_headings_of_a_template_are_those_of_the_contract(tmp_path: Path, feed: str) -> None:
    terms = contract(feed)
    table = read(write_template(terms, tmp_path / "empty.xlsx"), "empty.xlsx", terms)
    assert table.header == terms.names
    assert match_header(table, terms)[1] == []


@pytest.mark.parametrize("feed", feeds())
def test_a_template_filled_with_the_examples_is_accepted(tmp_path: Path, feed: str) -> None:
    terms = contract(feed)
    path = write_template(terms, tmp_path / "filled.xlsx")
    book = openpyxl.load_workbook(path)
    for place, column in enumerate(terms.columns, start=1):
        book[terms.sheet].cell(2, place, column.example or None)
    amounts = [
        float(column.example) for column in terms.columns if column.name in terms.amount_columns and column.example
    ]
    currency = next((column.example for column in terms.columns if column.name == "currency"), None)
    book[SHEET].append([currency if amounts else None, 1, sum(amounts) if amounts else None])
    book.save(path)
    seen = inspected(path, terms)
    assert [finding for finding in seen.notes.findings if finding.severity == "blocking"] == []
    assert seen.row_count == 1


def test_every_column_says_what_it_means_and_offers_its_codes(tmp_path: Path) -> None:
    terms = contract("osi_allocations")
    book = openpyxl.load_workbook(write_template(terms, tmp_path / "t.xlsx"))
    page = book[terms.sheet]
    for place, column in enumerate(terms.columns, start=1):
        comment = page.cell(1, place).comment
        assert comment is not None
        assert column.description in comment.text
    listed = [column for column in terms.columns if column.codes]
    assert len(listed) >= 4
    assert len(page.data_validations.dataValidation) == len(listed)
    for column in listed:
        place = terms.names.index(column.name) + 1
        offered = {cell.value for (cell,) in book["Codes"].iter_rows(min_col=place, max_col=place) if cell.value}
        assert offered == column.codes


@pytest.mark.parametrize(
    ("feed", "need"), [("project_ledger", "required for this feed"), ("posts", "may be left empty")]
)
def test_the_control_sheet_has_its_headings_and_says_whether_it_is_needed(tmp_path: Path, feed: str, need: str) -> None:
    page = openpyxl.load_workbook(write_template(contract(feed), tmp_path / "t.xlsx"))[SHEET]
    assert tuple(cell.value for cell in page[1]) == HEADINGS
    assert [need in cell.comment.text for cell in page[1]] == [True] * len(HEADINGS)
    assert page.max_row == 1


def test_a_template_whose_control_sheet_is_left_empty_is_no_control_total(tmp_path: Path) -> None:
    terms = contract("posts")
    path = write_template(terms, tmp_path / "filled.xlsx")
    book = openpyxl.load_workbook(path)
    for place, column in enumerate(terms.columns, start=1):
        book[terms.sheet].cell(2, place, column.example or None)
    book.save(path)
    assert [finding for finding in inspected(path, terms).notes.findings if finding.severity == "blocking"] == []


def test_an_empty_template_has_no_rows_to_land(tmp_path: Path) -> None:
    terms = contract("posts")
    seen = inspected(write_template(terms, tmp_path / "t.xlsx"), terms)
    assert [finding.rule for finding in seen.notes.findings if finding.severity == "blocking"] == ["file-no-rows"]
