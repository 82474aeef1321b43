"""What a file covers: one office, one period, the same in every row."""

import calendar
import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True)
class Coverage:
    """Office and period of a submission; both days belong to the period."""

    office: str
    start: dt.date
    end: dt.date


def parse_period(text: str) -> tuple[dt.date, dt.date]:
    """First and last day of a reporting period written `2019`, `2019-07` or `2014-2019`.

    Raises:
        ValueError: another form, or a span that ends before it starts.
    """
    first, _, second = text.partition("-")
    if not second:
        start, end = dt.date(int(first), 1, 1), dt.date(int(first), 12, 31)
    elif len(second) == 4:
        start, end = dt.date(int(first), 1, 1), dt.date(int(second), 12, 31)
    else:
        year, month = int(first), int(second)
        start, end = dt.date(year, month, 1), dt.date(year, month, calendar.monthrange(year, month)[1])
    if end < start:
        raise ValueError(f"the period {text} ends before it starts")
    return start, end
