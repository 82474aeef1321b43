"""What was sent, row by row, into a new workbook: how much of it is given back, and CSV files."""

import csv
from collections.abc import Set
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from ingestion.safe_cells import MAX_COLUMN, MAX_ROW, put, visible

MAX_ROWS, MAX_CELLS, MAX_INFLATED = 20_000, 300_000, 20 * 2**20
"""Of a file that is given back whole; what is larger would take more memory and time than an answer may."""
FIRST_ROWS = 10
"""Rows from the top that a file given back in part shows: the heading is among them."""

Pages = dict[str, Worksheet]
"""The sheets of the new workbook by their names as sent."""


class TooLargeError(Exception):
    """The file is too large to be given back whole."""


class Budget:
    """Which rows are copied, and how many cells were, so that no file can fill the memory.

    Args:
        wanted: numbers of the rows to copy from each sheet; None for all.
    """

    def __init__(self, wanted: Set[int] | None) -> None:
        self.wanted = wanted
        self._rows = self._cells = 0

    def wants(self, row: int) -> bool:
        """Whether this row is to be copied."""
        return self.wanted is None or row in self.wanted

    def spend(self, cells: int) -> None:
        """Count one row of so many cells.

        Raises:
            TooLargeError: that is more than is given back.
        """
        self._rows, self._cells = self._rows + 1, self._cells + cells
        if self._rows > MAX_ROWS or self._cells > MAX_CELLS:
            raise TooLargeError


def new_page(book: Workbook, title: str, budget: Budget) -> Worksheet:
    """A sheet of that name, as far as a sheet may be called so; in a part of a file it hides the rows between."""
    name = visible(title).translate(str.maketrans(r"\*?:/[]", "_" * 7)).strip("'\n ")[:28]
    page: Worksheet = book.create_sheet(name or "Sheet")
    page.sheet_format.zeroHeight = budget.wanted is not None or None
    return page


def copy_csv(source: Path, book: Workbook, sheet: str, wanted: Set[int] | None, encoding: str, delimiter: str) -> Pages:
    """Copy a CSV file into a sheet of `book`, all as text, each row under the number of the line where it begins.

    Args:
        source: the file.
        book: gets the sheet.
        sheet: its name.
        wanted: numbers of the rows to copy; None for all.
        encoding: of the file; bytes that are none of it are written out.
        delimiter: of the file.

    Raises:
        TooLargeError: the file is too large for that.
    """
    if wanted is None and source.stat().st_size > MAX_INFLATED:
        raise TooLargeError
    budget = Budget(wanted)
    page = new_page(book, sheet, budget)
    as_text = page.cell(1, 1)
    as_text.number_format = "@"  # what is mended here stays text as well: 007 does not become 7
    encoding = "utf-8-sig" if encoding == "utf-8" else encoding
    with source.open(encoding=encoding, errors="backslashreplace", newline="") as file:
        reader = csv.reader(file, strict=True, delimiter=delimiter)
        number = 1
        try:
            for cells in reader:
                if number <= MAX_ROW and budget.wants(number) and cells:
                    budget.spend(len(cells))
                    _write_texts(page, number, cells, as_text)
                number = reader.line_num + 1
        except csv.Error:
            pass  # the finding names the place; the rows before it are given back
    return {sheet: page}


def _write_texts(page: Worksheet, row: int, cells: list[str], like: Any) -> None:
    for column, text in enumerate(cells[:MAX_COLUMN], start=1):
        cell: Any = page.cell(row, column)
        cell._style = like._style
        put(cell, text)
        width = page.column_dimensions[cell.column_letter]
        width.width = max(width.width, min(40, len(text) + 2))
