"""CSV: UTF-8, commas, double quotes; row numbers are those that a person sees in a text editor."""

from pathlib import Path

import pytest

from ingestion.findings import FileRefusedError, Finding
from ingestion.readers import read
from ingestion.readers.csv_file import MAX_CELL
from ingestion.readers.table import Table
from tests.unit.builders import written


def _read(folder: Path, content: bytes | str) -> Table:
    return read(written(folder, content), "file.csv", "Export")


def _refusal(folder: Path, content: bytes | str) -> Finding:
    with pytest.raises(FileRefusedError) as refused:
        _read(folder, content)
    return refused.value.finding


def test_cells_are_text_as_they_stand_and_empty_cells_are_none(tmp_path: Path) -> None:
    table = _read(tmp_path, 'a,b,c\n 007,"x, ""y""",\n,1E5,São José\n')
    assert (table.sheet, table.header_row, table.header) == (None, 1, ("a", "b", "c"))
    assert list(table.rows) == [(2, (" 007", 'x, "y"', None)), (3, (None, "1E5", "São José"))]


def test_a_byte_order_mark_is_not_part_of_the_first_heading(tmp_path: Path) -> None:
    assert _read(tmp_path, b"\xef\xbb\xbfa,b\n1,2\n").header == ("a", "b")
    assert _read(tmp_path, b'\xef\xbb\xbf"a",b\n1,2\n').header == ("a", "b")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_all_three_line_ends_give_the_same_rows(tmp_path: Path, end: str) -> None:
    assert list(_read(tmp_path, end.join(["a,b", "1,2", "3,4"])).rows) == [(2, ("1", "2")), (3, ("3", "4"))]


def test_rows_after_a_cell_of_several_lines_keep_their_true_number(tmp_path: Path) -> None:
    table = _read(tmp_path, 'a,b\n"one\ntwo\nthree",x\n4,y\n\n"6\n7",z\n8,w\n')
    assert [(number, cells[1]) for number, cells in table.rows] == [(2, "x"), (5, "y"), (7, "z"), (9, "w")]


def test_the_heading_may_stand_on_several_lines(tmp_path: Path) -> None:
    table = _read(tmp_path, '"a\nlong",b\n1,2\n')
    assert (table.header, list(table.rows)) == (("a\nlong", "b"), [(3, ("1", "2"))])


def test_short_and_long_rows_are_handed_on_as_they_are(tmp_path: Path) -> None:
    assert list(_read(tmp_path, "a,b\n1\n1,2,3\n,\n").rows) == [(2, ("1",)), (3, ("1", "2", "3")), (4, (None, None))]


def test_a_file_with_only_a_heading_has_no_rows(tmp_path: Path) -> None:
    assert list(_read(tmp_path, "a,b\n").rows) == []


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"\n\n\r\n"])
def test_an_empty_file_is_refused(tmp_path: Path, content: bytes) -> None:
    assert _refusal(tmp_path, content).rule == "file-empty"


@pytest.mark.parametrize(
    ("bad", "value"),
    [(b"S\xe3o", "\\xe3"), (b"\xff\xfe", "\\xff"), (b"\xc3", "\\xc3"), (b"\xed\xa0\x80", "\\xed"), (b"\x80", "\\x80")],
)
def test_a_byte_that_is_not_utf_8_is_named_with_its_line(tmp_path: Path, bad: bytes, value: str) -> None:
    finding = _refusal(tmp_path, b"a,b\n1,2\n3," + bad + b"\n4,5\n")
    assert (finding.rule, finding.row, finding.value) == ("file-encoding", 3, value)


@pytest.mark.parametrize("content", [b"a,b\n1,2\n3,\x004\n", "a,b\n1,2\n3,4\n".encode("utf-16-le")])
def test_a_nul_byte_is_named_with_its_line(tmp_path: Path, content: bytes) -> None:
    finding = _refusal(tmp_path, content)
    assert finding.rule == "file-nul"
    assert finding.row == content[: content.index(b"\0")].count(b"\n") + 1


@pytest.mark.parametrize("broken", ['"3"x,4', '3,"4', '"3""x,4'])
def test_broken_quotes_are_named_with_the_row_in_which_they_begin(tmp_path: Path, broken: str) -> None:
    *good, last = _read(tmp_path, f"a,b\n1,2\n{broken}\n5,6\n").rows
    assert good == [(2, ("1", "2"))]
    assert (last.rule, last.row) == ("file-quoting", 3)


def test_broken_quotes_in_the_heading_refuse_the_file(tmp_path: Path) -> None:
    assert _refusal(tmp_path, '"a"x,b\n1,2\n').rule == "file-quoting"


def test_a_cell_of_endless_text_is_named(tmp_path: Path) -> None:
    (finding,) = _read(tmp_path, f"a,b\n{'x' * (MAX_CELL + 1)},2\n").rows
    assert (finding.rule, finding.row) == ("file-quoting", 2)


@pytest.mark.parametrize("name", ["ledger.xls", "ledger.txt", "ledger", "ledger.csv.exe", ".csv"])
def test_another_ending_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(FileRefusedError) as refused:
        read(written(tmp_path, "a,b\n1,2\n"), name, "Export")
    assert refused.value.finding.rule == "file-kind"


def test_the_ending_of_the_name_counts_in_either_case(tmp_path: Path) -> None:
    assert read(written(tmp_path, "a\n1\n", "0" * 64), "LEDGER.CSV", "Export").header == ("a",)
