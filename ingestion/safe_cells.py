"""Text into the cells of a workbook: it reads as it was sent and can never run, break the file or steer the eye."""

import re
from copy import copy
from typing import Any

from openpyxl.comments import Comment

MAX_TEXT = 32_767
"""Characters (UTF-16 units) that a cell of a workbook takes."""
MAX_COMMENT = 8_000
AUTHOR = "ISCM warehouse"
"""Of the comments that are ours."""
MAX_ROW, MAX_COLUMN = 1_048_576, 16_384
"""Rows and columns of a sheet."""

# control characters but the line feed, what XML forbids, and what turns the direction of writing
_UNSEEN = re.compile(
    r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
# spreadsheet programs read _x003D_ as "=": an underscore that begins such a word is written so itself
_CODED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_RUNS = tuple("=+-@＝＋－＠")  # noqa: RUF001 - the wide signs begin a formula in Asian editions


def visible(text: str) -> str:
    r"""The text with every character that cannot be seen, or must not stand in XML, written out (`\x1b`, `\u202e`)."""
    text = text.replace("\r\n", "\n")
    return _UNSEEN.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def can_run(text: str) -> bool:
    """Whether a spreadsheet program might take the text for a formula, if somebody typed it."""
    return text.lstrip().startswith(_RUNS)


def put(cell: Any, text: str) -> None:
    """Into a cell of openpyxl write `text` as a string, never as a formula, error or number.

    What could run is marked as quoted; otherwise the cell keeps its style. Text longer than a cell takes is cut, and
    says so.
    """
    seen = visible(text)
    if len(seen) * 2 > MAX_TEXT and len(seen.encode("utf-16-le")) > 2 * MAX_TEXT:
        seen = f"{seen[:16_000]} … (cut; {len(text)} characters in all)"
    if not seen:
        return
    cell.value = _CODED.sub("_x005F_", seen)
    cell.data_type = "s"  # openpyxl has made a formula of what begins with "=", an error of "#N/A"
    if can_run(seen):
        cell._style = copy(cell._style)  # cells may share one
        cell.quotePrefix = True


def comment(text: str, author: str = AUTHOR) -> Comment:
    """A comment of that text, in a box large enough to read it without scrolling, as far as a screen goes."""
    seen = visible(text)
    seen = _CODED.sub("_x005F_", seen if len(seen) <= MAX_COMMENT else f"{seen[:MAX_COMMENT]} …")
    lines = sum(1 + len(line) // 45 for line in seen.split("\n"))
    return Comment(seen, visible(author), height=min(600, 30 + 20 * lines), width=330)
