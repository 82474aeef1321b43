"""XLSX: the declared sheet, cell by cell as text; formulas and error cells are refused with their place."""

import datetime as dt
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils import get_column_letter

from ingestion.findings import FileRefusedError, Finding
from ingestion.readers.table import Row, Table

MAX_INFLATED = 512 * 2**20
MAX_COLUMNS = 500


def read_xlsx(path: Path, sheet: str) -> Table:
    """Read `sheet` of a workbook; see `ingestion.readers.read` for what comes back and what is raised."""
    _refuse_bombs(path)
    try:
        # formulas are read as written, so that none passes as its last value
        # opened here: the library goes by the ending of a path, and archived files have none
        book = openpyxl.load_workbook(path.open("rb"), read_only=True, data_only=False, keep_links=False)
    except Exception as error:  # openpyxl raises whatever its parsers raise
        raise FileRefusedError(
            Finding("file.workbook", f"the workbook cannot be read ({type(error).__name__}); save it again as .xlsx")
        ) from error
    if sheet not in book.sheetnames:
        raise FileRefusedError(
            Finding(
                "file.sheet",
                f"the workbook has no sheet {sheet!r}; name the sheet with the rows so",
                value=", ".join(book.sheetnames),
            )
        )
    page = book[sheet]
    page.reset_dimensions()  # a workbook's own claim of its size may be wrong
    lines = _rows(page, sheet)
    for first in lines:
        if isinstance(first, Finding):
            raise FileRefusedError(first)
        return Table(sheet, first[0], first[1], lines)
    raise FileRefusedError(Finding("file.empty", "the sheet is empty; it needs a heading row and a row", sheet=sheet))


def _rows(page: Any, sheet: str) -> Iterator[tuple[int, Row] | Finding]:
    for number, cells in enumerate(page.iter_rows(max_col=MAX_COLUMNS), start=1):
        texts: list[str | None] = []
        bad: list[Finding] = []
        for place, cell in enumerate(cells, start=1):
            try:
                texts.append(cell_text(cell.value, cell.data_type))
            except ValueError as error:
                bad.append(
                    Finding(
                        "file.cell",
                        f"{error} (cell {get_column_letter(place)}{number})",
                        sheet=sheet,
                        row=number,
                        value=str(cell.value)[:200],
                    )
                )
        yield from bad
        if not bad and any(text is not None for text in texts):
            while texts and texts[-1] is None:
                texts.pop()
            yield number, tuple(texts)


_REFUSED_TYPES = {
    "f": "a formula is not a value; paste it as a value",
    "e": "the cell holds an error",
    "b": "TRUE or FALSE is not a value of any column",
}


def cell_text(value: object, data_type: str) -> str | None:
    """The text of a cell, exactly; None when it is empty.

    Raises:
        ValueError: the cell holds a formula, an error or a kind of value that no column takes.
    """
    if value is None or value == "":
        return None
    if data_type in _REFUSED_TYPES:
        raise ValueError(_REFUSED_TYPES[data_type])
    if isinstance(value, str | int):
        return str(value)
    if isinstance(value, float):
        return _plain_number(value)
    if isinstance(value, dt.datetime):
        if value.time() != dt.time():
            raise ValueError("the date carries a time of day")
        return value.date().isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    raise ValueError("this kind of cell is not a value of any column")


def _plain_number(value: float) -> str:
    """The shortest decimal that is this number, without exponent: a workbook stores numbers in binary."""
    text = repr(value)
    if not re.fullmatch(r"-?\d+(\.\d+)?", text):
        raise ValueError("the number is too large, too small or not a number")
    return text.removesuffix(".0")


def _refuse_bombs(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MAX_INFLATED:
                raise FileRefusedError(Finding("file.size", "the workbook unpacks to more than 512 MiB; split it"))
            if any(entry.filename.endswith("vbaProject.bin") for entry in archive.infolist()):
                raise FileRefusedError(Finding("file.macro", "the workbook holds a macro; save it as .xlsx without"))
    except zipfile.BadZipFile as error:
        raise FileRefusedError(
            Finding("file.workbook", "the file is not a workbook; save it as .xlsx from the spreadsheet program")
        ) from error
