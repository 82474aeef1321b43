"""CSV: UTF-8, commas, double quotes; row numbers are those that a person sees in a text editor."""

from pathlib import Path

import pytest

from ingestion.findings import FileRefusedError, Finding
from ingestion.readers import csv_file, plain_lines, read
from ingestion.readers.csv_file import MAX_LINE, read_csv
from ingestion.readers.plain_lines import MAX_CELL
from ingestion.readers.rows import Batch, Lines
from ingestion.readers.table import Table
from tests.unit.builders import osi, written

Rows = list[tuple[int, tuple[str, ...]]]


def _read(folder: Path, content: bytes | str) -> Table:
    return read(written(folder, content), "file.csv", osi())


def _all(table: Table) -> tuple[Rows, list[Finding]]:
    rows: Rows = []
    findings: list[Finding] = []
    for item in table.batches:
        batch = item.as_batch() if isinstance(item, Lines) else item
        rows += [(number, tuple(map(str, row))) for number, row in zip(batch.numbers, batch.rows, strict=True)]
        findings += batch.findings
    return rows, findings


def _rows(folder: Path, content: bytes | str) -> Rows:
    rows, findings = _all(_read(folder, content))
    assert findings == []
    return rows


def _refusal(folder: Path, content: bytes | str) -> Finding:
    with pytest.raises(FileRefusedError) as refused:
        _read(folder, content)
    return refused.value.finding


def _last(folder: Path, content: bytes | str) -> tuple[Rows, Finding]:
    rows, (finding,) = _all(_read(folder, content))
    return rows, finding


def test_cells_are_text_as_they_stand_and_empty_cells_are_empty(tmp_path: Path) -> None:
    content = 'a,b,c\n 007,"x, ""y""",\n"",1E5,S\u00e3o Jos\u00e9\n'
    table = _read(tmp_path, content)
    assert (table.sheet, table.header_row, table.header, table.typed) == (None, 1, ("a", "b", "c"), False)
    assert _all(table) == ([(2, (" 007", 'x, "y"', "")), (3, ("", "1E5", "S\u00e3o Jos\u00e9"))], [])


def test_a_byte_order_mark_is_not_part_of_the_first_heading(tmp_path: Path) -> None:
    assert _read(tmp_path, b"\xef\xbb\xbfa,b\n1,2\n").header == ("a", "b")
    assert _read(tmp_path, b'\xef\xbb\xbf"a",b\n1,2\n').header == ("a", "b")
    assert _rows(tmp_path, b"\xef\xbb\xbfa,b\n1,2\n") == [(2, ("1", "2"))]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", [True, False])
def test_all_three_line_ends_give_the_same_rows(tmp_path: Path, end: str, last: bool) -> None:
    content = end.join(["a,b", "1,2", "3,4"]) + (end if last else "")
    assert _rows(tmp_path, content) == [(2, ("1", "2")), (3, ("3", "4"))]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_rows_after_a_cell_of_several_lines_keep_their_true_number(tmp_path: Path, end: str) -> None:
    content = 'a,b\n0,v\n"one\ntwo\nthree",x\n4,y\n\n"6\n7",z\n8,w\n'.replace("\n", end)
    assert [(number, cells[1]) for number, cells in _rows(tmp_path, content)] == [
        (2, "v"), (3, "x"), (6, "y"), (8, "z"), (10, "w"),
    ]  # fmt: skip


def test_the_heading_may_stand_on_several_lines_and_below_blank_ones(tmp_path: Path) -> None:
    table = _read(tmp_path, '\n , \n"a\nlong",b\n1,2\n')
    assert (table.header_row, table.header) == (3, ("a\nlong", "b"))
    assert _all(table)[0] == [(5, ("1", "2"))]


def test_short_and_long_rows_are_handed_on_as_they_are(tmp_path: Path) -> None:
    assert _rows(tmp_path, "a,b\n1\n1,2,3\n") == [(2, ("1",)), (3, ("1", "2", "3"))]


@pytest.mark.parametrize("blank", ["", ",", '""', '"",""', ",,,"])
def test_a_line_that_holds_nothing_is_no_row(tmp_path: Path, blank: str) -> None:
    assert _rows(tmp_path, f"a,b\n1,2\n{blank}\n3,4\n{blank}\n") == [(2, ("1", "2")), (4, ("3", "4"))]


def test_a_file_with_only_a_heading_has_no_rows(tmp_path: Path) -> None:
    for content in ("a,b", "a,b\n", "a,b\n\n"):
        assert _rows(tmp_path, content) == []


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"\n\n\r\n", b" , \n,,\n"])
def test_an_empty_file_is_refused(tmp_path: Path, content: bytes) -> None:
    assert _refusal(tmp_path, content).rule == "file-empty"


@pytest.mark.parametrize(
    ("bad", "value"),
    [(b"S\xe3o", "\\xe3"), (b"a\xff\xfe", "\\xff"), (b"\xc3", "\\xc3"), (b"\xed\xa0\x80", "\\xed"), (b"\x80", "\\x80")],
)
def test_a_byte_that_is_not_utf_8_is_named_with_its_line(tmp_path: Path, bad: bytes, value: str) -> None:
    rows, finding = _last(tmp_path, b"a,b\n1,2\n3," + bad + b"\n4,5\n")
    assert rows == [(2, ("1", "2"))]
    assert (finding.rule, finding.row, finding.value) == ("file-encoding", 3, value)


def test_a_byte_of_the_heading_that_is_not_utf_8_refuses_the_file(tmp_path: Path) -> None:
    finding = _refusal(tmp_path, b"a,S\xe3o\n1,2\n")
    assert (finding.rule, finding.row, finding.value) == ("file-encoding", 1, "\\xe3")


def test_another_encoding_is_read_when_the_contract_says_so(tmp_path: Path) -> None:
    table = read_csv(written(tmp_path, "a;b\nS\u00e3o;2\n".encode("latin-1")), "latin-1", ";")
    assert _all(table) == ([(2, ("S\u00e3o", "2"))], [])


def test_a_nul_byte_is_named_with_its_line(tmp_path: Path) -> None:
    rows, finding = _last(tmp_path, b"a,b\n1,2\n3,\x004\n")
    assert (rows, finding.rule, finding.row) == ([(2, ("1", "2"))], "file-nul", 3)
    assert _refusal(tmp_path, "a,b\n1,2\n3,4\n".encode("utf-16-le")).rule == "file-nul"


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"PK\x03\x04rest", "file-kind"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "file-kind"),
        (b"\x1f\x8b\x08rest", "file-kind"), (b"%PDF-1.7\n", "file-kind"),
        ("a,b\n1,2\n".encode("utf-16"), "file-encoding"), ("\ufeffa,b\n".encode("utf-16-be"), "file-encoding"),
    ],
)  # fmt: skip
def test_another_kind_of_file_under_the_name_of_a_csv_is_refused(tmp_path: Path, content: bytes, rule: str) -> None:
    assert _refusal(tmp_path, content).rule == rule


@pytest.mark.parametrize("sign", [";", "\t", "|"])
def test_another_delimiter_is_named(tmp_path: Path, sign: str) -> None:
    finding = _refusal(tmp_path, f"a{sign}b\n1{sign}2\n")
    assert (finding.rule, finding.row) == ("file-delimiter", 1)


@pytest.mark.parametrize("broken", ['"3"x,4', '3,"4', '"3""x,4'])
def test_broken_quotes_are_named_with_the_row_in_which_they_begin(tmp_path: Path, broken: str) -> None:
    rows, finding = _last(tmp_path, f"a,b\n1,2\n{broken}\n5,6\n")
    assert rows == [(2, ("1", "2"))]
    assert (finding.rule, finding.row) == ("file-quoting", 3)


def test_broken_quotes_after_a_cell_of_several_lines_are_named_with_their_own_row(tmp_path: Path) -> None:
    rows, finding = _last(tmp_path, 'a,b\n"1\n2",3\n\n4,"5"x\n6,7\n')
    assert (rows, finding.row) == ([(2, ("1\n2", "3"))], 5)


def test_a_quote_within_a_cell_that_is_not_quoted_is_text(tmp_path: Path) -> None:
    assert _rows(tmp_path, 'a,b\n5" pipe,2\n') == [(2, ('5" pipe', "2"))]


def test_broken_quotes_in_the_heading_refuse_the_file(tmp_path: Path) -> None:
    assert _refusal(tmp_path, '"a"x,b\n1,2\n').rule == "file-quoting"


def test_a_cell_or_a_line_of_endless_text_is_named(tmp_path: Path) -> None:
    for content in (f"a,b\n1,2\n{'x' * (MAX_LINE + 1)},2\n", f'a,b\n1,2\n{"x" * (MAX_CELL + 1)},"2\n"\n'):
        rows, finding = _last(tmp_path, content)
        assert (rows, finding.rule, finding.row) == ([(2, ("1", "2"))], "file-size", 3)


def test_rows_keep_their_true_number_across_the_borders_of_blocks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [
        "a,b",
        *(f"{n},\u00e9{n}" for n in range(2, 60)),
        '"multi',
        'line",x',
        "",
        *(f"{n},z" for n in range(63, 90)),
    ]
    for end in ("\n", "\r\n", "\r"):
        expected = _rows(tmp_path, end.join(lines))
        assert [number for number, _ in expected] == [*range(2, 61), *range(63, 90)]
        assert [int(cells[0]) for number, cells in expected if number != 60] == [*range(2, 60), *range(63, 90)]
        for size in range(1, 24):
            with monkeypatch.context() as patch:
                patch.setattr(plain_lines, "BLOCK", size)
                patch.setattr(csv_file, "BLOCK", size)
                patch.setattr(csv_file, "BATCH", 1 + size % 7)
                assert _rows(tmp_path, end.join(lines)) == expected, (end, size)


def test_a_line_end_that_the_blocks_cut_in_two_counts_as_everywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = "a,b\n" + "1,2\r\r\n" * 40  # what some programs write on Windows: a line and a blank one
    whole = [number for number, _ in _rows(tmp_path, content)]
    assert whole == list(range(2, 82, 2))
    for size in range(3, 20):
        monkeypatch.setattr(csv_file, "BLOCK", size)
        assert [number for number, _ in _rows(tmp_path, content)] == whole


def test_the_share_that_was_read_grows_from_nothing_to_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plain_lines, "BLOCK", 64)
    table = _read(tmp_path, "a,b\n" + "1,2\n" * 200)
    shares = [table.progress(), *(table.progress() for batch in table.batches if isinstance(batch, Batch | Lines))]
    assert shares == sorted(shares)
    assert shares[0] < 0.1
    assert (len(set(shares)) > 5, shares[-1]) == (True, 1.0)


@pytest.mark.parametrize("name", ["ledger.xls", "ledger.txt", "ledger", "ledger.csv.exe", ".csv"])
def test_another_ending_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(FileRefusedError) as refused:
        read(written(tmp_path, "a,b\n1,2\n"), name, osi())
    assert refused.value.finding.rule == "file-kind"


def test_the_ending_of_the_name_counts_in_either_case(tmp_path: Path) -> None:
    assert read(written(tmp_path, "a,b\n1,2\n", "0" * 64), "LEDGER.CSV", osi()).header == ("a", "b")
