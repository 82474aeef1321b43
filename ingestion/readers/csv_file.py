"""CSV: UTF-8, commas, double quotes; anything else is refused with its place."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from ingestion.findings import FileRefusedError, Finding
from ingestion.readers.table import Row, Table

MAX_CELL = 100_000


def read_csv(path: Path) -> Table:
    """Read a CSV file; see `ingestion.readers.read` for what comes back and what is raised."""
    _refuse_bad_bytes(path)
    csv.field_size_limit(MAX_CELL)
    lines = _rows(path.open(encoding="utf-8-sig", newline=""))
    first = next(lines, None)
    if first is None:
        raise FileRefusedError(Finding("file-empty", "the file is empty; it needs a heading row and at least one row"))
    if isinstance(first, Finding):
        raise FileRefusedError(first)
    number, header = first
    return Table(None, number, header, lines)


def _rows(file: TextIO) -> Iterator[tuple[int, Row] | Finding]:
    with file:
        reader = csv.reader(file, strict=True)
        number = 1
        try:
            for cells in reader:
                # a quoted cell may hold line breaks: the row starts where the one before it ended
                if cells:
                    yield number, tuple(cell if cell != "" else None for cell in cells)
                number = reader.line_num + 1
        except csv.Error as error:
            yield Finding("file-quoting", f"the quotes or line ends of this row are broken ({error})", row=number)


def _refuse_bad_bytes(path: Path) -> None:
    """Name the line of the first byte that is not UTF-8 text, or of the first NUL."""
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if b"\0" in line:
                raise FileRefusedError(
                    Finding("file-nul", "a NUL byte stands here; save the file as CSV UTF-8 again", row=number)
                )
            try:
                line.decode("utf-8")
            except UnicodeDecodeError as error:
                raise FileRefusedError(
                    Finding(
                        "file-encoding",
                        "the file is not UTF-8; save it as 'CSV UTF-8'",
                        row=number,
                        value=repr(line[error.start : error.end])[2:-1],
                    )
                ) from error
