"""The fast way through a long CSV file: blocks of lines of which each is plainly one row, split by Arrow.

A block is taken only if nothing in it could be read in two ways: whole lines, every quote where the strict grammar has
it, no blank line, no NUL, as many cells in each row as there are headings. At the first block of another kind the exact
reader goes on from its first line, and it names what is wrong.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from ingestion.readers.rows import Lines

BLOCK = 1 << 21
"""Bytes read at a time: more does not make it faster, and memory stays small."""
MAX_CELL = 100_000
"""Characters of one cell; a line of more bytes is left to the exact reader, which counts them."""

_BOM = b"\xef\xbb\xbf"


class PlainLines:
    """Goes through the lines of a file from an offset; `offset` and `line` say where it stands.

    Args:
        path: a file in UTF-8.
        offset: byte at which the first row begins, `line` its number.
        width: number of headings.
        delimiter: what parts the cells.
    """

    def __init__(self, path: Path, offset: int, line: int, width: int, delimiter: str) -> None:
        self.path, self.offset, self.line = path, offset, line
        sign = re.escape(delimiter).encode()
        cell = rb'(?:"(?:[^"\r\n]|"")*+"|[^"\r\n%b]*+)' % sign
        self._strict = re.compile(rb"(?:%b(?:%b%b)*+\r?\n)*+" % (cell, sign, cell))
        self._delimiter = delimiter
        names = [f"c{place}" for place in range(width)]
        self._read = arrow_csv.ReadOptions(column_names=names, block_size=BLOCK * 2, use_threads=False)
        pa.set_cpu_count(1)  # threads of its own are no use to a process that shares the processors with others
        self._convert = arrow_csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False, quoted_strings_can_be_null=False
        )

    def __iter__(self) -> Iterator[Lines]:
        while (text := self.block(self.offset)) and (columns := self.split(text)) is not None:
            yield Lines(self.take(text, len(columns[0])), text, columns)

    @property
    def left(self) -> int:
        """Bytes that are still to be read."""
        return self.path.stat().st_size - self.offset

    def block(self, offset: int) -> bytes:
        """Whole lines from a byte on: nothing at the end of the file, or where a line is longer than a block."""
        with self.path.open("rb") as file:  # anew each time: twins of a process would share the place in one
            file.seek(offset)
            text = file.read(BLOCK)
        # the last line of a file needs no end
        return text if len(text) < BLOCK else text[: text.rfind(b"\n") + 1]

    def take(self, text: bytes, count: int) -> range:
        """Go on behind the block that begins where this stands, of so many lines; gives their numbers."""
        numbers = range(self.line, self.line + count)
        self.offset += len(text)
        self.line = numbers.stop
        return numbers

    def split(self, text: bytes) -> list[Any] | None:
        """The cells of a block by column, as Arrow arrays; None when its lines are not plain."""
        if text.startswith(_BOM):  # Arrow would drop it at the start of any block, and it is part of a cell here
            return None
        text = text if text.endswith(b"\n") else text + b"\n"
        blank = b"\n\n" in text or b"\n\r\n" in text or text.startswith((b"\n", b"\r\n"))
        if blank or b"\0" in text or (b"\r" in text and not _all_end_alike(text)):
            return None
        quoted = b"".join(_quoted_lines(text))
        if not self._strict.fullmatch(quoted):
            return None
        parse = arrow_csv.ParseOptions(
            delimiter=self._delimiter,
            quote_char='"' if quoted else False,
            newlines_in_values=False,
        )
        try:
            table: Any = arrow_csv.read_csv(
                pa.BufferReader(text), read_options=self._read, parse_options=parse, convert_options=self._convert
            )
        except pa.ArrowInvalid:  # another number of cells, or bytes that are no UTF-8
            return None
        columns = [column.combine_chunks() for column in table.columns]
        if table.num_rows != text.count(b"\n"):  # the lines are counted by their ends later on
            return None
        if max(pc.max(pc.binary_length(cells)).as_py() for cells in columns) > MAX_CELL:
            return None
        return columns


def _all_end_alike(text: bytes) -> bool:
    return text.count(b"\r") == text.count(b"\n") == text.count(b"\r\n")


def _quoted_lines(text: bytes) -> Iterator[bytes]:
    """The lines in which a quote stands."""
    found = text.find(b'"')
    while found >= 0:
        end = text.index(b"\n", found) + 1
        yield text[text.rfind(b"\n", 0, found) + 1 : end]
        found = text.find(b'"', end)
