"""One row of a feed as a one-page form to be filled in offline, derived from the feed's contract."""

import math
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from ingestion.contract import Column, Contract
from ingestion.readers.form_sheet import ANSWER, FORM, NAME
from ingestion.sheets import CODES, number_format, offer_codes
from ingestion.wording import wording

A4 = 9
"""Number of the paper size in the workbook format."""
WIDTHS = {"A": 12, "B": 50, "C": 30, "D": 20}
"""Characters: column name, question, answer, how to answer."""
LINE = 12.0
"""Height of one line, in points."""
QUESTION = 64
"""Letters of a question that fit into one line of its column."""

_GREY = Font(size=6, color="808080")
_BAND = PatternFill("solid", fgColor="D9E2EC")
_EDGE = Side("thin", color="808080")
_BOX = Border(left=_EDGE, right=_EDGE, top=_EDGE, bottom=_EDGE)
_WRAP = Alignment(wrap_text=True, vertical="center")
_LEFT = Alignment(wrap_text=True, vertical="center", horizontal="left")


def write_form(terms: Contract, path: Path) -> Path:
    """Write an empty form: sheet *Form*, one A4 page, a line per column of the contract, in sections.

    Column A names the column (small and grey), B asks, C takes the answer, D says how to answer. Only C can be written
    to; the sheet is protected without a password. Drop-downs come from the code lists, on the sheet *Codes*.
    """
    words = wording(terms)
    book = Workbook()
    page: Worksheet = book.worksheets[0]
    page.title = FORM
    codes = book.create_sheet(CODES)
    _write_line(page, 1, NAME, f"{terms.title} (version {terms.version}): * must be filled", ANSWER, "how to answer")
    row, section = 1, ""
    for place, column in enumerate(terms.columns, start=1):
        if words.sections[column.name] != section:
            section = words.sections[column.name]
            row += 1
            _write_line(page, row, "", section, "", "")
        row += 1
        _write_question(page, row, column, terms)
        offer_codes(page, codes, place, column, f"C{row}")
    _set_page(page, row)
    book.save(path)
    return path


def _write_line(page: Worksheet, row: int, *texts: str) -> None:
    """A line of the form itself: its heading, or the name of a section."""
    for place, text in enumerate(texts, start=1):
        cell = page.cell(row, place, text or None)
        cell.font = Font(bold=True, size=9)
        cell.fill = _BAND
    page.cell(row, 1).font = _GREY
    page.row_dimensions[row].height = LINE


def _write_question(page: Worksheet, row: int, column: Column, terms: Contract) -> None:
    page.cell(row, 1, column.name).font = _GREY
    asked = page.cell(row, 2, question(column))
    asked.font, asked.alignment = Font(bold=column.required, size=8), _WRAP
    answer = page.cell(row, 3)
    if column.name == "source_document":
        answer.value = f"{terms.title}: form filled in by the office"
    answer.number_format, answer.border, answer.alignment = number_format(column), _BOX, _LEFT
    answer.protection, answer.font = Protection(locked=False), Font(size=9)
    hint = page.cell(row, 4, how_to_answer(column))
    hint.font, hint.alignment = Font(size=7, italic=True), _WRAP
    page.row_dimensions[row].height = LINE * math.ceil(len(question(column)) / QUESTION)


def question(column: Column) -> str:
    """The first sentence of a column's meaning, with a star where the answer is required."""
    text = column.description.split(". ")[0].rstrip(".")
    return f"{text} *" if column.required else text


def how_to_answer(column: Column) -> str:
    """What the answer must look like, in a few words."""
    if column.codes:
        return "choose from the list"
    if column.kind == "date":
        return "date, like 2019-12-31"
    if column.kind == "text":
        return f"text, like {column.example}" if column.pattern else "text"
    return "whole number" if column.kind == "integer" else "number, like 1234.56"


def _set_page(page: Worksheet, last_row: int) -> None:
    for letter, width in WIDTHS.items():
        page.column_dimensions[letter].width = width
    page.freeze_panes = "A2"
    page.print_area = f"A1:D{last_row}"
    page.page_setup.paperSize = A4
    page.page_setup.orientation = "portrait"
    page.page_setup.fitToWidth = page.page_setup.fitToHeight = 1
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.print_options.horizontalCentered = True
    for side in ("left", "right", "top", "bottom"):
        setattr(page.page_margins, side, 0.4)
    page.protection.sheet = True
