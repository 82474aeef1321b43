"""CSV in the contract's encoding and delimiter, with double quotes; anything else is refused with its place."""

import csv
import itertools
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from ingestion.findings import MAX_VALUE, FileRefusedError, Finding
from ingestion.readers.plain_lines import MAX_CELL, PlainLines
from ingestion.readers.rows import Batch, Lines
from ingestion.readers.table import Table

BATCH = 10_000
BLOCK = 1 << 20
MAX_LINE = 1 << 20
"""Bytes of one line."""

_BREAK = re.compile("\r\n|\r|\n")
_BOM = b"\xef\xbb\xbf"
_SIGNATURES = {
    b"PK\x03\x04": "a workbook or zip archive",
    b"\xd0\xcf\x11\xe0": "an old or encrypted Office file",
    b"\x1f\x8b": "a gzip archive",
    b"\xff\xfe": "UTF-16 text",
    b"\xfe\xff": "UTF-16 text",
    b"%PDF": "a PDF",
}


def read_csv(path: Path, encoding: str = "utf-8", delimiter: str = ",") -> Table:
    """Read a CSV file; see `ingestion.readers.read` for what comes back and what is raised."""
    csv.field_size_limit(MAX_CELL)
    source = _TextLines(path, encoding, _refuse_other_kinds(path), 1)
    row, header = _header(source, delimiter)
    _refuse_other_delimiter(row, header, delimiter)
    plain = None
    if encoding == "utf-8":
        plain = PlainLines(path, source.offset, source.line, len(header), delimiter)
    size = path.stat().st_size

    def progress() -> float:
        return min(1.0, max(source.offset, plain.offset if plain else 0) / size)

    return Table(None, row, tuple(header), _batches(source, delimiter, plain), progress=progress, plain=plain)


class _TextLines:
    """Lines of a file, decoded one by one, from a byte and a line number on; both say where it stands."""

    def __init__(self, path: Path, encoding: str, offset: int, line: int) -> None:
        self.path, self.encoding, self.offset, self.line = path, encoding, offset, line

    def __iter__(self) -> Iterator[str]:
        rest = b""
        with self.path.open("rb") as file:
            file.seek(self.offset)
            while block := file.read(BLOCK):
                while block.endswith(b"\r") and (more := file.read(1)):
                    block += more  # the halves of a line end belong together
                lines = (rest + block).splitlines(keepends=True)
                rest = lines.pop() if not lines[-1].endswith((b"\n", b"\r")) else b""
                for line in lines:
                    yield self._text(line)
                if len(rest) > MAX_LINE:
                    yield self._text(rest)
            if rest:
                yield self._text(rest)

    def _text(self, line: bytes) -> str:
        if len(line) > MAX_LINE:
            message = f"this line is longer than {MAX_LINE} bytes, which no row of a table is; split it"
            raise FileRefusedError(Finding("file-size", message, row=self.line))
        if b"\0" in line:
            message = "a NUL byte stands here; save the file as CSV UTF-8 again"
            raise FileRefusedError(Finding("file-nul", message, row=self.line, value="\\x00"))
        try:
            text = line.decode(self.encoding)
        except UnicodeDecodeError as error:
            name = self.encoding.upper()
            message = f"this is not {name} text (byte {error.start + 1} of the line); save the file as 'CSV {name}'"
            value = repr(line[error.start : error.end])[2:-1]
            raise FileRefusedError(Finding("file-encoding", message, row=self.line, value=value)) from error
        self.offset += len(line)
        self.line += 1
        return text


def _refuse_other_kinds(path: Path) -> int:
    """Where the text begins: after the byte order mark, if there is one."""
    with path.open("rb") as file:
        start = file.read(8)
    for signature, kind in _SIGNATURES.items():
        if start.startswith(signature):
            message = f"the file is {kind}, not CSV text; save it as 'CSV UTF-8'"
            rule = "file-encoding" if "UTF" in kind else "file-kind"
            raise FileRefusedError(Finding(rule, message, row=1, value=repr(start)[2:-1]))
    return len(_BOM) if start.startswith(_BOM) else 0


def _header(source: _TextLines, delimiter: str) -> tuple[int, list[str]]:
    row = source.line
    reader = csv.reader(iter(source), strict=True, delimiter=delimiter)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                return row, cells
            row = source.line
    except csv.Error as error:
        raise FileRefusedError(_broken(error, row)) from error
    raise FileRefusedError(Finding("file-empty", "the file is empty; it needs a heading row and at least one row"))


def _refuse_other_delimiter(row: int, header: list[str], delimiter: str) -> None:
    if len(header) > 1:
        return
    for sign, name in (";", "semicolons"), ("\t", "tabs"), ("|", "bars"), (",", "commas"):
        if sign != delimiter and sign in header[0]:
            message = f"the columns are parted by {name}; save the file with {delimiter!r} between them"
            raise FileRefusedError(Finding("file-delimiter", message, row=row, value=header[0][:MAX_VALUE]))


def _batches(source: _TextLines, delimiter: str, plain: PlainLines | None) -> Iterator[Batch | Lines]:
    """Plain lines as long as there are only such, then row by row."""
    if plain:
        yield from plain
        source.offset, source.line = plain.offset, plain.line
    yield from _exact_batches(source, delimiter)


def _exact_batches(source: _TextLines, delimiter: str) -> Iterator[Batch]:
    reader: Any = csv.reader(iter(source), strict=True, delimiter=delimiter)
    broken: Finding | None = None
    done = False
    while not done:
        start = source.line
        rows: list[list[str]] = []
        try:
            rows.extend(itertools.islice(reader, BATCH))  # what came before an error stays in the list
            done = len(rows) < BATCH
        except csv.Error as error:
            done, broken = True, _broken(error, 0)
        except FileRefusedError as refusal:
            done, broken = True, refusal.finding
        numbers, after = _numbers(rows, start, None if broken else source.line)
        if broken and not broken.row:
            broken = replace(broken, row=after)
        if not all(map(any, rows)):  # a line of blank cells holds nothing
            kept = [(number, row) for number, row in zip(numbers, rows, strict=True) if any(row)]
            numbers, rows = [number for number, _ in kept], [row for _, row in kept]
        if rows or broken:
            yield Batch(numbers, rows, [broken] if broken else [])


def _numbers(rows: list[list[str]], start: int, after: int | None) -> tuple[list[int] | range, int]:
    """The line on which each row begins, and the line after the last; quoted cells may hold line breaks."""
    if after is not None and after - start == len(rows):
        return range(start, after), after
    numbers, number = [], start
    for row in rows:
        numbers.append(number)
        number += 1 + sum(len(_BREAK.findall(cell)) for cell in row)
    return numbers, number


def _broken(error: csv.Error, row: int) -> Finding:
    if "field limit" in str(error):
        message = f"a cell is longer than {MAX_CELL} characters; shorten it, or look for a quote that is never closed"
        return Finding("file-size", message, row=row)
    message = f"the quotes or line ends of this row are broken ({error}); mend it: the rows after it could not be read"
    return Finding("file-quoting", message, row=row)
