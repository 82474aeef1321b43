"""What a file covers: one office, one period, the same in every row."""

import calendar
import datetime as dt
import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Coverage:
    """Office and period of a submission; both days belong to the period."""

    office: str
    start: dt.date
    end: dt.date


EARLIEST, LATEST = 1990, 2100
"""Years that a file may cover: the offices' engagement with ISCMs begins in 1996 (evaluation, line 322)."""

_PERIOD = re.compile(r"(?P<year>[0-9]{4})(-(?P<last_year>[0-9]{4})|-(?P<month>0[1-9]|1[0-2]))?")


def parse_period(text: str) -> tuple[dt.date, dt.date]:
    """First and last day of a reporting period written `2019`, `2019-07` or `2014-2019`.

    Raises:
        ValueError: another form, or a span that ends before it starts; the message is for the sender.
    """
    found = _PERIOD.fullmatch(text)
    if found is None:
        raise ValueError("write the period as a year (2019), a month (2019-07) or a span of years (2014-2019)")
    year = int(found["year"])
    if not EARLIEST <= year <= LATEST:
        raise ValueError(f"the period {text} lies outside {EARLIEST} to {LATEST}")
    if found["month"]:
        month = int(found["month"])
        return dt.date(year, month, 1), dt.date(year, month, calendar.monthrange(year, month)[1])
    last = int(found["last_year"] or year)
    if last > LATEST:
        raise ValueError(f"the period {text} lies outside {EARLIEST} to {LATEST}")
    if last < year:
        raise ValueError(f"the period {text} ends before it starts")
    return dt.date(year, 1, 1), dt.date(last, 12, 31)
