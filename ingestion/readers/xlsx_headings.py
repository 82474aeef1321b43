"""The first rows of the sheets that are not read: one like the declared sheet may be the one that was meant."""

from collections.abc import Iterable, Sequence
from xml.etree.ElementTree import Element

from ingestion.readers.xlsx_archive import Archive
from ingestion.readers.xlsx_markup import MAIN, ItemStream, text_of
from ingestion.readers.xlsx_strings import Strings

FIRST_ROWS = 20
"""Filled rows among which the headings are looked for."""
FIRST_BYTES = 1 << 16

RawRow = list[int | str]
"""Filled cells of a row: text, or the number of a shared string."""


def first_rows(archive: Archive, part: str) -> list[RawRow]:
    """The first filled rows of a sheet, at most `FIRST_ROWS` and one more; raises as `Archive.blocks`."""
    stream = ItemStream(archive.blocks(part), part, "sheetData", "row ")
    closing = b"</%brow>" % stream.prefix
    for chunk in stream:
        end = chunk.find(closing, FIRST_BYTES)
        rows = stream.items(chunk if end < 0 else chunk[: end + len(closing)])
        filled = ([text for text in map(_raw, row) if text != ""] for row in rows)
        return [row for row in filled if row][: FIRST_ROWS + 1]
    return []


def _raw(cell: Element) -> int | str:
    inline, value = cell.find(f"{MAIN}is"), cell.findtext(f"{MAIN}v") or ""
    if inline is not None:
        return text_of(inline)
    if cell.get("t") == "s" and value.isascii() and value.isdigit():
        return int(value[:12])
    return value


def shared_in(rows: Iterable[RawRow]) -> set[int]:
    """The numbers of the shared strings in these rows."""
    return {cell for row in rows for cell in row if isinstance(cell, int)}


def looks_like(rows: Sequence[RawRow], header: Iterable[str], strings: Strings) -> bool:
    """Whether one of the rows holds just these headings, in any order, and another row stands below it."""
    wanted = {_plain(heading) for heading in header} - {""}
    texts = [{_plain(strings.texts.get(cell, "") if isinstance(cell, int) else cell) for cell in row} for row in rows]
    return any(found - {""} == wanted for found in texts[:-1])


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
