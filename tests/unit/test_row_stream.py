"""From the reader to COPY: whole rows, numbered, and none of a reader that died in the middle of one."""

import io
from pathlib import Path

import pytest

from ingestion.row_stream import RowStream, numbered, write_lines, write_rows

TEXT = b"h\r\na,1\r\nb,2"


@pytest.fixture
def frames(tmp_path: Path) -> tuple[io.BytesIO, Path]:
    """Lines 2 and 3 of a file whose last line has no end, then two rows written anew."""
    source = tmp_path / "archived"
    source.write_bytes(TEXT)
    out = io.BytesIO()
    write_lines(out, 3, 5, 2)
    write_lines(out, 8, 3, 3)
    write_rows(out, b"7,,4,c,3\n7,,5,d,4\n")
    out.seek(0)
    return out, source


def test_lines_are_numbered_and_rows_handed_on(frames: tuple[io.BytesIO, Path]) -> None:
    assert RowStream(*frames, submission=7).read() == b"7,,2,a,1\n7,,3,b,2\n7,,4,c,3\n7,,5,d,4\n"


def test_it_is_read_as_text_by_whoever_wants_text(frames: tuple[io.BytesIO, Path]) -> None:
    text = io.TextIOWrapper(io.BufferedReader(RowStream(*frames, submission=7), buffer_size=5))
    assert text.read().splitlines() == ["7,,2,a,1", "7,,3,b,2", "7,,4,c,3", "7,,5,d,4"]


def test_what_a_dead_reader_began_is_left_out(frames: tuple[io.BytesIO, Path]) -> None:
    out, source = frames
    whole = out.getvalue()
    for lost in (1, 17, 18, 43):
        rows = RowStream(io.BytesIO(whole[:-lost]), source, submission=7).read()
        assert rows == b"7,,2,a,1\n7,,3,b,2\n"


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_any_line_end_becomes_one(end: bytes) -> None:
    assert numbered(b"x" + end + b'"y, z"' + end, 10, 3) == b'3,,10,x\n3,,11,"y, z"\n'
