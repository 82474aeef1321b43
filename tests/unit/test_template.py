"""The workbook for senders: what it offers is what the contract takes."""

from pathlib import Path

import openpyxl
import pytest

from ingestion.contract import contract, feeds
from ingestion.header import match_header
from ingestion.inspection import Inspection
from ingestion.readers import read
from ingestion.template import write_template


@pytest.mark.parametrize("feed", feeds())
def test_the_headings_of_a_template_are_those_of_the_contract(tmp_path: Path, feed: str) -> None:
    terms = contract(feed)
    table = read(write_template(terms, tmp_path / "empty.xlsx"), "empty.xlsx", terms.sheet)
    assert table.header == terms.names
    assert match_header(table, terms)[1] == []


@pytest.mark.parametrize("feed", feeds())
def test_a_template_filled_with_the_examples_is_accepted(tmp_path: Path, feed: str) -> None:
    terms = contract(feed)
    path = write_template(terms, tmp_path / "filled.xlsx")
    book = openpyxl.load_workbook(path)
    for place, column in enumerate(terms.columns, start=1):
        book[terms.sheet].cell(2, place, column.example or None)
    book.save(path)
    seen = Inspection(read(path, path.name, terms.sheet), terms)
    assert len(list(seen.clean_rows())) == 1
    assert seen.findings == []


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


def test_an_empty_template_has_no_rows_to_land(tmp_path: Path) -> None:
    terms = contract("posts")
    seen = Inspection(read(write_template(terms, tmp_path / "t.xlsx"), "t.xlsx", terms.sheet), terms)
    assert list(seen.clean_rows()) == []
    assert [finding.rule for finding in seen.findings] == ["file-no-rows"]
