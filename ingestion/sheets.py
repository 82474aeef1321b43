"""What template and form share: drop-downs from the code lists, and formats that keep a text a text."""

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from ingestion.contract import Column

CODES = "Codes"
"""The sheet that holds the codes: a drop-down written into a cell holds 255 characters only."""


def number_format(column: Column) -> str:
    """Format of a column's cells; text stays text: a spreadsheet would turn 007 into 7 and 2014-2019 into a date."""
    if column.kind == "date":
        return "yyyy-mm-dd"
    return "@" if column.kind == "text" else "General"


def offer_codes(page: Worksheet, codes: Worksheet, place: int, column: Column, cells: str) -> None:
    """Write the codes of `column` into column `place` (from 1) of the sheet of codes; offer them in `cells`."""
    if not column.codes:
        return
    listed = sorted(column.codes)
    for row, code in enumerate(listed, start=1):
        codes.cell(row, place, code)
    letter = get_column_letter(place)
    choice = DataValidation("list", formula1=f"={CODES}!${letter}$1:${letter}${len(listed)}")
    choice.add(cells)
    page.add_data_validation(choice)
