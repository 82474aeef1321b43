"""What a file covers: one office, one period, the same in every row."""

import calendar
import datetime as dt
import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Coverage:
    """Office and period of a submission; both days belong to the period.

    `part` is the key of the one row of a form: each form of a period stands for itself.
    """

    office: str
    start: dt.date
    end: dt.date
    part: str = ""

    @property
    def label(self) -> str:
        """The period as senders write it: 2019-07, 2019 or 2014-2019."""
        if self.start.month == self.end.month and self.start.year == self.end.year:
            return f"{self.start:%Y-%m}"
        return f"{self.start:%Y}" if self.start.year == self.end.year else f"{self.start:%Y}-{self.end:%Y}"


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
        raise ValueError(f"the period {text} lies outside {EARLIEST} to {LATEST}; correct the year")
    if found["month"]:
        month = int(found["month"])
        return dt.date(year, month, 1), dt.date(year, month, calendar.monthrange(year, month)[1])
    last = int(found["last_year"] or year)
    if last > LATEST:
        raise ValueError(f"the period {text} lies outside {EARLIEST} to {LATEST}; correct the year")
    if last < year:
        raise ValueError(f"the period {text} ends before it starts; write the earlier year first")
    return dt.date(year, 1, 1), dt.date(last, 12, 31)


class CoverageWatch:
    """Sees that all rows of a file name the same office and period: the first row says which."""

    def __init__(self, office_column: str, period_column: str) -> None:
        self.columns = (office_column, period_column)
        self.coverage: Coverage | None = None

    def complaint(self, office: str, period: str) -> tuple[str, str, str] | None:
        """What is wrong with a row's office and period: rule, message and column; None when nothing is."""
        if not office or not period:
            return None
        try:
            here = Coverage(office, *parse_period(period))
        except ValueError as error:
            return "coverage-period", str(error), self.columns[1]
        if self.coverage is None:
            self.coverage = here
        if here.office != self.coverage.office:
            message = f"the file is of {self.coverage.office}; send one file per office"
            return "coverage-one-office", message, self.columns[0]
        if here != self.coverage:
            message = "the file covers another period in its first row; send one file per period"
            return "coverage-one-period", message, self.columns[1]
        return None
