"""XLSX: the declared sheet, cell by cell as text; formulas, errors and merged cells are refused with their place."""

import datetime as dt
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import openpyxl
from openpyxl.utils import get_column_letter

from ingestion.findings import FileRefusedError, Finding
from ingestion.readers.table import Row, Table

MAX_INFLATED = 512 * 2**20


def read_xlsx(path: Path, sheet: str) -> Table:
    """Read `sheet` of a workbook; see `ingestion.readers.read` for what comes back and what is raised."""
    _refuse_bombs(path)
    # opened here: the library goes by the ending of a path, and archived files have none
    file = path.open("rb")
    try:
        # formulas are read as written, so that none passes as its last value
        book = openpyxl.load_workbook(file, read_only=True, data_only=False, keep_links=False)
    except Exception as error:  # openpyxl raises whatever its parsers raise
        file.close()
        raise FileRefusedError(_unreadable(error)) from error
    if sheet not in book.sheetnames:
        file.close()
        message = f"the workbook has no sheet {sheet!r}; name the sheet with the rows so"
        raise FileRefusedError(Finding("file-sheet", message, value=", ".join(book.sheetnames)))
    page: Any = book[sheet]
    page.reset_dimensions()  # a workbook's own claim of its size may be wrong
    try:
        _refuse_merged_cells(path, page._worksheet_path, sheet)
    except FileRefusedError:
        raise
    except Exception as error:  # a damaged archive shows wherever it is read
        raise FileRefusedError(_unreadable(error)) from error
    lines = _rows(page, sheet, file)
    for first in lines:
        if isinstance(first, Finding):
            raise FileRefusedError(first)
        return Table(sheet, first[0], first[1], lines)
    raise FileRefusedError(Finding("file-empty", "the sheet is empty; it needs a heading row and a row", sheet=sheet))


def _unreadable(error: Exception) -> Finding:
    message = f"the workbook cannot be read ({type(error).__name__}); save it again as .xlsx"
    return Finding("file-workbook", message)


def _rows(page: Any, sheet: str, file: BinaryIO) -> Iterator[tuple[int, Row] | Finding]:
    with file:
        try:
            for number, cells in enumerate(page.iter_rows(), start=1):
                texts, bad = _texts(cells, number, sheet)
                yield from bad
                if not bad and texts:
                    yield number, texts
        except Exception as error:  # broken XML shows only where it is read
            yield _unreadable(error)


def _texts(cells: tuple[Any, ...], number: int, sheet: str) -> tuple[Row, list[Finding]]:
    """The cells of one row as text, without the empty ones at its end, and what is wrong with any of them."""
    texts: list[str | None] = []
    bad: list[Finding] = []
    for place, cell in enumerate(cells, start=1):
        try:
            texts.append(cell_text(cell.value, cell.data_type))
        except ValueError as error:
            message = f"{error} (cell {get_column_letter(place)}{number})"
            bad.append(Finding("file-cell", message, sheet=sheet, row=number, value=str(cell.value)[:200]))
    while texts and texts[-1] is None:
        texts.pop()
    return tuple(texts), bad


def _refuse_merged_cells(path: Path, part: str, sheet: str) -> None:
    """A merged cell shows one value and stores none in the others: they would be read as empty."""
    with zipfile.ZipFile(path) as archive, archive.open(part.lstrip("/")) as xml:
        tail = b""
        while block := xml.read(1 << 20):
            found = _MERGED.search(tail + block)
            if found:
                place = found[1].decode(errors="replace")
                message = f"the cells {place} are merged; split them and fill each"
                raise FileRefusedError(Finding("file-merged", message, sheet=sheet, value=place))
            tail = block[-200:]


_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*ref=[\"']([^\"']+)[\"']")
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
    if isinstance(value, str):
        return value
    if isinstance(value, int | float):
        return _plain_number(value)
    if isinstance(value, dt.datetime):
        if value.time() != dt.time():
            raise ValueError("the date carries a time of day")
        return value.date().isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    raise ValueError("this kind of cell is not a value of any column")


def _plain_number(value: int | float) -> str:
    """The shortest decimal that is this number, without exponent: a workbook stores numbers in binary."""
    text = repr(value)
    # a workbook's number is exact for 15 digits; beyond that what was typed can no longer be told
    if not re.fullmatch(r"-?\d+(\.\d+)?", text) or len(re.sub(r"\D|\.0$", "", text).strip("0")) > 15:
        raise ValueError("the number is too large, too small or has more than 15 digits")
    return text.removesuffix(".0")


def _refuse_bombs(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MAX_INFLATED:
                raise FileRefusedError(Finding("file-size", "the workbook unpacks to more than 512 MiB; split it"))
            if any(entry.filename.endswith("vbaProject.bin") for entry in archive.infolist()):
                raise FileRefusedError(Finding("file-macro", "the workbook holds a macro; save it as .xlsx without"))
    except zipfile.BadZipFile as error:
        raise FileRefusedError(
            Finding("file-workbook", "the file is not a workbook; save it as .xlsx from the spreadsheet program")
        ) from error
