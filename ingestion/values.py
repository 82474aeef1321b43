"""The grammar of single values: one declared form per type; everything else is refused, never guessed."""

import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal

from ingestion.contract import Column

_NUMERIC = re.compile(r"numeric\((\d+),(\d+)\)")
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INTEGER = re.compile(r"-?[0-9]{1,9}")

Complaint = tuple[str, str]
"""Rule id and message."""


def checker(column: Column) -> Callable[[str], Complaint | None]:
    """The check of one filled cell of `column`: None when the value is right, else what is wrong."""
    of_type = _type_check(column.kind)

    def check(value: str) -> Complaint | None:
        complaint = of_type(value)
        if complaint:
            return complaint
        if column.codes is not None and value not in column.codes:
            return "value-code", f"not a code of this column; allowed: {_listed(column.codes)}"
        if column.max_length is not None and len(value) > column.max_length:
            return "value-length", f"longer than {column.max_length} characters"
        if column.minimum is not None and exact(value) < exact(column.minimum):
            return "value-minimum", f"less than {column.minimum}"
        if column.pattern is not None and not column.pattern.fullmatch(value):
            return "value-pattern", f"not of the form of this column; write it like {column.example}"
        return None

    return check


def _type_check(kind: str) -> Callable[[str], Complaint | None]:
    if kind == "date":
        return _check_date
    if kind == "integer":
        return lambda value: None if _INTEGER.fullmatch(value) else ("value-integer", "write a whole number like 2019")
    numeric = _NUMERIC.fullmatch(kind)
    if numeric is None:
        return _check_text
    precision, scale = map(int, numeric.groups())
    grammar = re.compile(rf"-?[0-9]{{1,{precision - scale}}}(\.[0-9]{{1,{scale}}})?")
    message = f"write a plain number like 1234.56: no grouping, no currency, at most {scale} decimals"
    return lambda value: None if grammar.fullmatch(value) else ("value-number", message)


def _check_date(value: str) -> Complaint | None:
    wrong = "value-date", "write a date as YYYY-MM-DD, like 2019-12-31"
    if not _ISO_DATE.fullmatch(value):
        return wrong
    try:
        dt.date.fromisoformat(value)
    except ValueError:
        return wrong
    return None


def _check_text(value: str) -> Complaint | None:
    if value != value.strip():
        return "value-blanks", "blanks stand before or after the text; remove them"
    return None


def _listed(codes: frozenset[str]) -> str:
    listed = sorted(codes)
    return ", ".join(listed[:12]) + (f" and {len(listed) - 12} more" if len(listed) > 12 else "")


def exact(value: str) -> Decimal:
    """A checked number as an exact decimal."""
    return Decimal(value)
