"""XLSX: the declared sheet as native values, exactly those that were written, whatever program wrote them."""

import datetime as dt
import tempfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion.findings import FileRefusedError, Finding
from ingestion.readers import xlsx_sheet
from ingestion.readers.table import Table
from ingestion.readers.xlsx_file import read_xlsx
from tests.unit.workbooks import SHEET, changed, handmade, workbook

Lines = list[tuple[int, list[Any]]]


def _lines(table: Table) -> Lines:
    """All rows with their numbers; nothing may be found in them."""
    lines: Lines = []
    for batch in table.batches:
        assert batch.findings == []
        lines += zip(batch.numbers, map(list, batch.rows), strict=True)
    return lines


def _read(path: Path) -> Lines:
    return _lines(read_xlsx(path, "Export"))


def _found(path: Path) -> list[Finding]:
    return [finding for batch in read_xlsx(path, "Export").batches for finding in batch.findings]


def _refusal(path: Path) -> Finding:
    with pytest.raises(FileRefusedError) as refused:
        list(read_xlsx(path, "Export").batches)
    return refused.value.finding


# ------------------------------------------------------------------ values


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("São José", "São José"), ("007", "007"), (0, 0), (-25000, -25000), (48652.5, 48652.5), (" a ", " a "),
        (Decimal("1234.56"), 1234.56), (0.1, 0.1), (999999999999999, 999999999999999), (12.0, 12), ("1E5", "1E5"),
        (1e22, 1e22), (1e-7, 1e-7), (dt.date(2019, 12, 31), dt.date(2019, 12, 31)),
        ("a & b < c\n\"d\"", "a & b < c\n\"d\""),
        (dt.datetime(2019, 12, 31), dt.date(2019, 12, 31)), (None, ""), ("", ""), ("=", "="), ("日本", "日本"),
    ],
)  # fmt: skip
def test_a_value_is_read_as_it_was_written(tmp_path: Path, value: object, read: object) -> None:
    ((number, cells),) = _read(workbook(tmp_path, [["a", "b"], [value, "end"]]))
    assert (number, cells, type(cells[0])) == (2, [read, "end"], type(read))


@pytest.mark.parametrize(
    ("stored", "read"),
    [("7.0", 7), ("1E5", 100000), ("-0.5", -0.5), ("1.1000000000000001", 1.1), ("1e20", 1e20), ("-0", -0.0)],
)
def test_a_stored_number_is_handed_on_as_it_is(tmp_path: Path, stored: str, read: float) -> None:
    path = handmade(tmp_path, _rows("a", f'<c r="A2"><v>{stored}</v></c>'))
    ((_, (value,)),) = _read(path)
    assert repr(value) == repr(read)


_NAMES = ["a", "b", "c"]
_DAYS = st.dates(dt.date(1900, 3, 1), dt.date(9999, 12, 31))
_TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"), max_size=8
)
_CELLS = st.one_of(
    st.none(),
    _DAYS,
    st.integers(-(10**15) + 1, 10**15 - 1),
    st.floats(-1e300, 1e300).map(lambda number: float(f"{number:.15g}")),
    _TEXTS.filter(lambda text: not text.startswith("=") and "_x" not in text),
)


def _by_openpyxl(path: Path, rows: list[list[Any]]) -> None:
    book = openpyxl.Workbook()
    book.active.title = "Export"
    for row in rows:
        book.active.append(row)
    book.save(path)


def _by_xlsxwriter(path: Path, rows: list[list[Any]], **options: Any) -> None:
    with xlsxwriter.Workbook(path, {"strings_to_urls": False, "strings_to_formulas": False, **options}) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        page = book.add_worksheet("Export")
        for row, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                if isinstance(cell, dt.date):
                    page.write_datetime(row, column, dt.datetime(cell.year, cell.month, cell.day), day)
                elif cell is not None:
                    (page.write_string if isinstance(cell, str) else page.write_number)(row, column, cell)


def _inline(path: Path, rows: list[list[Any]]) -> None:
    _by_xlsxwriter(path, rows, constant_memory=True)


@pytest.mark.parametrize("write", [_by_openpyxl, _by_xlsxwriter, _inline])
@settings(max_examples=60, deadline=None)
@given(rows=st.lists(st.tuples(_CELLS, _CELLS, _CELLS).map(list), max_size=6))
def test_values_written_are_values_read(write: Callable[[Path, list[list[Any]]], None], rows: list[list[Any]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file.xlsx"
        write(path, [_NAMES, *rows])
        read = _read(path)
    expected = [(number, _plain(row)) for number, row in enumerate(rows, start=2)]
    assert [(number, _padded(row)) for number, row in read] == [
        line for line in expected if any(x != "" for x in line[1])
    ]


def _plain(row: list[Any]) -> list[Any]:
    return ["" if cell is None else cell for cell in row]


def _padded(row: list[Any]) -> list[Any]:
    assert set(row[3:]) <= {""}
    return [*row, "", "", ""][:3]


@pytest.mark.parametrize("write", [_by_openpyxl, _by_xlsxwriter, _inline])
def test_many_rows_come_in_batches_with_their_true_numbers(
    tmp_path: Path, write: Callable[[Path, list[list[Any]]], None]
) -> None:
    rows = [[f"D-{number:06}", number / 4, dt.date(2019, 1, 1 + number % 28)] for number in range(25_000)]
    write(tmp_path / "file.xlsx", [_NAMES, *rows])
    table = read_xlsx(tmp_path / "file.xlsx", "Export")
    assert table.progress() == pytest.approx(0, abs=0.01)
    assert _lines(table) == list(enumerate(rows, start=2))
    assert table.progress() == 1.0


def _streamed(path: Path, rows: list[list[Any]]) -> None:
    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet("Export")
    for row in rows:
        page.append(row)
    book.save(path)


@pytest.mark.parametrize("write", [_by_openpyxl, _streamed, _by_xlsxwriter, _inline])
def test_rows_as_programs_write_them_need_no_judging_one_by_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write: Callable[[Path, list[list[Any]]], None]
) -> None:
    monkeypatch.setattr(xlsx_sheet, "MAX_JUDGED", 0)
    blank = None if write is _inline else ""  # inline texts that are blank are judged
    rows = [["é & <x>", 1.5, dt.date(2019, 12, 31)], [blank, -2, None], [" x\ny ", 1e-9, blank], [None, None, 1e20]]
    write(tmp_path / "file.xlsx", [_NAMES, *rows])
    assert [row for _, row in _read(tmp_path / "file.xlsx")] == [_plain(row) for row in rows]


# ------------------------------------------------------------------ the ways in which the same cells can be written


def _rows(*rows: str) -> str:
    """Rows from 1: text is an inline string in column A, anything with a tag stands as it is."""
    cells = (
        cell if cell.startswith("<") else f'<c r="A{number}" t="inlineStr"><is><t>{cell}</t></is></c>'
        for number, cell in enumerate(rows, start=1)
    )
    return "".join(f'<row r="{number}">{cell}</row>' for number, cell in enumerate(cells, start=1))


def test_a_handmade_workbook_is_read(tmp_path: Path) -> None:
    rows = (
        '<row r="1" spans="1:2" ht="12.8"><c r="A1" s="0" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>'
        '<row r="2"><c r="A2" s="1"><v>43830</v></c><c r="B2" t="n"><v>5</v></c><c r="C2" s="1"/></row>'
    )
    styles = '<numFmts><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs>'  # noqa: E501
    table = read_xlsx(handmade(tmp_path, rows, strings=_strings("day", "n"), styles=styles), "Export")
    assert (table.sheet, table.header_row, table.header, table.typed) == ("Export", 1, ("day", "n"), True)
    assert (table.control, table.notes, _lines(table)) == ([], [], [(2, [dt.date(2019, 12, 31), 5])])


def _strings(*texts: str) -> str:
    return "".join(text if text.startswith("<si") else f"<si><t>{text}</t></si>" for text in texts)


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("<c r='A2'><v>5</v></c>", 5), ('<c t="n" r="A2" ><v>5</v></c>', 5), ('<c r="A2">\n <v>5</v>\n</c>', 5),
        ('<c r="A2" t="str"><v>a_x000D_b</v></c>', "a\rb"), ('<c r="A2" t="str"><v> </v></c>', " "),
        ('<c r="A2" t="inlineStr"><is><t> a </t></is></c>', "a"),
        ('<c r="A2" t="inlineStr"><is><t>a&#10;b</t></is></c>', "a\nb"),
        ('<c r="A2" t="inlineStr"><is><t xml:space="preserve"> a </t></is></c>', " a "),
        ('<c r="A2" t="inlineStr"><is><r><t>a</t></r><r><rPr><b/></rPr><t>b</t></r></is></c>', "ab"),
        ('<c r="A2" t="inlineStr"><is><t>a</t><rPh sb="0" eb="1"><t>PHON</t></rPh></is></c>', "a"),
        ('<c r="A2" t="inlineStr"><is><t>_x005F_x000D_</t></is></c>', "_x000D_"),
    ],
)  # fmt: skip
def test_a_cell_may_be_written_in_many_ways(tmp_path: Path, cell: str, value: object) -> None:
    assert _read(handmade(tmp_path, _rows("a", cell, "end"))) == [(2, [value]), (3, ["end"])]


@pytest.mark.parametrize(
    ("string", "value"),
    [
        ("<si><r><t>ri</t></r><r><rPr><b/></rPr><t>ch</t></r></si>", "rich"),
        ('<si><t>base</t><rPh sb="0" eb="1"><t>PHON</t></rPh><phoneticPr fontId="1"/></si>', "base"),
        ("<si><t>a_x000D_b</t></si>", "a\rb"), ('<si><t xml:space="preserve"> a </t></si>', " a "),
    ],
)  # fmt: skip
def test_shared_strings_are_their_text_alone(tmp_path: Path, string: str, value: str) -> None:
    rows = _rows("a", '<c r="A2" t="s"><v>1</v></c>', '<c r="A3" t="s"><v>2</v></c>')
    assert _read(handmade(tmp_path, rows, strings=_strings("x", string, "after"))) == [(2, [value]), (3, ["after"])]


@pytest.mark.parametrize("blanks", [1, 3, xlsx_sheet.MANY_BLANKS + 1])
@pytest.mark.parametrize("blank", ["<si/>", "<si><t/></si>", "<si><t> </t></si>"])
def test_cells_with_a_blank_shared_string_are_blank(tmp_path: Path, blank: str, blanks: int) -> None:
    cells = (f'<c r="A{row}" t="s"><v>{row - 2}</v></c>' for row in range(2, blanks + 4))
    path = handmade(tmp_path, _rows("a", *cells), strings=_strings(*[blank] * blanks, "x", "y"))
    assert _read(path) == [(blanks + 2, ["x"]), (blanks + 3, ["y"])]


@pytest.mark.parametrize(
    "text", ["<t>a<v>9</v></t>", "<t>a</t>9", "9<t>a</t>", "<t>a</t><v>9</v>", "<r>9<t>a</t></r>", "<r><t>a</t>9</r>"]
)
def test_a_text_that_programs_read_differently_is_refused(tmp_path: Path, text: str) -> None:
    assert _refusal(handmade(tmp_path, _rows("a"), strings=f"<si>{text}</si>")).rule == "file-workbook"
    path = handmade(tmp_path, _rows("a", f'<c r="A2" t="inlineStr"><is>{text}</is></c>'))
    assert _refusal(path).rule == "file-workbook"


def test_a_prefix_before_every_element_changes_nothing(tmp_path: Path) -> None:
    path = workbook(tmp_path, [["a", "b"], ["1", 2]])
    changed(path, SHEET, "<", "<x:")
    changed(path, SHEET, "<x:/", "</x:")
    changed(path, SHEET, "xmlns=", "xmlns:x=")
    assert _read(path) == [(2, ["1", 2])]


@pytest.mark.parametrize(("flag", "day"), [("1", 2), ("true", 2), ("0", 1), ("false", 1)])
def test_dates_are_counted_from_the_day_that_the_workbook_says(tmp_path: Path, flag: str, day: int) -> None:
    rows = _rows("a", '<c r="A2" s="1"><v>61</v></c>')
    path = handmade(tmp_path, rows, styles=_style("yyyy-mm-dd"), properties=f'<workbookPr date1904="{flag}"/>')
    assert _read(path) == [(2, [dt.date(1904, 3, 2) if day == 2 else dt.date(1900, 3, 1)])]


def _style(code: str) -> str:
    """Style 1 has this number format, style 2 is a percentage as it is built in."""
    code = code.replace('"', "&quot;")
    formats = f'<numFmts count="1"><numFmt numFmtId="164" formatCode="{code}"/></numFmts>'
    return f'{formats}<cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="10"/></cellXfs>'


@pytest.mark.parametrize("claim", ["A1:A1", "A1:XFD1048576", "B7"])
def test_what_a_sheet_claims_of_its_size_does_not_matter(tmp_path: Path, claim: str) -> None:
    path = workbook(tmp_path, [["a", "b"], *([str(n), "x"] for n in range(40))])
    changed(path, SHEET, '<dimension ref="A1:B41"', f'<dimension ref="{claim}"')
    assert _read(path) == [(n + 2, [str(n), "x"]) for n in range(40)]


def test_blank_rows_are_passed_over_and_the_others_keep_their_number(tmp_path: Path) -> None:
    path = workbook(tmp_path, [["a", "b"], ["1", "2"]], A7="7", B7="x")
    assert _read(path) == [(2, ["1", "2"]), (7, ["7", "x"])]


def test_the_heading_is_the_first_row_that_is_filled_and_columns_keep_their_place(tmp_path: Path) -> None:
    table = read_xlsx(workbook(tmp_path, [], C3="c", D3=2019, D4="x"), "Export")
    assert (table.header_row, table.header, _lines(table)) == (3, ("", "", "c", "2019"), [(4, ["", "", "", "x"])])


def test_blank_cells_that_are_only_formatted_do_not_count(tmp_path: Path) -> None:
    blanks = '<row r="3"><c r="A3" s="1"/></row><row r="1048576"><c r="A1048576" s="1"/><c r="XFD1048576" s="1"/></row>'
    assert _read(handmade(tmp_path, _rows("a", "x") + blanks, styles=_style("0"))) == [(2, ["x"])]


def test_hidden_rows_are_read_and_noted(tmp_path: Path) -> None:
    rows = _rows("a", "x", "y").replace('<row r="2">', '<row r="2" hidden="1">')
    table = read_xlsx(handmade(tmp_path, rows, after='<autoFilter ref="A1:A3"/>'), "Export")
    assert [(note.rule, note.severity) for note in table.notes] == [("file-hidden", "note")]
    assert "1 hidden" in table.notes[0].message
    assert _lines(table) == [(2, ["x"]), (3, ["y"])]


# ------------------------------------------------------------------ single cells


@pytest.mark.parametrize(
    ("value", "rule", "shown"),
    [
        ("=1+1", "value-formula", "=1+1"), ("#REF!", "value-error", "#REF!"), (True, "value-boolean", "TRUE"),
        (False, "value-boolean", "FALSE"), (dt.time(8, 30), "value-date", "08:30:00"),
        (dt.datetime(2019, 12, 31, 8, 30), "value-date", "2019-12-31 08:30:00"),
        (dt.timedelta(hours=30), "value-date", "1 day, 6:00:00"), (dt.date(1900, 1, 5), "value-date", "1900-01-05"),
    ],
)  # fmt: skip
def test_what_is_no_plain_value_is_named_with_its_cell(tmp_path: Path, value: object, rule: str, shown: str) -> None:
    path = workbook(tmp_path, [["a", "b"], ["1", "2"], ["3", value], ["5", "6"]])
    (batch,) = read_xlsx(path, "Export").batches
    (finding,) = batch.findings
    assert (finding.rule, finding.value, finding.severity) == (rule, shown, "blocking")
    assert (finding.sheet, finding.row, finding.cell) == ("Export", 3, "B3")
    assert batch.damaged == {(3, 1)}
    assert list(map(list, batch.rows)) == [["1", "2"], ["3", ""], ["5", "6"]]


@pytest.mark.parametrize(
    ("cell", "rule"),
    [
        ('<c r="A2"><f>1+1</f><v>2</v></c>', "value-formula"),
        ('<c r="A2" t="str"><f>B2</f><v>x</v></c>', "value-formula"),
        ('<c r="A2"><f/></c>', "value-formula"), ('<c r="A2" t="e"><v>#N/A</v></c>', "value-error"),
        ('<c r="A2"><v>NaN</v></c>', "value-number"), ('<c r="A2"><v>inf</v></c>', "value-number"),
        ('<c r="A2"><v>1e400</v></c>', "value-number"), ('<c r="A2"><v> 7 </v></c>', "value-number"),
        ('<c r="A2"><v>1,5</v></c>', "value-number"), ('<c r="A2"><v>٣</v></c>', "value-number"),
        ('<c r="A2"><v>0x10</v></c>', "value-number"), ('<c r="A2"><v>1_000</v></c>', "value-number"),
        ('<c r="A2"><v>1</v><v>2</v></c>', "value-kind"), ('<c r="A2" t="s" ><v>9</v></c>', "value-kind"),
        ('<c r="A2" t="s"><v>-1</v></c>', "value-kind"), ('<c r="A2" t="d"><v>2019-12-31</v></c>', "value-kind"),
        ('<c r="A2" t="zz"><v>1</v></c>', "value-kind"), ('<c r="A2" t="inlineStr"><v>x</v></c>', "value-kind"),
        ('<c r="A2" t="str"><is><t>x</t></is></c>', "value-kind"), ('<c r="A2"><is><t>x</t></is></c>', "value-kind"),
        ('<c r="A2" t="inlineStr"><is><t>x</t></is><is><t>y</t></is></c>', "value-kind"),
        ('<c r="A2">1<v>2</v></c>', "value-kind"), ('<c r="A2"><v>1</v>2</c>', "value-kind"),
        ('<c r="A2"><v>1<v>2</v></v></c>', "value-kind"),
    ],
)  # fmt: skip
def test_an_odd_cell_is_refused_not_guessed(tmp_path: Path, cell: str, rule: str) -> None:
    path = handmade(tmp_path, _rows("a", cell, "end"), strings=_strings("zero"))
    try:
        (finding,) = _found(path)
    except FileRefusedError as refused:  # for some the file is refused as a whole, with the cell as the reason
        finding = refused.finding
    assert (finding.rule, finding.cell) == (rule, "A2")


@pytest.mark.parametrize("serial", ["0", "0.5", "-5", "1", "59", "60", "43830.5", "43830.000001"])
def test_a_date_that_is_none_is_refused(tmp_path: Path, serial: str) -> None:
    path = handmade(tmp_path, _rows("a", f'<c r="A2" s="1"><v>{serial}</v></c>'), styles=_style("yyyy-mm-dd"))
    (finding,) = _found(path)
    assert (finding.rule, finding.cell) == ("value-date", "A2")


@pytest.mark.parametrize(
    "code", ["0%", "0.0 %", "#,##0,", '#,##0.0,,"m"', "0,;-0,", "[Red]0%", '"x"0,', "0.00%;[Red]-0.00%"]
)
def test_a_format_that_shows_another_figure_is_refused(tmp_path: Path, code: str) -> None:
    rows = _rows("a", '<c r="A2" s="1"><v>0.05</v></c>', '<c r="A3" s="2"><v>5</v></c>', '<c r="A4"><v>6</v></c>')
    findings = _found(handmade(tmp_path, rows, styles=_style(code)))
    assert [(finding.rule, finding.cell, finding.value) for finding in findings] == [
        ("value-format", "A2", "0.05"), ("value-format", "A3", "5"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "code",
    ["0.00", "#,##0.00", '0"%"', "0\\%", "[$%-409]0", '_-* #,##0.00_-;-* #,##0.00_-;_-* "-"??_-;_-@_-', "# ?/?", "@",
     "# ##0", '0.00" ,"', "General", "#,##0;(#,##0)"],
)  # fmt: skip
def test_a_format_that_shows_the_stored_figure_is_fine(tmp_path: Path, code: str) -> None:
    path = handmade(tmp_path, _rows("a", '<c r="A2" s="1"><v>5.5</v></c>'), styles=_style(code))
    assert _read(path) == [(2, [5.5])]


def test_text_and_blank_cells_may_have_any_format(tmp_path: Path) -> None:
    rows = _rows("a", '<c r="A2" s="2" t="inlineStr"><is><t>x</t></is></c>', '<c r="A3" s="2"/>')
    assert _read(handmade(tmp_path, rows, styles=_style("0%"))) == [(2, ["x"])]


def test_every_bad_cell_is_named_once_and_in_order(tmp_path: Path) -> None:
    rows = [["a", "b"]] + [[f"=A{number}", True if number % 2 else "x"] for number in range(9_000)]
    findings = _found(workbook(tmp_path, rows))
    assert len(findings) == 9_000 + 4_500
    assert findings == sorted(findings, key=lambda finding: (finding.row or 0, finding.cell or ""))
    assert (findings[0].cell, findings[0].value, findings[-1].value) == ("A2", "=A0", None)


def test_rows_of_which_nothing_is_stored_but_formulas_are_named_too(tmp_path: Path) -> None:
    path = workbook(tmp_path, [["a"], ["=1"], ["=2"]])
    assert [finding.cell for finding in _found(path)] == ["A2", "A3"]


def test_a_formula_in_the_heading_refuses_the_file(tmp_path: Path) -> None:
    finding = _refusal(workbook(tmp_path, [["a", "=1+1"], ["1"]]))
    assert (finding.rule, finding.cell) == ("value-formula", "B1")


# ------------------------------------------------------------------ the sheet as a whole


def test_an_empty_sheet_is_refused(tmp_path: Path) -> None:
    assert _refusal(workbook(tmp_path, [])).rule == "file-empty"


def test_a_sheet_with_a_heading_alone_has_no_rows(tmp_path: Path) -> None:
    assert _read(workbook(tmp_path, [["a", "b"]])) == []


def test_merged_cells_are_refused_each_with_its_range(tmp_path: Path) -> None:
    merged = '<mergeCells count="2"><mergeCell ref="B2:B3"/><mergeCell ref="A1:B1"/></mergeCells>'
    findings = _found(handmade(tmp_path, _rows("a", "x", "y"), after=merged))
    assert [(finding.rule, finding.value, finding.row, finding.cell) for finding in findings] == [
        ("file-merged", "B2:B3", 2, "B2"), ("file-merged", "A1:B1", 1, "A1"),
    ]  # fmt: skip


def test_cells_merged_above_the_heading_do_no_harm(tmp_path: Path) -> None:
    rows = '<row r="4"><c r="A4"><v>1</v></c></row><row r="5"><c r="A5"><v>2</v></c></row>'
    path = handmade(tmp_path, rows, after='<mergeCells count="1"><mergeCell ref="A1:C2"/></mergeCells>')
    assert _read(path) == [(5, [2])]


def test_control_totals_vouch_for_a_sheet_of_that_length(tmp_path: Path) -> None:
    rows = _rows("a") + '<row r="65536"><c r="A65536"><v>1</v></c></row>'
    table = read_xlsx(handmade(tmp_path, rows, sheets={"Control": _rows("currency")}), "Export")
    assert _lines(table) == [(65_536, [1])]
