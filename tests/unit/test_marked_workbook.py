"""The sender's own workbook back: marked, commented, with a list of findings, and nothing in it that could run."""

import csv
import datetime as dt
import re
import zipfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.comments import Comment
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import PatternFill
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.formula import ArrayFormula

from ingestion import sent_rows
from ingestion.findings import Finding
from ingestion.marked_workbook import write_marked
from ingestion.safe_cells import MAX_TEXT, can_run, visible
from tests.unit.workbooks import changed, with_member, workbook

RED, AMBER, BLUE, NONE = "00FFC7CE", "00FFEB9C", "00DDEBF7", "00000000"
HOSTILE = [
    "=cmd|' /C calc'!A0", "+1+1", "-1+cmd|x", "@SUM(A1)", "\t=1+1", "\r=1+1", "\n=1+1", "  =1+1", "＝1+1",  # noqa: RUF001
    "_x003D_1+1", "\x1b[31mred\x1b[0m", "abc\u202egpj.exe", "a\x00b\ufffe\ud800", "<f>1+1</f>&]]>", "#REF!", "{{ 7 }}",
]  # fmt: skip


def wrong(cell: str | None = None, **more: Any) -> Finding:
    """A finding in that cell of sheet Export."""
    row = int(re.sub(r"\D", "", cell)) if cell else None
    told = {"rule": "value-number", "message": "write a plain number", "sheet": "Export", "row": row, "cell": cell}
    return Finding(**(told | more))


def marked(source: Path, findings: Sequence[Finding], name: str | None = None, **more: Any) -> Any:
    """The workbook that the sender of `source` gets."""
    target = source.with_name("marked.xlsx")
    counts = more.pop("counts", Counter(finding.rule for finding in findings))
    write_marked(source, name or source.name, "Export", findings, counts, target, **more)
    return openpyxl.load_workbook(target)


def parts(folder: Path) -> dict[str, str]:
    """All parts of the workbook that was written there, as they are in the archive."""
    with zipfile.ZipFile(folder / "marked.xlsx") as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def csv_file(folder: Path, rows: Sequence[Sequence[str]]) -> Path:
    """A CSV file of these rows."""
    path = folder / "file.csv"
    with path.open("w", encoding="utf-8", newline="", errors="surrogatepass") as file:
        csv.writer(file).writerows(rows)
    return path


def table(page: Any) -> list[list[Any]]:
    """The list of findings as it is shown, down to the first blank row."""
    rows = [list(row) for row in page.iter_rows(min_row=5, max_col=9, values_only=True)]
    return rows[: rows.index([None] * 9)]


def test_the_cells_at_fault_are_coloured_and_say_what_to_do(tmp_path: Path) -> None:
    source = workbook(tmp_path, [["id", "amount", "day"], ["A-1", "abc", dt.date(2020, 1, 2)], ["A-2", 2.5, None]])
    book = marked(source, [
        wrong("B2"), wrong("B2", rule="odd", message="it is odd", severity="warning"), wrong("B3", severity="warning"),
        wrong("C3", severity="note"), wrong(None, row=3, message="this row is known"),
    ])  # fmt: skip
    page = book["Export"]
    assert [page[cell].fill.fgColor.rgb for cell in ("B2", "B3", "C3", "A3", "A2")] == [RED, AMBER, BLUE, RED, NONE]
    assert page["B2"].comment.text == "Blocking: write a plain number [value-number]\n\nWarning: it is odd [odd]"
    assert page["A3"].comment.text.startswith("Blocking: this row is known")
    assert page["A2"].comment is None
    assert [[cell.value for cell in row] for row in page.iter_rows()] == [
        ["id", "amount", "day"], ["A-1", "abc", dt.datetime(2020, 1, 2)], ["A-2", 2.5, None],
    ]  # fmt: skip


def test_what_the_sender_made_of_the_workbook_stays(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.active
    page.title = "Export"
    page.append(["id", "share"])
    page.append(["007", 0.25])
    page["B2"].number_format = "0.0%"
    page["A2"].comment = Comment("ask Ana", "sender")
    page["A1"].comment = Comment("checked", "sender")
    page["A1"].fill = PatternFill("solid", fgColor="FF00FF00")
    page.column_dimensions["B"].width = 41
    page.freeze_panes = "A2"
    book.create_sheet("Notes")["C7"] = "my own"
    book.create_sheet("Codes").sheet_state = "hidden"
    book.create_sheet("Hidden").sheet_state = "veryHidden"
    book.save(tmp_path / "file.xlsx")
    back = marked(tmp_path / "file.xlsx", [wrong("A2"), wrong("A1", sheet="Hidden")])
    page = back["Export"]
    assert (page["B2"].value, page["B2"].number_format, page.column_dimensions["B"].width) == (0.25, "0.0%", 41)
    assert page["A2"].comment.text.endswith("\n\nYour comment: ask Ana")
    assert page["A1"].comment.text == "checked"
    assert page["A1"].fill.fgColor.rgb == "FF00FF00"
    assert page.freeze_panes == "A2"
    assert back["Notes"]["C7"].value == "my own"
    assert {page.title: page.sheet_state for page in back} == {
        "Export": "visible", "Notes": "visible", "Codes": "hidden", "Hidden": "visible", "Findings": "visible",
    }  # fmt: skip


@pytest.mark.parametrize("epoch", [openpyxl.utils.datetime.WINDOWS_EPOCH, openpyxl.utils.datetime.MAC_EPOCH])
def test_dates_stay_the_same_days_in_both_date_systems(tmp_path: Path, epoch: dt.datetime) -> None:
    book = openpyxl.Workbook()
    book.epoch = epoch
    book.active.title = "Export"
    book.active.append([dt.date(2019, 12, 31)])
    book.save(tmp_path / "file.xlsx")
    assert marked(tmp_path / "file.xlsx", [wrong("A1")])["Export"]["A1"].value == dt.datetime(2019, 12, 31)


def test_the_list_stands_last_opens_first_and_puts_what_blocks_on_top(tmp_path: Path) -> None:
    source = workbook(tmp_path, [["id"], ["x"], ["y"]], sheet="It's")
    book = marked(source, [
        wrong("A3", sheet="It's", severity="note", rule="n"),
        wrong("A2", sheet="It's", severity="warning", rule="w", reference="x_ref=AB-12"),
        wrong("A3", sheet="It's", value="y"), wrong(None, rule="file-rows", message="no rows"),
        wrong("ZZZ9", sheet="It's", column="id"), wrong("A1", sheet="no such sheet"),
    ])  # fmt: skip
    assert book.sheetnames == ["It's", "Findings"]
    page = book.active
    assert page.title == "Findings"
    assert [[cell.value for cell in row] for row in page["A4:I4"]] == [
        ["Reference", "Severity", "Sheet", "Row", "Column", "Cell", "Value", "What is wrong and what to do", "Rule"]
    ]
    assert table(page) == [
        [None, "blocking", "Export", None, None, None, None, "no rows", "file-rows"],
        [None, "blocking", "no such sheet", 1, None, "A1", None, "write a plain number", "value-number"],
        [None, "blocking", "It's", 3, None, "A3", "y", "write a plain number", "value-number"],
        [None, "blocking", "It's", 9, "id", "ZZZ9", None, "write a plain number", "value-number"],
        ["x_ref=AB-12", "warning", "It's", 2, None, "A2", None, "write a plain number", "w"],
        [None, "note", "It's", 3, None, "A3", None, "write a plain number", "n"],
    ]
    links = [page.cell(row, 6).hyperlink for row in range(5, 11)]
    assert [link and (link.location, link.target) for link in links] == [
        None, None, ("'It''s'!A3", None), None, ("'It''s'!A2", None), ("'It''s'!A3", None),
    ]  # fmt: skip
    assert (page.freeze_panes, page.auto_filter.ref, page.print_title_rows) == ("A5", "A4:I10", "$4:$4")
    assert (page.page_setup.orientation, page.page_setup.fitToHeight, page.sheet_properties.pageSetUpPr.fitToPage) == (
        "landscape", 0, True,
    )  # fmt: skip


def test_counts_are_exact_though_a_thousand_findings_are_listed(tmp_path: Path) -> None:
    source = workbook(tmp_path, [["id"], *([f"A-{n}"] for n in range(1_500))])
    findings = [wrong(f"A{row}", severity="warning", rule="odd") for row in range(2, 902)]
    findings += [wrong(f"A{row}") for row in range(902, 1_402)]
    page = marked(source, findings, counts={"odd": 900, "value-number": 50_000, "unseen": 3}).active
    listed = table(page)
    assert len(listed) == 1_000
    assert Counter(row[8] for row in listed) == {"value-number": 500, "odd": 500}
    assert page["A2"].value.startswith("50,903 in all; the first 1,000 are listed here.")
    assert [[cell.value for cell in row] for row in page["A1006:C1009"]] == [
        ["Rule", "Severity", "Findings"],
        ["value-number", "blocking", 50_000], ["odd", "warning", 900], ["unseen", None, 3],
    ]  # fmt: skip


def test_a_sheet_findings_of_the_senders_own_stays_beside_ours(tmp_path: Path) -> None:
    source = workbook(tmp_path, [["id"], ["x"]], sheet="findings")
    book = marked(source, [wrong("A2", sheet="findings")])
    assert book["findings"]["A2"].value == "x"
    assert len({title.lower() for title in book.sheetnames}) == 2
    assert book.active["A1"].value == "Findings in file.xlsx"


def test_a_workbook_that_was_mended_and_sent_again_carries_no_old_marks(tmp_path: Path) -> None:
    source = workbook(tmp_path, [["id", "amount"], ["A-1", "abc"], ["A-2", "def"]])
    marked(source, [wrong("B2"), wrong("B3")])
    again = (tmp_path / "marked.xlsx").rename(tmp_path / "again.xlsx")
    page = marked(again, [wrong("B3", message="still no number")])["Export"]
    assert (page["B2"].comment, page["B2"].fill.fgColor.rgb) == (None, NONE)
    assert page["B3"].comment.text == "Blocking: still no number [value-number]"
    assert page["B3"].fill.fgColor.rgb == RED


def test_a_row_of_a_csv_file_stands_under_the_number_of_its_line(tmp_path: Path) -> None:
    source = csv_file(tmp_path, [["id", "note"], ["007", "two\nlines"], ["008", "1E5"]])
    page = marked(source, [wrong("B4", sheet=None), wrong("A2", sheet=None, severity="note")])["Export"]
    assert [[cell.value for cell in row] for row in page.iter_rows()] == [
        ["id", "note"], ["007", "two\nlines"], [None, None], ["008", "1E5"],
    ]  # fmt: skip
    assert (page["B4"].fill.fgColor.rgb, page["A2"].fill.fgColor.rgb) == (RED, BLUE)
    assert {cell.number_format for row in page.iter_rows() for cell in row if cell.value} == {"@"}


def test_of_a_csv_file_with_broken_quotes_the_rows_before_are_given_back(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(b'id,note\nA-1,\xff\nA-2,"x" y\n')
    page = marked(path, [wrong("A3", sheet=None)])["Export"]
    assert page["B2"].value == r"\xff"
    assert page["A3"].comment is not None


def test_no_formula_link_name_rule_or_drop_down_of_the_sender_comes_back(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.active
    page.title = "Export"
    page["A1"], page["A2"], page["A3"] = "=1+1", "=HYPERLINK(A1)", "#REF!"
    page["B1"] = ArrayFormula("B1:B2", "=SUM(A1:A2)")
    page["C1"] = "site"
    page["C1"].hyperlink = "http://example.org/"
    page.add_data_validation(DataValidation("list", formula1="=A1", sqref="D1"))
    page.conditional_formatting.add("A1:A9", FormulaRule(formula=["A1>1"], fill=PatternFill("solid", fgColor="FF0000")))
    book.defined_names["evil"] = DefinedName("evil", attr_text="1+1")
    book.save(tmp_path / "file.xlsx")
    path = changed(tmp_path / "file.xlsx", "xl/worksheets/sheet1.xml", '<c r="A2"><f>HYPERLINK(A1)</f><v /></c>',
                   '<c r="A2"><f t="shared" si="0">A1+1</f></c><c r="F2"><f t="shared" si="0"/></c>')  # fmt: skip
    with_member(path, "xl/vbaProject.bin", b"macro")
    with_member(path, "xl/connections.xml", b"<connections/>")
    page = marked(path, [wrong("A1")])["Export"]
    assert [page[cell].value for cell in ("A1", "A2", "F2", "A3", "B1")] == [
        "=1+1", "=A1+1", "=F1+1", "#REF!", "=SUM(A1:A2)",
    ]  # fmt: skip
    assert all(page[cell].data_type in "sf" and page[cell].quotePrefix for cell in ("A1", "A2", "F2", "B1"))
    written = parts(tmp_path)
    assert "xl/worksheets/sheet1.xml" in written
    everything = "\n".join(written.values())
    for element in (
        "<f>",
        "<f ",
        "externalReference",
        'TargetMode="External"',
        "dataValidation",
        "conditionalFormatting",
    ):
        assert element not in everything
    assert "evil" not in everything
    assert not [name for name in written if "vba" in name.lower() or "connection" in name or "external" in name.lower()]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_shown_and_never_runs(tmp_path: Path, text: str) -> None:
    folder = tmp_path
    source = csv_file(folder, [["id", "note"], ["A-1", text]])
    finding = wrong("B2", sheet=None, value=text, message=text, reference=text, column=text, rule=text)
    book = marked(source, [finding], name=f"{text}.csv")
    seen = visible(text).replace("_x003D_", "_x005F_x003D_")
    sent = seen if "\ud800" not in text else seen.replace(r"\ud800", r"\xed\xa0\x80")  # as bytes that are no UTF-8
    places = [(book["Export"]["B2"], sent), *((book.active.cell(5, column), seen) for column in (1, 5, 7, 8, 9))]
    for cell, expected in places:
        assert cell.value == expected
        assert bool(cell.quotePrefix) == can_run(seen)
    assert book["Export"]["A2"].value == "A-1"
    assert not book["Export"]["A2"].quotePrefix
    everything = "\n".join(parts(folder).values())
    assert "<f>" not in everything
    assert not re.search(r"[\x00-\x08\x0b-\x1f\u202e]", everything)


def test_text_that_runs_is_known_by_how_it_begins() -> None:
    assert [text for text in HOSTILE if can_run(text)] == HOSTILE[:9]


@given(st.lists(st.text(), min_size=1, max_size=6))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_comes_back_as_it_can_be_seen(tmp_path: Path, texts: list[str]) -> None:
    source = workbook(tmp_path, [["heading"]])
    page = marked(source, [wrong("A1", value=text) for text in texts]).active
    found = [page.cell(row, 7).value or "" for row in range(5, 5 + len(texts))]
    assert [value.replace("_x005F_", "_") for value in found] == [visible(text) for text in texts]


def test_a_text_longer_than_a_cell_takes_is_cut_and_says_so(tmp_path: Path) -> None:
    book = marked(csv_file(tmp_path, [["x" * MAX_TEXT], ["é" * (MAX_TEXT + 1)], ["😀" * 16_384]]), [wrong("A1")])
    first, second, third = (book["Export"].cell(row, 1).value for row in (1, 2, 3))
    assert first == "x" * MAX_TEXT
    assert second.endswith(f"… (cut; {MAX_TEXT + 1} characters in all)")
    assert third.endswith("… (cut; 16384 characters in all)")


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("limit", ["MAX_ROWS", "MAX_CELLS"])
def test_of_a_large_file_the_rows_at_fault_come_back_under_their_own_numbers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, limit: str
) -> None:
    rows = [["id", "amount"], *([f"A-{n}", "1.00"] for n in range(2, 101))]
    source = csv_file(tmp_path, rows) if kind == "csv" else workbook(tmp_path, rows)
    monkeypatch.setattr(sent_rows, limit, 200 if limit == "MAX_CELLS" else 100)
    whole = marked(source, [wrong("B77")])
    assert (whole["Export"]["A50"].value, whole.active["A3"].value) == ("A-50", None)
    monkeypatch.setattr(sent_rows, limit, 99)
    book = marked(source, [wrong("B77"), wrong("B99")])
    shown = [row[0].row for row in book["Export"].iter_rows() if row[0].value]
    assert shown == [*range(1, 11), 77, 99]
    assert book["Export"]["A77"].value == "A-77"
    assert book["Export"]["B77"].comment
    assert book["Export"].sheet_format.zeroHeight
    assert "too large to be given back whole" in book.active["A3"].value
    assert book.active["F5"].hyperlink.location == "'Export'!B77"


def test_a_file_that_was_refused_as_a_whole_is_not_opened(tmp_path: Path) -> None:
    source = tmp_path / "bomb.xlsx"
    book = marked(source, [wrong(None, rule="file-size", message="it is too large")], readable=False)
    assert not source.exists()
    assert book.sheetnames == ["Findings"]
    assert table(book.active)[0][7] == "it is too large"
    assert "not opened" in book.active["A3"].value


DOCTYPE = '<!DOCTYPE x [<!ENTITY e "boom">]>'


@pytest.mark.parametrize("damage", ["no archive", "doctype", "far cell", "no style"])
def test_what_cannot_be_copied_is_answered_with_the_list_alone(tmp_path: Path, damage: str) -> None:
    path = workbook(tmp_path, [["id"], ["x"]])
    sheet = "xl/worksheets/sheet1.xml"
    if damage == "no archive":
        path.write_bytes(b"PK\x03\x04 but no more")
    elif damage == "doctype":
        changed(path, sheet, "<worksheet", f"{DOCTYPE}<worksheet")
    elif damage == "far cell":
        changed(path, sheet, 'r="A2"', 'r="A1048577"')
    else:
        changed(path, sheet, '<c r="A2"', '<c r="A2" s="99"')
    book = marked(path, [wrong("A2")])
    assert book.sheetnames == ["Findings"]
    assert table(book.active)[0][5] == "A2"
    assert book.active["F5"].hyperlink is None
    assert "could not be given back" in book.active["A3"].value
