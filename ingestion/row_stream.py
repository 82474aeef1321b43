"""From the reader to COPY: rows that were written anew, and blocks of plain lines that need only be named.

A proved block does not travel: the reader names its place in the archived file, and the lines are numbered here.
"""

import io
import struct
from pathlib import Path
from typing import IO, Any, BinaryIO

_FRAME = struct.Struct("<cQQQ")
_LINES, _ROWS = b"L", b"R"


def numbered(text: bytes, first: int, submission: int) -> bytes:
    """Whole lines of a text file as CSV for COPY: submission, no sheet, row number, and the line as it is."""
    end = b"\r\n" if text.endswith(b"\r\n") else b"\n"
    lines = text.removesuffix(end).split(end)
    start = b"%d,," % submission
    return start + (b"\n" + start).join(map(b"%d,%b".__mod__, enumerate(lines, start=first))) + b"\n"


def write_lines(out: BinaryIO, offset: int, size: int, first: int) -> None:
    """Name a block of plain lines by its place in the file and the number of its first line."""
    out.write(_FRAME.pack(_LINES, offset, size, first))


def write_rows(out: BinaryIO, rows: bytes) -> None:
    """Hand on rows that are CSV for COPY already."""
    out.write(_FRAME.pack(_ROWS, len(rows), 0, 0) + rows)


class RowStream(io.RawIOBase):
    """What the reader handed on, as CSV for COPY; whole rows only, even if the reader dies in the middle of one.

    Args:
        frames: what `write_lines` and `write_rows` wrote.
        source: the archived file.
        submission: number that each row carries.
    """

    def __init__(self, frames: IO[bytes], source: Path, submission: int) -> None:
        self._frames, self._submission = frames, submission
        self._source = source.open("rb")
        self._left = b""

    def readable(self) -> bool:
        """It can be read."""
        return True

    def read(self, size: int = -1) -> bytes:
        """The next rows, more than `size` bytes if they come in one piece; all that is left if it is negative."""
        if size < 0:
            return b"".join(iter(self._next, b""))
        return self._next()

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer, as readers of text do."""
        self._left = self._left or self._next()
        part, self._left = self._left[: len(buffer)], self._left[len(buffer) :]
        buffer[: len(part)] = part
        return len(part)

    def close(self) -> None:
        """Let go of the file and of the reader's output."""
        self._source.close()
        self._frames.close()
        super().close()

    def _next(self) -> bytes:
        head = self._frames.read(_FRAME.size)
        if len(head) < _FRAME.size:
            return b""
        kind, place, size, first = _FRAME.unpack(head)
        if kind == _ROWS:
            rows = self._frames.read(place)
            return rows if len(rows) == place else b""
        if kind != _LINES:
            return b""
        self._source.seek(place)
        text = self._source.read(size)
        return numbered(text if text.endswith(b"\n") else text + b"\n", first, self._submission)
