"""From the reader to COPY: whole rows, numbered, and none of a reader that died in the middle of one."""

import io

import pytest

from ingestion.row_stream import RowStream, numbered, write_rows

ROWS = b"7,,2,a,1\n7,,3,b,2\n", b"7,,4,c,3\n"


@pytest.fixture
def pieces() -> io.BytesIO:
    """Three rows in two pieces."""
    out = io.BytesIO()
    for rows in ROWS:
        write_rows(out, rows)  # type: ignore[arg-type]
    out.seek(0)
    return out


def test_rows_come_as_they_were_handed_on(pieces: io.BytesIO) -> None:
    stream = RowStream(pieces)
    assert [stream.read(1), stream.read(1), stream.read(1)] == [*ROWS, b""]


def test_it_is_read_as_text_by_whoever_wants_text(pieces: io.BytesIO) -> None:
    text = io.TextIOWrapper(io.BufferedReader(RowStream(pieces), buffer_size=5))
    assert text.read().splitlines() == ["7,,2,a,1", "7,,3,b,2", "7,,4,c,3"]


@pytest.mark.parametrize("lost", [1, 8, 9, 10, 16])
def test_what_a_dead_reader_began_is_left_out(pieces: io.BytesIO, lost: int) -> None:
    assert RowStream(io.BytesIO(pieces.getvalue()[:-lost])).read() == ROWS[0]


@pytest.mark.parametrize("text", [b'x\n"y, z"\n', b'x\r\n"y, z"\r\n', b'x\n"y, z"', b'x\r\n"y, z"\r'])
def test_lines_are_numbered_and_any_line_end_becomes_one(text: bytes) -> None:
    assert numbered(text, 10, 3) == b'3,,10,x\n3,,11,"y, z"\n'
