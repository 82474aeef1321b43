"""A workbook's values as exact text, by the kind of their column; what a spreadsheet changed is refused."""

import datetime as dt
import re
from collections.abc import Sequence
from decimal import Decimal

from ingestion.contract import Column
from ingestion.values import Complaint

MAX_DIGITS = 15
"""A workbook's number is exact for 15 digits; beyond that what was typed can no longer be told."""


def as_texts(column: Column | None, cells: Sequence[object]) -> tuple[Sequence[str], dict[object, Complaint]]:
    """The cells of one column as text.

    Args:
        column: the column of the contract, or None for one of the sender's own.
        cells: what the reader gave, "" for an empty cell.

    Returns:
        One text per cell, and what is wrong with it by value as the reader gave it. Such a value is given as the
        spreadsheet shows it, which no later check is to judge again.
    """
    kinds = set(map(type, cells))
    if kinds <= {str}:
        return cells, {}  # type: ignore[return-value]
    if column is not None and column.kind not in ("text", "date") and kinds <= {str, int, float}:
        numbers = [value if isinstance(value, str) else plain(value) for value in cells]  # type: ignore[arg-type]
        if None not in numbers:
            return numbers, {}  # type: ignore[return-value]
    texts: dict[object, str] = {}
    wrong: dict[object, Complaint] = {}
    for value in set(cells):
        texts[value], complaint = _as_text(column, value)
        if complaint:
            wrong[value] = complaint
    return [texts[value] for value in cells], wrong


def _as_text(column: Column | None, value: object) -> tuple[str, Complaint | None]:
    if isinstance(value, str):
        return value, None
    kind = column.kind if column else "own"
    if isinstance(value, int | float):
        return _number(value, kind, numeric_cell=column is None or column.numeric_cell)
    if isinstance(value, dt.datetime):
        if value.time() != dt.time():
            return value.isoformat(" "), ("value-date", "the date carries a time of day; send the day alone")
        value = value.date()
    if isinstance(value, dt.date):
        text = value.isoformat()
        if kind in ("date", "own"):
            return text, None
        return text, (
            "value-text" if kind == "text" else "value-number",
            "the spreadsheet made a date of it; format the column as text and write it again",
        )
    return str(value), ("value-text", "this kind of cell is not a value of any column; write it as text")


def _number(value: int | float, kind: str, *, numeric_cell: bool) -> tuple[str, Complaint | None]:
    text = plain(value)
    if text is None:
        return _written_out(value), (
            "value-number",
            f"the number is too large, too small or has more than {MAX_DIGITS} digits, "
            "which a spreadsheet does not keep exactly; round it in the sheet, or send it as text",
        )
    if kind == "date":
        return text, ("value-date", "this is a bare number; write a date as YYYY-MM-DD, or format the cell as a date")
    if kind == "text" and not numeric_cell:
        return text, (
            "value-text",
            "the spreadsheet made a number of it, and leading zeros or digits may be lost; "
            "format the column as text and write it again",
        )
    return text, None


def _written_out(value: int | float) -> str:
    """All digits of a number that is not told exactly."""
    text = repr(value)
    written = format(Decimal(text), "f") if "e" in text else text
    return written if len(written) <= 40 else text


def plain(value: int | float) -> str | None:
    """The shortest decimal that is this number, without exponent; None when it is not told exactly."""
    text = repr(value)
    if text.endswith(".0"):
        text = text[:-2]
    if len(text) <= MAX_DIGITS and text.lstrip("-0.")[:1].isdigit() and "e" not in text:
        return text  # the ordinary case; the rest is for the odd ones
    if "n" in text:  # nan, inf
        return None
    text = format(Decimal(text), "f")
    if len(re.sub("[-.]", "", text).strip("0")) > MAX_DIGITS or len(text) > MAX_DIGITS + 5:
        return None
    return "0" if text in ("-0", "0") else text
