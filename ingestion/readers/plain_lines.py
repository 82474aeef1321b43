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

from ingestion.readers.table import Lines

BLOCK = 1 << 21
"""Bytes read at a time: more does not make it faster, and memory stays small."""
MAX_CELL = 100_000
"""Characters of one cell; a line of more bytes is left to the exact reader, which counts them."""

_BOM = b"\xef\xbb\xbf"


class PlainLines:
    """Goes through the lines of a file from an offset; `offset` and `line` say where it stopped.

    Args:
        path: a file in UTF-8.
        offset: byte at which the first row begins, `line` its number.
        width: number of headings.
        delimiter: what parts the cells.
    """

    def __init__(self, path: Path, offset: int, line: int, width: int, delimiter: str) -> None:
        self.path, self.offset, self.line = path, offset, line
        self._delimiter = delimiter
        sign = re.escape(delimiter).encode()
        cell = rb'(?:"(?:[^"\r\n]|"")*+"|[^"\r\n%b]*+)' % sign
        self._strict = re.compile(rb"(?:%b(?:%b%b)*+\r?\n)*+" % (cell, sign, cell))
        names = [f"c{place}" for place in range(width)]
        self._read = arrow_csv.ReadOptions(column_names=names, block_size=BLOCK * 2, use_threads=False)
        pa.set_cpu_count(1)  # one core is for reading, the others are the database's
        self._convert = arrow_csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False, quoted_strings_can_be_null=False
        )

    def __iter__(self) -> Iterator[Lines]:
        with self.path.open("rb") as file:
            file.seek(self.offset)
            rest = b""
            while block := file.read(BLOCK):
                text, end, rest = (rest + block).rpartition(b"\n")
                size = len(text) + len(end)
                if not size or (lines := self._plain(text + end, size)) is None:
                    return
                self.offset += size
                self.line = lines.numbers.stop
                yield lines
            if rest and (lines := self._plain(rest + b"\n", len(rest))) is not None:
                self.offset += len(rest)
                self.line = lines.numbers.stop
                yield lines

    def _plain(self, text: bytes, size: int) -> Lines | None:
        if text.startswith(_BOM):  # Arrow would drop it at the start of any block, and it is part of a cell here
            return None
        count = text.count(b"\n")
        returns = text.count(b"\r")
        if b"\0" in text or returns not in (0, count) or (returns and text.count(b"\r\n") != count):
            return None
        quoted = b"".join(_quoted_lines(text))
        if not self._strict.fullmatch(quoted):
            return None
        parse = arrow_csv.ParseOptions(
            delimiter=self._delimiter, quote_char='"' if quoted else False, newlines_in_values=False
        )
        try:
            table: Any = arrow_csv.read_csv(
                pa.BufferReader(text), read_options=self._read, parse_options=parse, convert_options=self._convert
            )
        except pa.ArrowInvalid:  # another number of cells, or bytes that are no UTF-8
            return None
        columns = [column.combine_chunks() for column in table.columns]
        if table.num_rows != count or max(pc.max(pc.binary_length(cells)).as_py() for cells in columns) > MAX_CELL:
            return None
        return Lines(range(self.line, self.line + count), columns, text, self.offset, size)


def _quoted_lines(text: bytes) -> Iterator[bytes]:
    """The lines in which a quote stands."""
    found = text.find(b'"')
    while found >= 0:
        end = text.index(b"\n", found) + 1
        yield text[text.rfind(b"\n", 0, found) + 1 : end]
        found = text.find(b'"', end)
