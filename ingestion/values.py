"""The grammar of values: one declared form per type; everything else is refused, never guessed.

Equal values are judged once, and a value that was right before is right again: most columns hold few.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterable
from decimal import Decimal

from ingestion.contract import Column

_NUMERIC = re.compile(r"numeric\((\d+),(\d+)\)")
_DATE = r"(?:19|20)[0-9]{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
_INTEGER = r"-?[0-9]{1,9}"
_SAFE_TEXT = r"[!-~\p{L}\p{N}](?:[ -~\p{L}\p{M}\p{N}\p{P}]*[!-~\p{L}\p{M}\p{N}\p{P}])?"
"""Letters, digits and punctuation without blanks at the ends, as Arrow's expressions say it: text of which nothing more
needs to be asked."""

REMEMBERED = 50_000
"""Right values remembered per column."""

Complaint = tuple[str, str]
"""Rule id and message."""


class ColumnChecker:
    """Checks the values of one column, batch by batch. Blank cells are not its business."""

    def __init__(self, column: Column) -> None:
        self._complain = checker(column)
        self._right: set[str] = set()
        self.longest = column.max_length
        self.many = False
        """Whether this column was seen to hold too many values to judge them one by one."""
        self.grammar = _grammar(column)
        """Narrow expression for a whole column at once; None when no expression says all that is to be checked."""

    def wrong(self, cells: Iterable[str]) -> dict[str, Complaint]:
        """What is wrong, by distinct value."""
        fresh = set(cells) - self._right
        fresh.discard("")
        found = {value: complaint for value in fresh if (complaint := self._complain(value))}
        if len(self._right) + len(fresh) <= REMEMBERED:
            self._right |= fresh - found.keys()
        return found


def _grammar(column: Column) -> tuple[str, ...] | None:
    """Expressions (RE2) all of which a value matches that is right in all but its length, or blank."""
    if column.codes is not None or column.minimum not in (None, 0, "0") or column.maximum is not None:
        return None
    if column.kind == "text":
        pattern = () if column.pattern is None else (column.pattern.pattern.removeprefix("^").removesuffix("$"),)
        return tuple(rf"^(?:{part})?$" for part in (_SAFE_TEXT, *pattern))
    if column.kind == "date":
        return None  # few distinct days; each is looked up in the calendar
    single = _number_grammar(column.kind)
    if column.minimum is not None:
        single = single.removeprefix("-?")
    return (rf"^(?:{single})?$",)


def _number_grammar(kind: str) -> str:
    if kind == "integer":
        return _INTEGER
    numeric = _NUMERIC.fullmatch(kind)
    if numeric is None:
        raise ValueError(f"a column cannot be of kind {kind!r}")
    precision, scale = map(int, numeric.groups())
    return rf"-?[0-9]{{1,{precision - scale}}}(?:\.[0-9]{{1,{scale}}})?"


def checker(column: Column) -> Callable[[str], Complaint | None]:
    """The check of one filled cell of `column`: None when the value is right, else what is wrong."""
    of_type = _type_check(column.kind)

    def check(value: str) -> Complaint | None:
        complaint = of_type(value)
        if complaint:
            return complaint
        if column.codes is not None and value not in column.codes:
            return "value-code", f"not a code of this column; use one of: {_listed(column.codes)}"
        if column.max_length is not None and len(value) > column.max_length:
            return "value-length", f"longer than {column.max_length} characters; shorten it"
        if column.minimum is not None and exact(value) < exact(column.minimum):
            return "value-minimum", f"less than {column.minimum}, which this column cannot be; correct the figure"
        if column.maximum is not None and exact(value) > exact(column.maximum):
            return "value-maximum", f"more than {column.maximum}, which this column cannot be; correct the figure"
        if column.pattern is not None and not column.pattern.fullmatch(value):
            return "value-pattern", f"not of the form of this column; write it like {column.example}"
        return None

    return check


def _type_check(kind: str) -> Callable[[str], Complaint | None]:
    if kind == "date":
        return _check_date
    if kind == "text":
        return _check_text
    grammar = re.compile(_number_grammar(kind), re.ASCII)
    if kind == "integer":
        complaint = "value-integer", "write a whole number like 2019, in the digits 0 to 9"
    else:
        scale = kind.removesuffix(")").split(",")[1]
        complaint = (
            "value-number",
            f"write a plain number like 1234.56: digits 0 to 9, a point, at most {scale} decimals; "
            "no grouping, no currency, no brackets, minus in front",
        )
    return lambda value: None if grammar.fullmatch(value) else complaint


_ISO_DATE = re.compile(_DATE, re.ASCII)


def _check_date(value: str) -> Complaint | None:
    wrong = "value-date", "write a date of the calendar as YYYY-MM-DD, like 2019-12-31"
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
    # whatever else a text holds is data and comes through unchanged; a NUL is the one sign no database can store
    if "\0" in value:
        return "value-nul", "a NUL character stands in the text; remove it"
    if "\ufffd" in value:
        return "value-encoding", "a letter was lost here before the file was sent (U+FFFD); write the word again"
    return None


def _listed(codes: frozenset[str]) -> str:
    listed = sorted(codes)
    return ", ".join(listed[:12]) + (f" and {len(listed) - 12} more" if len(listed) > 12 else "")


def exact(value: str) -> Decimal:
    """A checked number as an exact decimal."""
    return Decimal(value)
