"""XLSX: the declared sheet, cell by cell as exact text; what is no plain value is refused with its place."""

import datetime as dt
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from ingestion.findings import FileRefusedError, Finding
from ingestion.readers import read
from ingestion.readers.xlsx_file import cell_text
from tests.unit.builders import written
from tests.unit.workbooks import changed, with_member, workbook

SHEET = "xl/worksheets/sheet1.xml"


def _rows(path: Path) -> list[Any]:
    return list(read(path, "file.xlsx", "Export").rows)


def _refusal(path: Path) -> Finding:
    with pytest.raises(FileRefusedError) as refused:
        list(read(path, "file.xlsx", "Export").rows)
    return refused.value.finding


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("São José", "São José"), ("007", "007"), (0, "0"), (-25000, "-25000"), (48652.5, "48652.5"),
        (Decimal("1234.56"), "1234.56"), (0.1, "0.1"), (999999999999999, "999999999999999"), (12.0, "12"),
        (dt.date(2019, 12, 31), "2019-12-31"), (dt.datetime(2019, 12, 31), "2019-12-31"), (None, None),
        ("1E5", "1E5"),
    ],
)  # fmt: skip
def test_a_cell_is_read_as_exact_text(tmp_path: Path, value: object, text: str | None) -> None:
    ((number, cells),) = _rows(workbook(tmp_path, [["a", "b"], [value, "end"]]))
    assert (number, cells) == (2, (text, "end"))


@pytest.mark.parametrize(
    ("stored", "text"),
    [
        ("7.0", "7"), ("1E5", "100000"), ("-0.5", "-0.5"),
        # fifteen digits; and how a spreadsheet program stores 1.1 and 0.29
        ("0.123456789012345", "0.123456789012345"), ("1234567890123.45", "1234567890123.45"),
        ("1.1000000000000001", "1.1"), ("0.28999999999999998", "0.29"),
    ],
)  # fmt: skip
def test_a_stored_number_is_read_as_it_was_typed(tmp_path: Path, stored: str, text: str) -> None:
    path = changed(workbook(tmp_path, [["a"], [7]]), SHEET, "<v>7</v>", f"<v>{stored}</v>")
    assert _rows(path) == [(2, (text,))]


@pytest.mark.parametrize("stored", ["0.30000000000000004", "48652.530000000006", "-0.1234567890123456"])
def test_a_number_with_more_than_fifteen_digits_is_refused_with_its_cell(tmp_path: Path, stored: str) -> None:
    path = changed(workbook(tmp_path, [["a"], [7], [8]]), SHEET, "<v>7</v>", f"<v>{stored}</v>")
    finding, last = _rows(path)
    assert (finding.rule, finding.sheet, finding.row, finding.value) == ("file-cell", "Export", 2, stored)
    assert "more than 15 digits (cell A2)" in finding.message
    assert last == (3, ("8",))


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("=1+1", "formula"), ("#REF!", "error"), (True, "TRUE or FALSE"), (1e22, "too large"), (1e-7, "too small"),
        (dt.datetime(2019, 12, 31, 8, 30), "time of day"), (dt.time(8, 30), "kind of cell"),
    ],
)  # fmt: skip
def test_what_is_no_plain_value_is_named_with_its_cell(tmp_path: Path, value: object, says: str) -> None:
    first, finding, last = _rows(workbook(tmp_path, [["a", "b"], ["1", "2"], ["3", value], ["5", "6"]]))
    assert (first, last) == ((2, ("1", "2")), (4, ("5", "6")))
    assert (finding.rule, finding.sheet, finding.row) == ("file-cell", "Export", 3)
    assert says in finding.message
    assert "(cell B3)" in finding.message


def test_a_formula_is_refused_also_where_it_carries_its_last_value(tmp_path: Path) -> None:
    path = workbook(tmp_path, [["a"], ["=1+1"]])
    changed(path, SHEET, "<f>1+1</f><v />", "<f>1+1</f><v>2</v>")
    assert [finding.rule for finding in _rows(path)] == ["file-cell"]


def test_a_formula_in_the_heading_refuses_the_file(tmp_path: Path) -> None:
    assert _refusal(workbook(tmp_path, [["=1+1"], ["1"]])).rule == "file-cell"


def test_only_the_declared_sheet_is_read(tmp_path: Path) -> None:
    finding = _refusal(workbook(tmp_path, [["a"], ["1"]], sheet="Sheet1"))
    assert (finding.rule, finding.value) == ("file-sheet", "Sheet1")


def test_blank_rows_are_passed_over_and_the_others_keep_their_number(tmp_path: Path) -> None:
    path = workbook(tmp_path, [["a", "b"], ["1", "2"]], A7="7", B7="x")
    assert _rows(path) == [(2, ("1", "2")), (7, ("7", "x"))]


def test_the_heading_is_the_first_row_that_is_filled(tmp_path: Path) -> None:
    table = read(workbook(tmp_path, [[], [], ["a"], ["1"]]), "file.xlsx", "Export")
    assert (table.sheet, table.header_row, table.header, list(table.rows)) == ("Export", 3, ("a",), [(4, ("1",))])


def test_an_empty_sheet_is_refused(tmp_path: Path) -> None:
    assert _refusal(workbook(tmp_path, [])).rule == "file-empty"


def test_a_workbook_that_claims_to_be_smaller_than_it_is_is_read_whole(tmp_path: Path) -> None:
    path = workbook(tmp_path, [["a", "b"], *([str(n), "x"] for n in range(40))])
    changed(path, SHEET, '<dimension ref="A1:B41"', '<dimension ref="A1:A1"')
    assert _rows(path) == [(n + 2, (str(n), "x")) for n in range(40)]


def test_a_cell_far_to_the_right_is_not_passed_over_in_silence(tmp_path: Path) -> None:
    rows = _rows(workbook(tmp_path, [["a"], ["1"]], XFD2="astray"))
    assert rows != [(2, ("1",))]


def test_merged_cells_are_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path, [["a", "b"], ["1", "2"], ["3", "4"]])
    book = openpyxl.load_workbook(path)
    book["Export"].merge_cells("B2:B3")
    book.save(path)
    finding = _refusal(path)
    assert (finding.rule, finding.sheet, finding.value) == ("file-merged", "Export", "B2:B3")


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"PK\x03\x04 not really", b"\xd0\xcf\x11\xe0" * 200])
def test_bytes_that_are_no_workbook_are_refused(tmp_path: Path, content: bytes) -> None:
    assert _refusal(written(tmp_path, content)).rule == "file-workbook"


def test_a_zip_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    assert _refusal(with_member(tmp_path / "file.xlsx", "readme.txt", b"hello")).rule == "file-workbook"


def test_a_workbook_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path, [["a"], ["1"]])
    path.write_bytes(path.read_bytes()[:-200])
    assert _refusal(path).rule == "file-workbook"


@pytest.mark.parametrize("old", ["</sheetData>", '<row r="2">'])
def test_a_workbook_whose_sheet_is_broken_is_refused(tmp_path: Path, old: str) -> None:
    path = changed(workbook(tmp_path, [["a"], ["1"]]), SHEET, old, "<broken")
    *_, last = rows = _rows(path)
    assert [item for item in rows if isinstance(item, Finding)] == [last]
    assert (last.rule, last.severity) == ("file-workbook", "blocking")


def test_a_workbook_with_entities_of_its_own_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path, [["a"], ["1"]])
    bomb = '<!DOCTYPE worksheet [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><worksheet'
    assert _refusal(changed(path, SHEET, "<worksheet", bomb)).rule.startswith("file-")


def test_a_workbook_with_a_macro_is_refused(tmp_path: Path) -> None:
    assert _refusal(with_member(workbook(tmp_path, [["a"], ["1"]]), "xl/vbaProject.bin", b"x")).rule == "file-macro"


def test_a_workbook_that_unpacks_to_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingestion.readers.xlsx_file.MAX_INFLATED", 100_000)
    path = workbook(tmp_path, [["a"], ["1"]])
    assert _rows(path) == [(2, ("1",))]
    assert _refusal(with_member(path, "xl/blanks.xml", b" " * 100_000)).rule == "file-size"


def test_a_whole_number_of_more_than_fifteen_digits_is_refused() -> None:
    with pytest.raises(ValueError, match="more than 15 digits"):
        cell_text(12345678901234567, "n")


def test_bytes_that_are_damaged_inside_the_sheet_are_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path, [["a"], *([str(number)] for number in range(20_000))])
    with zipfile.ZipFile(path) as archive:
        sheet = archive.getinfo(SHEET)
    whole = bytearray(path.read_bytes())
    middle = sheet.header_offset + sheet.compress_size // 2
    whole[middle : middle + 10] = bytes(10)
    path.write_bytes(whole)
    assert _refusal(path).rule == "file-workbook"
