"""One sheet of a workbook, checked as it is written before any reader sees it.

Nearly all rows are plain: one regular expression proves that each of their cells stands in its place and holds a plain
value. Whatever it does not match is parsed and judged cell by cell. A sheet is thus checked at the speed of the
expression, and nothing in it passes unjudged.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from openpyxl.utils import column_index_from_string, get_column_letter

from ingestion.findings import FileRefusedError, Finding
from ingestion.readers.xlsx_archive import Archive, damaged
from ingestion.readers.xlsx_marks import Marks
from ingestion.readers.xlsx_markup import MAIN, TEXT, TEXT_ELEMENT, ItemStream, is_stray, text_of
from ingestion.readers.xlsx_strings import Strings

MAX_ROWS = 300_000
MAX_COLUMNS = 500
MAX_CELLS = 4_500_000
"""Rows times columns: the reader makes room for all of them, filled or not."""
MAX_JUDGED = 400_000
"""Cells that are judged one by one, blank ones among them."""
PLAIN_COLUMNS = 64
"""Columns that the expression for plain rows knows; a row that reaches further is parsed."""
MANY_BLANKS = 50

_NUMBER = rb"-?+[0-9]++(?:\.[0-9]++)?+(?:[eE][-+]?+[0-9]++)?+"
_is_number = re.compile(_NUMBER.decode()).fullmatch
_VALUE, _INLINE = f"{MAIN}v", f"{MAIN}is"
_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_ROW = re.compile(rb'<(?:[\w.-]+:)?row r="([1-9][0-9]{0,6})"')
_FILLED = re.compile(rb'<(?:[\w.-]+:)?c r="([A-Z]{1,3})[0-9]+"(?:>|[^>]*[^/]>)')

# "1&#50;" is 12: some programs stop at the 1
_SPELT = re.compile(rb"<(?:[\w.-]+:)?v(?:\s[^<>]*)?>[-+.0-9eE]*&#")


@dataclass
class SheetScan:
    """What a sheet holds: filled cells, the last row and the number of columns that reach them, and what is odd."""

    marks: Marks
    filled: int = 0
    last_row: int = 0
    width: int = 0
    hidden_rows: int = 0
    merged: list[str] = field(default_factory=list)


def scan_sheet(archive: Archive, part: str, name: str, strings: Strings, scaled: Mapping[int, str]) -> SheetScan:
    """Check one sheet.

    Args:
        archive: the workbook.
        part: the sheet's part in it.
        name: the sheet's name, for messages.
        strings: the shared strings.
        scaled: styles that show another figure than the stored one.

    Raises:
        FileRefusedError: the sheet is damaged, out of order or too large; a row or cell stands there twice.
    """
    return _Scanner(ItemStream(archive.blocks(part), part, "sheetData", "row "), name, strings, scaled).run()


class _Scanner:
    def __init__(self, stream: ItemStream, name: str, strings: Strings, scaled: Mapping[int, str]) -> None:
        self._stream, self._name, self._strings, self._scaled = stream, name, strings, scaled
        self._scan = SheetScan(Marks(name))
        self._last = self._judged = 0
        self._closing = b"</%bc>" % stream.prefix
        # a cell may refer to a shared string that is blank
        few = 0 < len(strings.blank) <= MANY_BLANKS
        self._blank = re.compile(rb't="s"><%bv>(?:%b)<' % (stream.prefix, _any_of(strings.blank))) if few else None

    def run(self) -> SheetScan:
        plain: re.Pattern[bytes] | None = None
        for chunk in self._stream:
            if plain is None:
                self._scan.width = _width(chunk)
                plain = _plain_row(self._stream.prefix, self._scan.width, self._strings, self._scaled)
            self._chunk(chunk, plain)
            self._refuse_large(self._scan.last_row, self._scan.width)
        frame = self._stream.frame()
        if frame.tag != f"{MAIN}worksheet":
            raise damaged(f"{self._name!r} is not a sheet of cells")
        self._scan.merged = [cell.get("ref", "") for cell in frame.iter(f"{MAIN}mergeCell")]
        return self._scan

    def _chunk(self, chunk: bytes, plain: re.Pattern[bytes]) -> None:
        filled, place = self._filled(chunk), 0
        for row in plain.finditer(chunk):
            if row.start() != place:
                filled -= self._rows(chunk[place : row.start()])
            place = row.end()
            number = int(row[1])
            if number <= self._last:
                raise self._disorder(number, "the row")
            self._last = number
        filled -= self._rows(chunk[place:])
        self._scan.filled += filled
        if filled:
            start = chunk.rfind(b"<%brow " % self._stream.prefix, 0, chunk.rfind(self._closing))
            last = _ROW.match(chunk, start)
            self._scan.last_row = max(self._scan.last_row, int(last[1]) if last else self._last)

    def _filled(self, chunk: bytes) -> int:
        """Filled cells, if all rows of the chunk are plain."""
        blank = sum(1 for _ in self._blank.finditer(chunk)) if self._blank else 0
        return chunk.count(self._closing) - blank

    def _rows(self, chunk: bytes) -> int:
        """Judge rows cell by cell; gives the filled cells that they would have if they were plain."""
        if not chunk.strip():
            return 0
        if _SPELT.search(chunk):
            raise damaged(f"the sheet {self._name!r} spells its numbers as signs")
        for row in self._stream.items(chunk):
            number = row.get("r", "")
            if row.tag != f"{MAIN}row" or not re.fullmatch("[1-9][0-9]{0,6}", number):
                raise damaged(f"the sheet {self._name!r} holds a row without its number")
            if int(number) <= self._last:
                raise self._disorder(int(number), "the row")
            self._last = int(number)
            self._judged += len(row)
            if self._judged > MAX_JUDGED:
                message = f"the sheet has more than {MAX_JUDGED:,} cells that are formulas or unusual; send it as CSV"
                raise FileRefusedError(Finding("file-size", message, sheet=self._name))
            self._cells(row, self._last)
        return self._filled(chunk)

    def _cells(self, row: Element, number: int) -> None:
        filled, last = 0, 0
        for cell in row:
            reference = _REFERENCE.fullmatch(cell.get("r", ""))
            if cell.tag != f"{MAIN}c" or reference is None or int(reference[2]) != number:
                raise self._disorder(number, f"the cell {cell.get('r', '(no name)')!r}")
            column = column_index_from_string(reference[1])
            if column <= last:
                raise self._disorder(number, f"the cell {reference[0]}")
            last = column
            wrong, value = self._judge(cell) if len(cell) else (None, "")
            if wrong:
                self._scan.marks.add(number, column - 1, wrong, value)
            if wrong or value:
                filled += not wrong
                self._scan.last_row, self._scan.width = number, max(self._scan.width, column)
                self._refuse_large(number, column)
        if self._scan.last_row == number and row.get("hidden") in ("1", "true"):
            self._scan.hidden_rows += 1
        self._scan.filled += filled

    def _judge(self, cell: Element) -> tuple[str | None, str]:
        """What is wrong with a cell, if anything, and its value as it is stored; "" when the cell is blank."""
        kind, part = cell.get("t", "n"), cell[0]
        stored = part.text or ""
        if (formula := cell.find(f"{MAIN}f")) is not None:
            return "formula", f"={formula.text or ''}"
        odd = len(cell) > 1 or is_stray(cell.text) or is_stray(part.tail)
        if odd or part.tag != (_INLINE if kind == "inlineStr" else _VALUE):
            return "kind", stored
        if kind == "inlineStr":
            return None, text_of(part)
        if len(part):
            return "kind", stored
        if kind == "n" and _is_number(stored) and not self._scaled:
            return None, stored
        return self._judge_value(kind, stored, cell.get("s", "0"))

    def _judge_value(self, kind: str, stored: str, style: str) -> tuple[str | None, str]:
        if kind in ("e", "b"):
            return "error" if kind == "e" else "boolean", {"1": "TRUE", "0": "FALSE"}.get(stored, stored)
        if kind == "str" or not stored:
            return (None if kind in ("str", "s", "n") else "kind"), stored
        if kind == "s" and stored.isascii() and stored.isdigit():
            number = int(stored[:12])
            if number >= self._strings.count:
                return "kind", stored
            return None, "" if number in self._strings.blank else stored
        if kind == "n" and _is_number(stored):
            scaled = style.isascii() and style.isdigit() and int(style[:9]) in self._scaled
            return ("format" if scaled else None), stored
        return ("number" if kind == "n" else "kind"), stored

    def _refuse_large(self, rows: int, columns: int) -> None:
        box = max(rows, self._scan.last_row) * max(columns, self._scan.width)
        if rows > MAX_ROWS or columns > MAX_COLUMNS or box > MAX_CELLS:
            cell = f"{get_column_letter(columns)}{rows}"
            message = (
                f"the sheet reaches to {cell}; a workbook is read up to {MAX_ROWS:,} rows, {MAX_COLUMNS} columns and "
                f"{MAX_CELLS:,} cells: delete stray cells, or send it as CSV"
            )
            raise FileRefusedError(Finding("file-size", message, sheet=self._name, row=rows, cell=cell))

    def _disorder(self, row: int, what: str) -> FileRefusedError:
        message = f"{what} comes twice, out of order or without its place; copy the values into a new workbook"
        return FileRefusedError(Finding("file-order", message, sheet=self._name, row=row))


def _width(chunk: bytes) -> int:
    """The columns that are filled in the first rows, as far as the expression for plain rows goes."""
    letters = {found.decode() for found in set(_FILLED.findall(chunk))}
    return min(PLAIN_COLUMNS, max(map(column_index_from_string, letters), default=1))


def _plain_row(prefix: bytes, width: int, strings: Strings, scaled: Mapping[int, str]) -> re.Pattern[bytes]:
    """What matches one row whose cells are in order and plain: blank, a number, or a text that is not blank."""
    terms = {
        b"p": prefix,
        b"style": rb'(?: s="(?!(?:%b)")[0-9]++")?+' % _any_of(scaled),
        b"number": _NUMBER,
        b"text": TEXT,
        b"string": TEXT_ELEMENT % {b"p": prefix},
        # among many blank strings each reference is looked up
        b"shared": b"[0-9]++" if len(strings.blank) <= MANY_BLANKS else b"(?!)",
    }
    value = (
        rb'(?:(?: t="n")?+(?: ?/>|><%(p)bv>%(number)b</%(p)bv></%(p)bc>)'
        rb'| t="(?:s"><%(p)bv>%(shared)b</%(p)bv>|inlineStr"><%(p)bis>%(string)b</%(p)bis>'
        rb'|str"><%(p)bv>(?=[^<])%(text)b</%(p)bv>)</%(p)bc>'
        rb'| t="(?:s|str|inlineStr)" ?/>)'
    )
    letters = (get_column_letter(place + 1).encode() for place in range(width))
    cells = b"".join(rb'(?:<%(p)bc r="' + letter + rb'\1"%(style)b' + value + rb")?+" for letter in letters)
    # behind them a row may hold cells that are formatted and blank
    blanks = rb'(?:<%(p)bc r="[A-Z]{1,3}\1"(?: s="[0-9]++")?+ ?/>)*+'
    row = rb'<%(p)brow r="([1-9][0-9]{0,6})"(?: (?!hidden)[\w:]+="[^"<]*")*+>'
    return re.compile((row + cells + blanks + rb"</%(p)brow>") % terms)


def _any_of(numbers: Iterable[int]) -> bytes:
    """An expression for any of these numbers; for none, one that never matches."""
    return b"|".join(b"%d" % number for number in sorted(numbers)) or b"(?!)"
