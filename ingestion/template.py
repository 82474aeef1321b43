"""The workbook that a sender may fill in, derived from the feed's contract."""

from pathlib import Path

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from ingestion.contract import Column, Contract
from ingestion.sheets import CODES, number_format, offer_codes

ROWS = 10_000
"""Rows below the heading that offer the drop-downs and formats."""

CONTROL = {
    "currency": "Currency of the rows counted in this line, as in the column currency; one line per currency. "
    "Leave it blank where the rows have no currency.",
    "rows": "Number of rows of that currency in the sheet of rows.",
    "sum": "Sum of all amounts of that currency, as your own system gives it; not a formula over the sheet of rows.",
}
"""Headings of the sheet Control and what stands under them."""


def write_template(terms: Contract, path: Path) -> Path:
    """Write an empty workbook: headings, meanings as comments, drop-downs from the code lists, text and date formats.

    The sheet *Control* takes the control totals; the sheet *Codes* holds the codes of the drop-downs.
    """
    book = Workbook()
    page: Worksheet = book.worksheets[0]
    page.title = terms.sheet
    control = book.create_sheet("Control")
    codes = book.create_sheet(CODES)
    for place, column in enumerate(terms.columns, start=1):
        _write_column(page, codes, place, column)
    page.freeze_panes = "A2"
    _write_control(control, terms)
    book.save(path)
    return path


def _write_column(page: Worksheet, codes: Worksheet, place: int, column: Column) -> None:
    letter = get_column_letter(place)
    heading = page.cell(1, place, column.name)
    heading.font = Font(bold=column.required)
    need = "required" if column.required else "may be blank"
    heading.comment = Comment(f"{column.description}\n{need}; like: {column.example}", "contract")
    page.column_dimensions[letter].width = max(14, len(column.name) + 2)
    page.column_dimensions[letter].number_format = number_format(column)
    offer_codes(page, codes, place, column, f"{letter}2:{letter}{ROWS + 1}")


def _write_control(control: Worksheet, terms: Contract) -> None:
    need = "required for this feed" if terms.control_required else "may be left empty"
    for place, (name, meaning) in enumerate(CONTROL.items(), start=1):
        heading = control.cell(1, place, name)
        heading.font = Font(bold=terms.control_required)
        heading.comment = Comment(f"{meaning}\nControl totals: {need}.", "contract")
        control.column_dimensions[get_column_letter(place)].width = 16
    control.freeze_panes = "A2"
