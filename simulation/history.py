"""What a history is made of: files that know how to make their rows, when they arrive, and which are in force."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from simulation.scene import FIRST_YEAR, SOURCE, month_end, month_start

Row = dict[str, str]
Rows = Callable[[random.Random], Iterator[Row]]
"""Makes the rows of a file from the dice of that file; called again, it makes them again."""
Change = Callable[[Row, random.Random], Row | None]
"""A row as it is when its file is sent again; None when it is left out."""
LATE, CORRECTED = 0.1, 0.15
"""How many of the files come two months late, and how many are sent again."""


@dataclass(frozen=True)
class SimulatedFile:
    """One file to drop; `arrives` is its place among the others: month and number. Rows are made when asked for."""

    feed: str
    office: str
    period: str
    arrives: tuple[int, int]
    corrected: bool
    make: Callable[[], Iterator[Row]]

    @property
    def name(self) -> str:
        """Name of the file without its ending."""
        return f"{self.period}_{self.office}{'_corrected' if self.corrected else ''}"

    def rows(self) -> Iterator[Row]:
        """Rows by column, each of which says that it is made up."""
        same = {"reporting_office": self.office, "reporting_period": self.period, "source_document": SOURCE}
        for row in self.make():
            yield row | same


class History:
    """All files that are dropped, and what of them is in force in the end.

    Args:
        months: number of months from January of FIRST_YEAR on.
        seed: the same seed makes the same files.
    """

    def __init__(self, months: int, seed: int) -> None:
        self.months = months
        self.years = range(FIRST_YEAR, FIRST_YEAR + (months + 11) // 12)
        self.last_day = month_end(month_start(months - 1))
        self.span = f"{self.years[0]}-{self.years[-1]}" if len(self.years) > 1 else str(self.years[0])
        self._seed = seed
        self._sent: list[SimulatedFile] = []

    def dice(self, *names: object) -> random.Random:
        """Dice that roll the same for the same seed and names, whatever else was rolled before."""
        return random.Random("/".join(map(str, (self._seed, *names))))  # noqa: S311 - nothing secret

    def send(self, feed: str, office: str, period: str, month: int, rows: Rows, change: Change | None = None) -> None:
        """Send a file after a month of the history: perhaps late; where it may change, perhaps once more."""
        fate = self.dice(feed, office, period, "fate")
        arrives = month + 1 + (2 if fate.random() < LATE else 0)

        def first() -> Iterator[Row]:
            return rows(self.dice(feed, office, period))

        self._add(feed, office, period, arrives, first, corrected=False)
        if change and fate.random() < CORRECTED:

            def again() -> Iterator[Row]:
                dice = self.dice(feed, office, period, "again")
                changed = (change(row, dice) for row in first())
                return (row | {"footnote": "simulated correction"} for row in changed if row)

            self._add(feed, office, period, arrives + 1, again, corrected=True)

    def _add(
        self, feed: str, office: str, period: str, arrives: int, make: Callable[[], Iterator[Row]], *, corrected: bool
    ) -> None:
        self._sent.append(SimulatedFile(feed, office, period, (arrives, len(self._sent)), corrected, make))

    @cached_property
    def files(self) -> list[SimulatedFile]:
        """All files in the order of their arrival; nothing can be sent after the first look."""
        return sorted(self._sent, key=lambda file: file.arrives)

    @cached_property
    def in_force(self) -> set[tuple[int, int]]:
        """Arrivals of the files of which nothing later of the same feed, office and period took the place."""
        return set({(file.feed, file.office, file.period): file.arrives for file in self.files}.values())

    def rows(self, feed: str) -> Iterator[Row]:
        """Rows of a feed that are in force in the end."""
        for file in self.files:
            if file.feed == feed and file.arrives in self.in_force:
                yield from file.rows()

    def first_sent(self, feed: str, office: str, period: str) -> Iterator[Row]:
        """Rows of a file as it was before any correction."""
        sent = (file for file in self._sent if (file.feed, file.office, file.period) == (feed, office, period))
        return next(sent).rows()
