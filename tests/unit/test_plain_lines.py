"""The fast way through a text file takes only lines that can be read in one way, and says where it stopped."""

from pathlib import Path

import pytest

from ingestion.readers import plain_lines
from ingestion.readers.plain_lines import MAX_CELL, PlainLines
from ingestion.readers.rows import Lines
from tests.unit.builders import written


def _go(folder: Path, content: bytes, width: int = 2, delimiter: str = ",") -> tuple[PlainLines, list[Lines]]:
    plain = PlainLines(written(folder, content), 0, 2, width, delimiter)
    return plain, list(plain)


def test_plain_lines_come_as_columns_and_as_they_are(tmp_path: Path) -> None:
    content = b'1,"x, ""y"""\n"",S\xc3\xa3o\n007,\n'
    plain, (lines,) = _go(tmp_path, content)
    assert lines.numbers == range(2, 5)
    assert [column.to_pylist() for column in lines.columns] == [["1", "", "007"], ['x, "y"', "S\u00e3o", ""]]
    assert lines.text == content
    assert (plain.offset, plain.line) == (len(content), 5)


def test_lines_of_two_kinds_of_ends_are_left_to_the_exact_reader(tmp_path: Path) -> None:
    for content in (b"1,2\r\n3,4\n", b"1,2\n3,4\r\n"):
        plain, parts = _go(tmp_path, content)
        assert (parts, plain.offset, plain.line) == ([], 0, 2)


def test_words_that_mean_nothing_elsewhere_stay_text(tmp_path: Path) -> None:
    _, (lines,) = _go(tmp_path, b"NULL,NA\nnan,#N/A\ntrue,1e5\n")
    assert [column.to_pylist() for column in lines.columns] == [["NULL", "nan", "true"], ["NA", "#N/A", "1e5"]]


def test_the_last_line_needs_no_end(tmp_path: Path) -> None:
    plain, parts = _go(tmp_path, b"1,2\n3,4")
    assert [number for lines in parts for number in lines.numbers] == [2, 3]
    assert (plain.offset, plain.line) == (7, 4)


@pytest.mark.parametrize(
    "odd",
    [
        b'"a\nb",2', b'"a"x,2', b'"a,2', b'a"b,2', b"1", b"1,2,3", b"", b"\n", b"1\r,2", b"\0,2", b"S\xe3o,2",
        b"\xed\xa0\x80,2",
        b"\xef\xbb\xbf1,2",
        b"x" * (MAX_CELL + 1) + b",2",
    ],
)  # fmt: skip
def test_a_block_with_a_line_of_another_kind_is_left_to_the_exact_reader(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, odd: bytes
) -> None:
    monkeypatch.setattr(plain_lines, "BLOCK", 8)
    plain, parts = _go(tmp_path, b"1,2\n3,4\n" + odd + b"\n5,6\n")
    assert [lines.numbers for lines in parts] == [range(2, 4)]
    assert (plain.offset, plain.line) == (8, 4)


def test_blank_cells_are_a_row_for_the_checks_to_leave_out(tmp_path: Path) -> None:
    _, (lines,) = _go(tmp_path, b"1,2\n,\n3,4\n")
    batch = lines.as_batch()
    assert (list(batch.numbers), list(batch.rows)) == ([2, 4], [("1", "2"), ("3", "4")])


@pytest.mark.parametrize("sign", [";", "\t", "|"])
def test_another_delimiter_parts_the_cells(tmp_path: Path, sign: str) -> None:
    _, (lines,) = _go(tmp_path, f'"1{sign}",2,5\n3{sign}4\n'.replace('",', f'"{sign}').encode(), delimiter=sign)
    assert [column.to_pylist() for column in lines.columns] == [[f"1{sign}", "3"], ["2,5", "4"]]


@pytest.mark.parametrize("size", [*range(9, 30), 1 << 20])
def test_blocks_of_any_size_give_the_same_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    monkeypatch.setattr(plain_lines, "BLOCK", size)
    rows = [f"{n},\u00e9{n}".encode() for n in range(2, 50)]
    for end in (b"\n", b"\r\n"):
        plain, parts = _go(tmp_path, end.join(rows) + end)
        assert [text for lines in parts for text in lines.text.splitlines()] == rows
        assert [number for lines in parts for number in lines.numbers] == list(range(2, 50))
        assert plain.line == 50


def test_nothing_is_taken_of_a_file_without_rows(tmp_path: Path) -> None:
    plain, parts = _go(tmp_path, b"")
    assert (parts, plain.offset, plain.line) == ([], 0, 2)
