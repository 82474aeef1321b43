"""From the reader to COPY: whole rows only, even if the reader dies in the middle of one."""

import io
import struct
from typing import IO, Any, BinaryIO

_SIZE = struct.Struct("<Q")


def numbered(text: bytes, first: int, submission: int) -> bytes:
    """Whole lines of a text file as CSV for COPY: submission, no sheet, row number, and the line as it is."""
    text = text if text.endswith(b"\n") else text + b"\n"  # the last line of a file needs no end
    end = b"\r\n" if text.endswith(b"\r\n") else b"\n"
    lines = text.removesuffix(end).split(end)
    start = b"%d,," % submission
    return start + (b"\n" + start).join(map(b"%d,%b".__mod__, enumerate(lines, start=first))) + b"\n"


def write_rows(out: BinaryIO, rows: bytes) -> None:
    """Hand on rows that are CSV for COPY."""
    out.write(_SIZE.pack(len(rows)))
    out.write(rows)
    out.flush()  # the database waits for them


class RowStream(io.RawIOBase):
    """What the reader handed on, as CSV for COPY; see `write_rows`.

    Args:
        pieces: what `write_rows` wrote.
    """

    def __init__(self, pieces: IO[bytes]) -> None:
        self._pieces = pieces
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
        """Let go of the reader's output."""
        self._pieces.close()
        super().close()

    def _next(self) -> bytes:
        head = self._pieces.read(_SIZE.size)
        if len(head) < _SIZE.size:
            return b""
        (size,) = _SIZE.unpack(head)
        rows = self._pieces.read(size)
        return rows if len(rows) == size else b""
