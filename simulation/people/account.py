"""An account of staff by the day: effort, headcount and standard cost per ISCM and year, as ADR 14 has the rules.

Each day of an assignment is priced by itself with what the registers say of the post on that day; an assignment is
rounded once, half up. Nothing is withheld here; a cell only says whether its figures would reveal a post.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from itertools import combinations

Row = Mapping[str, str]
DAY = dt.timedelta(days=1)
ALL = "ALL"
"""In place of an ISCM: all of them together."""
FIGURES = tuple(
    f"{part}_{bound}_usd" for part in ("gross", "recovered", "net") for bound in ("lower", "central", "upper")
)
SMALLEST_GROUP = 3


@dataclass
class Cell:
    """What is known of an ISCM in a year. Cents by figure; a figure that lacks a part is in `lacking`."""

    full_time: set[str] = field(default_factory=set)
    nil_stated: bool = False
    posts: set[str] = field(default_factory=set)
    fte: list[Decimal] = field(default_factory=lambda: [Decimal(0)] * 3)
    cents: dict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(lambda: dict.fromkeys(FIGURES, 0)))
    lacking: set[str] = field(default_factory=set)

    @property
    def full_time_staff(self) -> int | None:
        """Number of full-time posts; 0 only when somebody says so."""
        return len(self.full_time) if self.full_time or self.nil_stated else None

    def usd(self, figure: str) -> Decimal | None:
        """Sum of a figure over the posts that have it; a lower bound stands for what is known, no other does."""
        if not self.cents or (figure in self.lacking and not figure.endswith("_lower_usd")):
            return None
        return Decimal(sum(post[figure] for post in self.cents.values())).scaleb(-2)

    @property
    def reveals(self) -> bool:
        """Whether fewer than three posts stand behind a figure, or behind the difference of two (ADR 14, rule 1)."""
        posts = self.cents.values()
        groups = [sum(post[figure] != 0 for post in posts) for figure in FIGURES]
        groups += [sum(post[one] != post[other] for post in posts) for one, other in combinations(FIGURES, 2)]
        return any(0 < group < SMALLEST_GROUP for group in groups)


@dataclass(frozen=True)
class _OnDay:
    """A post on a day: standard cost of a year in cents (cheapest, best, dearest), and per cent paid back for certain
    and at most, in hundredths."""

    cost: tuple[int, int | None, int] | None
    back: tuple[int, int]


class StaffAccount:
    """Adds up assignments by the posts and standard costs that are in force.

    Args:
        posts, standard_costs: rows of those feeds.
    """

    def __init__(self, posts: Iterable[Row], standard_costs: Iterable[Row]) -> None:
        self._registers: dict[str, dict[dt.date, list[Row]]] = defaultdict(lambda: defaultdict(list))
        for row in posts:
            self._registers[row["post_id"]][_begins(row)].append(row)
        self._costs: dict[tuple[str, int], dict[str, int]] = defaultdict(dict)
        for row in sorted(standard_costs, key=_begins):  # of two registers the newer holds
            of_grade = self._costs[row["duty_office"], int(row["cost_year"])]
            of_grade[row["grade"]] = int(Decimal(row["annual_cost_usd"]) * 100)
        self._on_days: dict[tuple[str, dt.date], _OnDay] = {}
        self.cells: dict[tuple[str, int], Cell] = defaultdict(Cell)

    def add(self, row: Row) -> None:
        """Add an assignment or a nil statement."""
        year = int(row["period_start"][:4])
        own = self.cells[row["iscm_code"], year]
        if row["assignment_type"] == "nil":
            own.nil_stated = True
            return
        if row["assignment_type"] == "full_time":
            own.full_time.add(row["post_id"])
        shares, days = _shares(row), _days(row)
        in_year = (dt.date(year + 1, 1, 1) - dt.date(year, 1, 1)).days
        effort = [_half_up(Fraction(share * len(days) * 10**6, 10_000 * in_year)) for share in shares]
        cents = self._cost(row["post_id"], days, shares, in_year)
        for cell in (own, self.cells[ALL, year]):
            cell.posts.add(row["post_id"])
            cell.fte = [had + Decimal(more).scaleb(-6) for had, more in zip(cell.fte, effort, strict=True)]
            cell.lacking |= {figure for figure in FIGURES if cents.get(figure) is None}
            for figure, amount in cents.items():
                cell.cents[row["post_id"]][figure] += amount or 0

    def _cost(self, post: str, days: list[dt.date], shares: list[int], in_year: int) -> dict[str, int | None]:
        """Cents by figure; nothing at all when a day has no standard cost."""
        on_days = [self._on(post, day) for day in days]
        costs = [(on.cost, on.back) for on in on_days if on.cost is not None]
        if len(costs) < len(days):
            return {}
        known = all(cost[1] is not None for cost, _ in costs)

        def over_days(side: int, back: int | None = None) -> int:
            """Sum over the days of share x cost of the day, or of what is paid back of it, in cents."""
            total = sum((cost[side] or 0) * (10_000 if back is None else paid[back]) for cost, paid in costs)
            return _half_up(Fraction(total * shares[side], 10_000 * 10_000 * in_year))

        gross = [over_days(side) for side in range(3)]
        recovered = [over_days(0, 0), over_days(1, 0), over_days(2, 1)]
        # the least that stays is the lower cost less the most that can be paid back of it, and the other way round
        net = [gross[0] - over_days(0, 1), gross[1] - recovered[1], gross[2] - over_days(2, 0)]
        found = dict(zip(FIGURES, [*gross, *recovered, *net], strict=True))
        return {figure: amount if known or "central" not in figure else None for figure, amount in found.items()}

    def _on(self, post: str, day: dt.date) -> _OnDay:
        if (post, day) not in self._on_days:
            self._on_days[post, day] = self._look_up(post, day)
        return self._on_days[post, day]

    def _look_up(self, post: str, day: dt.date) -> _OnDay:
        registers = self._registers.get(post, {})
        begun = [first for first in registers if first <= day]
        # before the first register nothing contradicts what it says of earlier days
        rows = registers[max(begun) if begun else min(registers)] if registers else []
        told = [row for row in rows if _says_of(row, day)]
        grade = next((row["grade"] for row in told if row["grade"]), "")
        office = next((row["duty_office"] for row in told if row["duty_office"]), "")
        back, own = (
            sum(int(Decimal(row["funded_share_pct"] or 0) * 100) for row in told if row["recovered"] == answer)
            for answer in ("yes", "no")
        )
        return _OnDay(self._price(grade, office, day.year), (back, 10_000 - own))

    def _price(self, grade: str, office: str, year: int) -> tuple[int, int | None, int] | None:
        costs = self._costs.get((office, year), {})
        if not grade:
            return (min(costs.values()), None, max(costs.values())) if costs else None
        return (costs[grade], costs[grade], costs[grade]) if grade in costs else None


def _shares(row: Row) -> list[int]:
    """Lower, central and upper share of the post, in hundredths of a per cent."""
    if row["assignment_type"] == "full_time":
        return [10_000] * 3
    if not row["percentage"]:
        return [0, 0, 10_000]
    stated = int(Decimal(row["percentage"]) * 100)
    return [0 if row["basis"] == "estimate" else stated, stated, stated]


def _days(row: Row) -> list[dt.date]:
    first, last = dt.date.fromisoformat(row["period_start"]), dt.date.fromisoformat(row["period_end"])
    return [first + number * DAY for number in range((last - first).days + 1)]


def _begins(row: Row) -> dt.date:
    """First day of the reporting period of a register."""
    year, _, month = row["reporting_period"].partition("-")
    return dt.date(int(year), int(month) if len(month) == 2 else 1, 1)


def _says_of(row: Row, day: dt.date) -> bool:
    first = dt.date.fromisoformat(row["valid_from"]) if row.get("valid_from") else _begins(row)
    return first <= day and (not row.get("valid_to") or day <= dt.date.fromisoformat(row["valid_to"]))


def _half_up(amount: Fraction) -> int:
    return int(amount + Fraction(1, 2))
