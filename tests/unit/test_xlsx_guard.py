"""XLSX: what is refused before any reader sees it - other files, damaged or ambiguous ones, such as would do harm."""

import io
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.chart import BarChart

from ingestion.findings import FileRefusedError, Finding
from ingestion.readers import xlsx_archive, xlsx_sheet, xlsx_strings
from ingestion.readers.table import Table
from ingestion.readers.xlsx_file import read_xlsx
from tests.unit.builders import written
from tests.unit.workbooks import SHEET, changed, handmade, with_member, workbook

WORKBOOK, RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
ROWS = '<row r="1"><c r="A1" t="str"><v>a</v></c></row><row r="2"><c r="A2"><v>5</v></c></row>'
SAME = '<row r="1"><c r="A1" t="s"><v>0</v></c></row><row r="2"><c r="A2"><v>7</v></c></row>'


def _refusal(path: Path) -> Finding:
    with pytest.raises(FileRefusedError) as refused:
        list(read_xlsx(path, "Export").batches)
    return refused.value.finding


def _rules(path: Path) -> list[str]:
    """The rules of all findings of a workbook that can be read."""
    rules = [finding.rule for batch in read_xlsx(path, "Export").batches for finding in batch.findings]
    assert rules
    return rules


def _good(folder: Path) -> Path:
    return handmade(folder, ROWS)


def test_the_workbook_that_these_tests_damage_is_a_good_one(tmp_path: Path) -> None:
    table = read_xlsx(_good(tmp_path), "Export")
    assert [(list(batch.rows), batch.findings) for batch in table.batches] == [([[5]], [])]
    assert table.notes == []


# ------------------------------------------------------------------ the archive


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"), (b"a,b\n1,2\n", "another kind"), (b"PK\x03\x04 not really", "cut off"), (b"%PDF-1.7", "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 200, "encrypted with a password, or an old .xls"),
        (b"<html><table>", "web page"), (b"\xef\xbb\xbf <?xml version", "web page or XML"), (b"\x1f\x8b\x08", "gzip"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_workbook_is_told_from_one(tmp_path: Path, content: bytes, says: str) -> None:
    finding = _refusal(written(tmp_path, content))
    assert finding.rule == "file-workbook"
    assert says in finding.message


@pytest.mark.parametrize(
    ("member", "says"),
    [
        ("content.xml", "OpenDocument"), ("word/document.xml", "Word"), ("ppt/presentation.xml", "presentation"),
        ("xl/workbook.bin", "xlsb"), ("readme.txt", "zip archive, but not a workbook"),
    ],
)  # fmt: skip
def test_another_kind_of_archive_is_told_from_a_workbook(tmp_path: Path, member: str, says: str) -> None:
    assert says in _refusal(with_member(tmp_path / "file.xlsx", member, b"<x/>")).message


@pytest.mark.parametrize("kept", [0.2, 0.5, 0.9, 0.999])
def test_a_workbook_that_is_cut_off_is_refused(tmp_path: Path, kept: float) -> None:
    path = _good(tmp_path)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * kept)])
    assert _refusal(path).rule == "file-workbook"


def test_a_damaged_byte_in_any_part_is_found(tmp_path: Path) -> None:
    path = with_member(_good(tmp_path), "xl/media/image1.bin", bytes(range(256)) * 400)
    whole = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        parts = archive.infolist()
    for part in parts:
        middle = part.header_offset + 30 + len(part.filename) + part.compress_size // 2
        path.write_bytes(whole[:middle] + bytes([whole[middle] ^ 0xFF]) + whole[middle + 1 :])
        assert _refusal(path).rule == "file-workbook", part.filename
    assert len(parts) > 5


@pytest.mark.parametrize("extra", [b"x", b"%PDF-1.7 another file", b"\0" * 64])
@pytest.mark.parametrize("place", ["before", "behind"])
def test_bytes_around_the_archive_are_refused(tmp_path: Path, extra: bytes, place: str) -> None:
    path = _good(tmp_path)
    whole = path.read_bytes()
    path.write_bytes(extra + whole if place == "before" else whole + extra)
    assert _refusal(path).rule == "file-workbook"


def test_a_comment_of_the_archive_is_refused(tmp_path: Path) -> None:
    path = _good(tmp_path)
    with zipfile.ZipFile(path, "a") as archive:
        archive.comment = b"another file could hang here"
    assert "before or behind" in _refusal(path).message


def test_a_gap_between_two_parts_is_refused(tmp_path: Path) -> None:
    path = with_member(_good(tmp_path), "xl/hidden.bin", b"payload" * 100)
    with zipfile.ZipFile(path, "a") as archive:
        del archive.NameToInfo["xl/hidden.bin"]
        archive.filelist.pop()
        archive.writestr("xl/more.xml", b"<x/>")
    assert "overlap or leave gaps" in _refusal(path).message


@pytest.mark.parametrize(
    "name", ["../evil.xml", "/etc/passwd", "xl\\evil.xml", "C:/evil.xml", "xl//a.xml", "xl/./a", "a\x1b.xml"]
)
def test_a_part_with_a_forbidden_name_is_refused(tmp_path: Path, name: str) -> None:
    finding = _refusal(with_member(_good(tmp_path), name, b"<x/>"))
    assert (finding.rule, finding.message.isprintable()) == ("file-workbook", True)
    assert "forbidden name" in finding.message


@pytest.mark.parametrize("name", [SHEET, "xl/Worksheets/Sheet1.XML", WORKBOOK])
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_part_that_is_there_twice_is_refused(tmp_path: Path, name: str) -> None:
    assert "there twice" in _refusal(with_member(_good(tmp_path), name, b"<x/>")).message


def test_encrypted_parts_are_refused(tmp_path: Path) -> None:
    path = _good(tmp_path)
    whole = path.read_bytes()
    flag = struct.pack("<HH", 20, 1)
    path.write_bytes(whole.replace(b"PK\1\2\x14\x03\x14\0\0\0", b"PK\1\2\x14\x03" + flag))
    assert "encrypted" in _refusal(path).message


def test_too_many_parts_are_refused(tmp_path: Path) -> None:
    path = _good(tmp_path)
    with zipfile.ZipFile(path, "a") as archive:
        for number in range(xlsx_archive.MAX_ENTRIES):
            archive.writestr(f"xl/media/{number}", b"")
    assert _refusal(path).rule == "file-size"


@pytest.mark.parametrize("member", ["xl/blanks.xml", "xl/worksheets/_rels/x.rels"])
def test_what_unpacks_to_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, member: str) -> None:
    monkeypatch.setattr(xlsx_archive, "MAX_INFLATED", 3 * 2**20)
    assert _refusal(with_member(_good(tmp_path), member, b" " * 2**22)).rule == "file-size"


def test_a_bomb_is_refused_whatever_size_it_claims(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx_archive, "MAX_INFLATED", 2**21)
    path = with_member(_good(tmp_path), "xl/bomb.xml", b" " * 2**22)
    path.write_bytes(path.read_bytes().replace(struct.pack("<I", 2**22), struct.pack("<I", 100)))
    assert _refusal(path).rule == "file-size"


def test_a_part_that_is_larger_than_it_claims_is_refused(tmp_path: Path) -> None:
    path = with_member(_good(tmp_path), "xl/bomb.xml", b" " * 2**20)
    path.write_bytes(path.read_bytes().replace(struct.pack("<I", 2**20), struct.pack("<I", 100)))
    assert "size or checksum" in _refusal(path).message


def test_a_small_part_that_is_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx_archive, "MAX_PART", 10_000)
    path = changed(_good(tmp_path), WORKBOOK, "<sheets>", " " * 10_000 + "<sheets>")
    assert _refusal(path).rule == "file-size"


# ------------------------------------------------------------------ the XML


@pytest.mark.parametrize(
    "part", [SHEET, WORKBOOK, RELATIONS, "_rels/.rels", "[Content_Types].xml", "xl/sharedStrings.xml"]
)
@pytest.mark.parametrize("bad", ['<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>', "<!-- x -->", "<?x y?>"])
def test_entities_comments_and_instructions_are_refused(tmp_path: Path, part: str, bad: str) -> None:
    path = handmade(tmp_path, ROWS, strings="<si><t>a</t></si>")
    assert _refusal(changed(path, part, "?>\n", f"?>\n{bad}")).rule == "file-markup"


@pytest.mark.parametrize(
    "bad", ["<!-- x -->", "<?x y?>", "<![CDATA[5]]>", "&b;", "&#0;", "\x01", "<broken", "</v></c></row>", "1&#50;"]
)
def test_odd_markup_within_the_rows_is_refused(tmp_path: Path, bad: str) -> None:
    assert _refusal(changed(_good(tmp_path), SHEET, "<v>5", f"<v>{bad}")).rule in ("file-markup", "file-workbook")


@pytest.mark.parametrize("coding", ["utf-16", "ISO-8859-1", "utf-7"])
def test_xml_in_another_encoding_is_refused(tmp_path: Path, coding: str) -> None:
    path = changed(_good(tmp_path), SHEET, 'encoding="UTF-8"', f'encoding="{coding}"')
    assert _refusal(path).rule == "file-encoding"


@pytest.mark.parametrize("part", [SHEET, "xl/sharedStrings.xml"])
def test_bytes_that_are_not_utf_8_are_refused(tmp_path: Path, part: str) -> None:
    path = handmade(tmp_path, ROWS.replace(">a<", ">%%%<"), strings="<si><t>%%%</t></si>")
    with zipfile.ZipFile(path) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    parts[part] = parts[part].replace(b"%%%", b"S\xe3o")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as target:
        for name, data in parts.items():
            target.writestr(name, data)
    path.write_bytes(buffer.getvalue())
    assert _refusal(path).rule == "file-encoding"


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        (SHEET, "</sheetData>", ""), (SHEET, "</worksheet>", ""), (SHEET, '<row r="2">', "<broken"),
        (SHEET, "</sheetData>", "</sheetData><sheetData/>"), (SHEET, "<sheetData>", "<x><sheetData>"),
        (SHEET, "<sheetData>", '<sheetData xmlns="urn:other">'), (SHEET, "worksheet", "chartsheet"),
        (SHEET, '<row r="2">', "<row>"), (SHEET, '<c r="A2">', "<x/><c>"),
        (SHEET, "</sheetData>", '</sheetData><extLst><ext><row r="9"/></ext></extLst>'),
        (SHEET, "http://schemas.openxmlformats.org", "http://purl.oclc.org/ooxml/other"),
        (WORKBOOK, "http://schemas.openxmlformats.org/spreadsheetml/2006", "http://purl.oclc.org/ooxml/spreadsheetml"),
        (WORKBOOK, 'r:id="rId1"', 'r:id="rId9"'), (WORKBOOK, "</sheets>", "</sheets><sheets/><x><sheet/></x>"),
        (WORKBOOK, "<sheets>", '<workbookPr date1904="on"/><sheets>'),
        (WORKBOOK, "<sheets>", "<workbookPr/><workbookPr/><sheets>"),
        (RELATIONS, "worksheets/sheet1.xml", "../elsewhere/sheet1.xml"), (RELATIONS, "/>", ' TargetMode="External"/>'),
        (RELATIONS, "</Relationships>", '<Relationship Id="rId1"/></Relationships>'),
        (RELATIONS, "sharedStrings.xml", "other.xml"), ("_rels/.rels", "xl/workbook.xml", "other/workbook.xml"),
        ("xl/sharedStrings.xml", "<si>", "<x/><si>"),
        ("xl/sharedStrings.xml", "<sst ", '<sst uniqueCount="99999999999999" '),
        ("xl/sharedStrings.xml", "</sst>", ""), ("xl/sharedStrings.xml", "spreadsheetml", "other"),
    ],
)  # fmt: skip
def test_a_part_that_says_something_else_is_refused(tmp_path: Path, part: str, old: str, new: str) -> None:
    path = handmade(tmp_path, ROWS, strings="<si><t>a</t></si><si><r><t>b</t></r></si>")
    finding = _refusal(changed(path, part, old, new))
    assert finding.rule in ("file-workbook", "file-sheets", "file-order")
    assert "save" in finding.message or "keep" in finding.message or "copy" in finding.message


# ------------------------------------------------------------------ the order of rows and cells

A2 = '<c r="A2"><v>5</v></c>'


@pytest.mark.parametrize(
    "new",
    [
        A2 + A2, '<c r="B2"><v>5</v></c>' + A2, '<c r="A3"><v>5</v></c>', "<c><v>5</v></c>", '<c r="a2"><v>5</v></c>',
        '<c r="A02"><v>5</v></c>', f'{A2}</row><row r="2"><c r="B2"><v>6</v></c>', f'{A2}</row><row r="1">',
        f"{A2}</row><row r='2'><c r='A2'><v>6</v></c>", f"{A2}<c r='A2'/>", '<c r="$A$2"><v>5</v></c>',
    ],
)  # fmt: skip
def test_rows_and_cells_out_of_order_or_there_twice_are_refused(tmp_path: Path, new: str) -> None:
    finding = _refusal(handmade(tmp_path, ROWS.replace(A2, new)))
    assert (finding.rule, finding.sheet) == ("file-order", "Export")


@pytest.mark.parametrize("cell", ["XFD1048576", "A300001", "SG2", "A1048576"])
@pytest.mark.parametrize("quote", ['"', "'"])
def test_a_cell_far_away_is_refused_at_once(tmp_path: Path, cell: str, quote: str) -> None:
    row = cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    far = f"<row r={quote}{row}{quote}><c r={quote}{cell}{quote}><v>1</v></c></row>"
    finding = _refusal(handmade(tmp_path, ROWS[: ROWS.index('<row r="2"')] + far))
    assert (finding.rule, finding.sheet) == ("file-size", "Export")
    assert "send it as CSV" in finding.message


def test_a_large_area_is_refused_even_if_few_cells_are_filled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    far = '<row r="9"><c r="A9"><v>1</v></c></row><row r="1000"><c r="CV1000"><v>1</v></c></row>'
    path = handmade(tmp_path, ROWS + far)
    assert [row for batch in read_xlsx(path, "Export").batches for row in batch.rows][-1][99] == 1
    monkeypatch.setattr(xlsx_sheet, "MAX_CELLS", 99_999)
    assert _refusal(path).rule == "file-size"


def test_a_blank_row_that_is_parsed_hides_no_far_row(tmp_path: Path) -> None:
    far = '<row r="400000"><c r="A400000"><v>1</v></c></row><row r="400001"><c r="A400001"><v></v></c></row>'
    assert _refusal(handmade(tmp_path, ROWS + far)).rule == "file-size"


@pytest.mark.parametrize("limit", [3, 4])
def test_cells_that_must_be_judged_one_by_one_are_limited(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: int
) -> None:
    monkeypatch.setattr(xlsx_sheet, "MAX_JUDGED", limit)
    path = handmade(tmp_path, ROWS + "".join(f"<row r='{row}'><c r='A{row}'/></row>" for row in range(3, 7)))
    if limit == 4:
        assert [list(batch.rows) for batch in read_xlsx(path, "Export").batches] == [[[5]]]
    else:
        assert _refusal(path).rule == "file-size"


def test_strings_that_must_be_taken_one_by_one_are_limited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx_strings, "MAX_JUDGED", 3)
    path = handmade(tmp_path, ROWS, strings="<si><r><t>a</t></r></si><si><t>b</t></si>" * 4)
    assert _refusal(path).rule == "file-size"


# ------------------------------------------------------------------ sheets


def test_only_the_declared_sheet_is_read(tmp_path: Path) -> None:
    finding = _refusal(workbook(tmp_path, [["a"], ["1"]], sheet="Sheet1"))
    assert (finding.rule, finding.value) == ("file-sheet", "Sheet1")


def test_names_of_sheets_are_printed_safely(tmp_path: Path) -> None:
    path = changed(_good(tmp_path), WORKBOOK, 'name="Export"', 'name="a&#x202E;b"')
    assert _refusal(path).value == "'a\\u202eb'"


def test_other_sheets_are_noted(tmp_path: Path) -> None:
    rows = '<row r="1"><c r="A1"><f>1</f></c></row>'
    table = read_xlsx(handmade(tmp_path, ROWS, sheets={"Codes": rows, "Readme hidden": rows}), "Export")
    assert [(note.rule, note.severity, note.sheet) for note in table.notes] == [
        ("file-sheets", "note", "Codes"), ("file-sheets", "note", "Readme"),
    ]  # fmt: skip
    assert [list(batch.rows) for batch in table.batches] == [[[5]]]


@pytest.mark.parametrize("name", ["Control", "CONTROL", "control "])
def test_control_totals_are_read(tmp_path: Path, name: str) -> None:
    rows = '<row r="2"><c r="B2" t="str"><v>USD</v></c><c r="C2"><v>5</v></c></row>'
    table = read_xlsx(handmade(tmp_path, ROWS, sheets={name: rows}), "Export")
    assert ([(number, list(cells)) for number, cells in table.control], table.notes) == ([(2, ["", "USD", 5])], [])


def test_what_is_wrong_in_the_control_totals_is_named_with_their_sheet(tmp_path: Path) -> None:
    table = read_xlsx(handmade(tmp_path, ROWS, sheets={"Control": '<row r="1"><c r="A1"><f>1</f></c></row>'}), "Export")
    findings = [finding for batch in table.batches for finding in batch.findings]
    assert [(finding.rule, finding.sheet, finding.cell) for finding in findings] == [("value-formula", "Control", "A1")]


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
@pytest.mark.parametrize("name", ["Export", "Control"])
def test_a_hidden_sheet_is_not_read(tmp_path: Path, state: str, name: str) -> None:
    path = handmade(tmp_path, ROWS, sheets={"Control": ROWS})
    finding = _refusal(changed(path, WORKBOOK, f'name="{name}"', f'name="{name}" state="{state}"'))
    assert (finding.rule, finding.sheet) == ("file-sheets", name)


def _candidate(folder: Path, rows: str, name: str = "Copy") -> Path:
    return handmade(folder, ROWS, strings="<si><t>A </t></si>", sheets={name: rows})


@pytest.mark.parametrize("rows", [ROWS, SAME, SAME.replace('r="2"', 'r="9"').replace("A2", "C9")])
def test_a_second_sheet_with_the_same_headings_is_refused(tmp_path: Path, rows: str) -> None:
    finding = _refusal(_candidate(tmp_path, rows))
    assert (finding.rule, finding.value) == ("file-sheets", "Copy")


@pytest.mark.parametrize("rows", ["", SAME[: SAME.index('<row r="2"')], SAME.replace('t="s"', "")])
def test_a_second_sheet_without_rows_or_with_other_headings_is_noted(tmp_path: Path, rows: str) -> None:
    assert [note.sheet for note in read_xlsx(_candidate(tmp_path, rows), "Export").notes] == ["Copy"]


def test_a_hidden_second_sheet_is_noted(tmp_path: Path) -> None:
    assert [note.sheet for note in read_xlsx(_candidate(tmp_path, SAME, "Copy hidden"), "Export").notes] == ["Copy"]


@pytest.mark.parametrize("name", ["Export", "EXPORT", "export"])
def test_two_sheets_with_one_name_are_refused(tmp_path: Path, name: str) -> None:
    path = handmade(tmp_path, ROWS, sheets={"Other": ROWS})
    assert _refusal(changed(path, WORKBOOK, 'name="Other"', f'name="{name}"')).rule == "file-sheets"


def test_a_part_that_is_two_sheets_is_refused(tmp_path: Path) -> None:
    path = handmade(tmp_path, ROWS, sheets={"Other": ROWS})
    assert _refusal(changed(path, RELATIONS, "sheet2.xml", "sheet1.xml")).rule == "file-sheets"


def test_a_sheet_that_the_workbook_does_not_list_is_refused(tmp_path: Path) -> None:
    assert _refusal(with_member(_good(tmp_path), "xl/worksheets/sheet9.xml", b"<x/>")).rule == "file-sheets"


def test_a_sheet_of_a_chart_is_refused(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.create_chartsheet("Export").add_chart(BarChart())
    book.save(tmp_path / "file.xlsx")
    finding = _refusal(tmp_path / "file.xlsx")
    assert (finding.rule, "chartsheet" in finding.message) == ("file-sheet", True)


# ------------------------------------------------------------------ what a workbook carries beside its rows


def _relation(kind: str, more: str = "") -> Callable[[Path], Path]:
    line = f'<Relationship Id="x" Type="http://x/{kind}" Target="x.bin"{more}/></Relationships>'
    return lambda path: changed(path, RELATIONS, "</Relationships>", line)


def _type(old: str, new: str) -> Callable[[Path], Path]:
    return lambda path: changed(path, "[Content_Types].xml", old, new)


@pytest.mark.parametrize(
    ("rule", "damage"),
    [
        ("file-macro", lambda path: with_member(path, "xl/vbaProject.bin", b"x")),
        ("file-macro", lambda path: with_member(path, "elsewhere/VBAproject.bin", b"x")),
        ("file-macro", lambda path: with_member(path, "xl/macrosheets/sheet1.xml", b"x")),
        ("file-macro", _type("</Types>", '<Default Extension="b" ContentType="x/ms-office.vbaProject"/></Types>')),
        ("file-macro", _type("openxmlformats-officedocument.spreadsheetml.sheet", "ms-excel.sheet.macroEnabled")),
        ("file-external", lambda path: with_member(path, "xl/externalLinks/externalLink1.xml", b"<x><ddeLink/></x>")),
        ("file-external", _relation("externalLinkPath", ' TargetMode="External"')),
        ("file-embedded", lambda path: with_member(path, "xl/embeddings/oleObject1.bin", b"x")),
        ("file-embedded", lambda path: with_member(path, "xl/activeX/activeX1.xml", b"x")),
        ("file-embedded", _relation("oleObject")),
    ],
)  # fmt: skip
def test_what_may_do_harm_is_refused(tmp_path: Path, rule: str, damage: Callable[[Path], Path]) -> None:
    assert _rules(damage(_good(tmp_path))) == [rule]


def test_all_that_is_wrong_is_named_at_once(tmp_path: Path) -> None:
    path = workbook(tmp_path, [["a", "b"], ["1", "=1"], [True, "2"]])
    for name in ("xl/vbaProject.bin", "xl/externalLinks/externalLink1.xml"):
        with_member(path, name, b"x")
    changed(path, SHEET, "</sheetData>", '</sheetData><mergeCells><mergeCell ref="A2:A3"/></mergeCells>')
    assert _rules(path) == ["file-macro", "file-external", "file-merged", "value-formula", "value-boolean"]


def test_links_for_a_reader_to_click_do_no_harm(tmp_path: Path) -> None:
    path = workbook(tmp_path, [["a"], ["x"]])
    book = openpyxl.load_workbook(path)
    book["Export"]["A2"].hyperlink = "https://example.org/"
    book.save(path)
    assert [(list(batch.rows), batch.findings) for batch in read_xlsx(path, "Export").batches] == [([["x"]], [])]


@pytest.mark.parametrize("kind", ["template.main+xml", "sheet.binary.main+xml"])
def test_another_kind_of_workbook_is_refused(tmp_path: Path, kind: str) -> None:
    path = changed(_good(tmp_path), "[Content_Types].xml", "sheet.main+xml", kind)
    assert "another kind of workbook" in _refusal(path).message


# ------------------------------------------------------------------ the two readers


def _miscount(table: Table) -> list[str]:
    return [finding.message for batch in table.batches for finding in batch.findings]


def test_a_workbook_on_which_the_two_readers_disagree_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingestion.readers.xlsx_strings.text_of", lambda item: "x")
    path = handmade(tmp_path, ROWS + '<row r="3"><c r="A3" t="s"><v>0</v></c></row>', strings="<si><t/></si>")
    (message,) = _miscount(read_xlsx(path, "Export"))
    assert "two readers disagree: the sheet has 3 filled cells and 2 were read" in message


@pytest.mark.parametrize("written", ["plain", "odd"])
def test_plain_rows_and_parsed_rows_are_judged_alike(tmp_path: Path, written: str) -> None:
    """The same cells once as the expression for plain rows takes them, once as it does not."""
    cells = [
        f'<row r="{row}"><c r="A{row}"><v>{row}</v></c><c r="B{row}" t="str"><v>x</v></c></row>'
        for row in range(1, 5000)
    ]
    rows = "".join(cells)
    path = handmade(tmp_path, rows if written == "plain" else rows.replace('"', "'"))
    lines = [row for batch in read_xlsx(path, "Export").batches for row in batch.rows]
    assert lines == [[row, "x"] for row in range(2, 5000)]
