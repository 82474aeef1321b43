"""The workbook that a sender may fill in, derived from the feed's contract."""

from pathlib import Path

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from ingestion.contract import Column, Contract

ROWS = 10_000
"""Rows below the heading that offer the drop-downs and formats."""


def write_template(terms: Contract, path: Path) -> Path:
    """Write an empty workbook: headings, meanings as comments, drop-downs from the code lists, text and date formats.

    The codes stand on a sheet of their own, *Codes*, because a drop-down written into a cell holds 255 characters only.
    """
    book = Workbook()
    page: Worksheet = book.worksheets[0]
    page.title = terms.sheet
    codes = book.create_sheet("Codes")
    for place, column in enumerate(terms.columns, start=1):
        _write_column(page, codes, place, column)
    page.freeze_panes = "A2"
    book.save(path)
    return path


def _write_column(page: Worksheet, codes: Worksheet, place: int, column: Column) -> None:
    letter = get_column_letter(place)
    heading = page.cell(1, place, column.name)
    heading.font = Font(bold=column.required)
    need = "required" if column.required else "may be blank"
    heading.comment = Comment(f"{column.description}\n{need}; like: {column.example}", "contract")
    page.column_dimensions[letter].width = max(14, len(column.name) + 2)
    # text stays text: a spreadsheet would turn 007 into 7 and 2014-2019 into a date
    page.column_dimensions[letter].number_format = "@" if column.kind == "text" else "General"
    if column.codes:
        for row, code in enumerate(sorted(column.codes), start=1):
            codes.cell(row, place, code)
        choice = DataValidation("list", formula1=f"=Codes!${letter}$1:${letter}${len(column.codes)}")
        choice.add(f"{letter}2:{letter}{ROWS + 1}")
        page.add_data_validation(choice)
