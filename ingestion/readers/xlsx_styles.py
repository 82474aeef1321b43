"""Number formats that show another figure than the one that is stored."""

import re

from ingestion.readers.xlsx_archive import Archive
from ingestion.readers.xlsx_markup import MAIN

PART = "xl/styles.xml"
_PERCENT = {9: "0%", 10: "0.00%"}
"""Formats that are built in and hence not written down."""
_LITERALS = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
_SCALED = re.compile(r"[0#?],+(?![0#?,])")
"""A comma behind the last digit divides by a thousand."""


def scaled_styles(archive: Archive) -> dict[int, str]:
    """The numbers of the cell styles that show a percentage or thousands, with their format.

    Raises:
        FileRefusedError: the styles are damaged.
    """
    if PART not in archive:
        return {}
    root = archive.xml(PART)
    formats = dict(_PERCENT)
    for written in root.iterfind(f"{MAIN}numFmts/{MAIN}numFmt"):
        formats[_number(written.get("numFmtId"))] = written.get("formatCode", "")
    found = {}
    for style, cell in enumerate(root.iterfind(f"{MAIN}cellXfs/{MAIN}xf")):
        code = formats.get(_number(cell.get("numFmtId")), "")
        if is_scaled(code):
            found[style] = code
    return found


def is_scaled(code: str) -> bool:
    """Whether a number format shows a number multiplied or divided."""
    bare = _LITERALS.sub("", code)
    return "%" in bare or bool(_SCALED.search(bare))


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0
