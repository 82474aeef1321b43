"""The sheet *Findings*: what is wrong with a file, blocking first, with a link to each cell, then counts by rule."""

from collections.abc import Mapping, Sequence

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from ingestion.findings import SEVERITIES, Finding
from ingestion.safe_cells import put, visible

COLUMNS = {
    "Reference": 22,
    "Severity": 11,
    "Sheet": 14,
    "Row": 9,
    "Column": 22,
    "Cell": 9,
    "Value": 28,
    "What is wrong and what to do": 70,
    "Rule": 24,
}
"""Headings and widths in characters."""
FILLS = {
    "blocking": PatternFill("solid", fgColor="FFC7CE"),
    "warning": PatternFill("solid", fgColor="FFEB9C"),
    "note": PatternFill("solid", fgColor="DDEBF7"),
}
HEADING_ROW = 4
BOLD = Font(bold=True)
_LINK = Font(color="0563C1", underline="single")
_WRAPPED = Alignment(vertical="top", wrap_text=True)


def add_findings_sheet(
    book: Workbook,
    name: str,
    findings: Sequence[Finding],
    links: Sequence[str | None],
    counts: Mapping[str, int],
    remark: str = "",
) -> None:
    """Add the sheet as the last one of `book` and make it the one that opens.

    Args:
        book: its title is made unique where the book has a sheet *Findings*.
        name: the file's name, as sent.
        findings: those to be listed, in the order of the list.
        links: for each finding the place it links to, like `'Export'!H48`, or None.
        counts: by rule the exact number of findings, also of those that are not listed.
        remark: what the reader must know about the rest of the workbook.
    """
    page: Worksheet = book.create_sheet("Findings")
    book.active = page
    _write_head(page, name, len(findings), counts, remark)
    for row, (finding, link) in enumerate(zip(findings, links, strict=True), start=HEADING_ROW + 1):
        _write_finding(page, row, finding, link)
    last = HEADING_ROW + len(findings)
    page.auto_filter.ref = f"A{HEADING_ROW}:I{last}"
    _write_counts(page, last + 2, findings, counts)
    _lay_out(page)


def _write_head(page: Worksheet, name: str, listed: int, counts: Mapping[str, int], remark: str) -> None:
    total = sum(counts.values())
    put(page["A1"], f"Findings in {name}")
    page["A1"].font = Font(bold=True, size=14)
    of_all = f"{total:,} in all." if total == listed else f"{total:,} in all; the first {listed:,} are listed here."
    put(page["A2"], f"{of_all} Blocking ones keep the file out: mend them in your file, then drop it again.")
    put(page["A3"], remark)
    page["A3"].font = BOLD
    for place, heading in enumerate(COLUMNS, start=1):
        put(page.cell(HEADING_ROW, place), heading)
        page.cell(HEADING_ROW, place).font = BOLD


def _write_finding(page: Worksheet, row: int, finding: Finding, link: str | None) -> None:
    texts = (
        finding.reference, finding.severity, finding.sheet, None, finding.column, finding.cell, finding.value,
        finding.message, finding.rule,
    )  # fmt: skip
    for place, text in enumerate(texts, start=1):
        cell = page.cell(row, place)
        cell.alignment = _WRAPPED
        if text is not None:
            put(cell, text)
    page.cell(row, 4).value = finding.row
    page.cell(row, 2).fill = FILLS[finding.severity]
    if link:
        where = page.cell(row, 6)
        put(where, finding.cell or f"row {finding.row}")
        # a place within this workbook: no formula, no address outside
        where.hyperlink = Hyperlink(ref=where.coordinate, location=link)
        where.font = _LINK


def _write_counts(page: Worksheet, row: int, findings: Sequence[Finding], counts: Mapping[str, int]) -> None:
    first = {finding.rule: finding for finding in reversed(findings)}
    for place, heading in enumerate(("Rule", "Severity", "Findings"), start=1):
        put(page.cell(row, place), heading)
        page.cell(row, place).font = BOLD
    put(page.cell(row, 8), "For example")
    page.cell(row, 8).font = BOLD
    order = sorted(counts, key=lambda rule: (_rank(first.get(rule)), -counts[rule], rule))
    for at, rule in enumerate(order, start=row + 1):
        put(page.cell(at, 1), rule)
        page.cell(at, 3).value = counts[rule]
        if rule in first:
            put(page.cell(at, 2), first[rule].severity)
            page.cell(at, 2).fill = FILLS[first[rule].severity]
            put(page.cell(at, 8), first[rule].message)
            page.cell(at, 8).alignment = _WRAPPED


def _rank(finding: Finding | None) -> int:
    return SEVERITIES.index(finding.severity) if finding else len(SEVERITIES)


def _lay_out(page: Worksheet) -> None:
    for letter, width in zip("ABCDEFGHI", COLUMNS.values(), strict=True):
        page.column_dimensions[letter].width = width
    page.freeze_panes = f"A{HEADING_ROW + 1}"
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = page.PAPERSIZE_A4
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.print_title_rows = f"{HEADING_ROW}:{HEADING_ROW}"


def told(finding: Finding) -> str:
    """The finding as the comment on its cell says it."""
    return f"{finding.severity.capitalize()}: {visible(finding.message)} [{visible(finding.rule)}]"
