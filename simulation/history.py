"""A believable history of money, made up: offices, projects, shares, rates, monthly ledgers, late and corrected."""

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

SOURCE = "simulated, for trying out only"
FIRST_YEAR = 2021
OFFICES = {
    "CO-BANGKOK": "THB", "CO-NEPAL": "NPR", "CO-CANBERRA": "AUD", "RO-BUENOS-AIRES": "ARS", "RO-SAN-JOSE": "USD",
    "RO-BANGKOK": "USD",
}  # fmt: skip
"""Reporting office and the currency of its books."""
USUAL_RATE = {"THB": 33.0, "NPR": 120.0, "AUD": 1.45, "ARS": 950.0, "EUR": 0.92, "CHF": 0.93}
"""Units per USD around which a rate wanders."""
MISSING_RATES = ("CHF", FIRST_YEAR)
"""Currency and year without any rate: budgets that begin then cannot be converted."""
ISCMS = ("BALI", "COLOMBO", "SACM", "RCM", "MIDWA", "PAFOM", "PIDC", "OCAM", "MIDSA", "ADD")
POOL = "RCPS_POOL"
LEDGER_CLASSES = ("iom_project_support", "iom_project_support", "policy_research", "absorbed")

Row = dict[str, str]


@dataclass(frozen=True)
class SimulatedFile:
    """One file to drop: feed, name without its ending, rows by column; `arrives` is its place among the others."""

    feed: str
    name: str
    rows: list[Row]
    arrives: tuple[int, int]


@dataclass
class History:
    """Everything that is dropped, in the order of its arrival, and what of it is in force in the end."""

    files: list[SimulatedFile] = field(default_factory=list)
    in_force: dict[tuple[str, str, str], list[Row]] = field(default_factory=dict)

    def add(
        self, feed: str, office: str, period: str, rows: list[Row], arrives: tuple[int, int], mark: str = ""
    ) -> None:
        """Add a file of an office and period; a later one takes the place of the one before as a whole."""
        same = {"reporting_office": office, "reporting_period": period, "source_document": SOURCE}
        rows = [row | same for row in rows]
        self.files.append(SimulatedFile(feed, f"{period}_{office}{mark}", rows, arrives))
        self.in_force[feed, office, period] = rows

    def rows(self, feed: str) -> Iterator[Row]:
        """Rows of a feed that are in force in the end."""
        for (of_feed, _, _), rows in self.in_force.items():
            if of_feed == feed:
                yield from rows


def history(months: int, lines_per_month: int, seed: int) -> History:
    """Make up `months` months from January 2021 on, with so many ledger lines a month over all offices."""
    made = _Maker(months, lines_per_month, random.Random(seed))  # noqa: S311 - nothing secret
    made.registers()
    made.rates()
    for number in range(months):
        made.ledgers(number)
    for year in made.years:
        made.allocations(year)
        made.contributions(year)
    made.over_the_years()
    made.history.files.sort(key=lambda file: file.arrives)
    return made.history


class _Maker:
    def __init__(self, months: int, lines_per_month: int, rng: random.Random) -> None:
        self.history = History()
        self._months, self._lines, self._rng = months, lines_per_month, rng
        self.years = range(FIRST_YEAR, FIRST_YEAR + (months + 11) // 12)
        self._last = _month_end(_month(months - 1))
        self._span = f"{self.years[0]}-{self.years[-1]}" if len(self.years) > 1 else str(self.years[0])
        self._projects = [f"SIM-{n:03d}" for n in range(60)]

    def registers(self) -> None:
        """Projects of every kind, and shares that change, are estimated or unknown."""
        links = [(code, self._rng.choice(ISCMS), n % 3) for n, code in enumerate(self._projects)]
        projects = [
            {
                "project_code": code, "title": f"Simulated project {code}", "iscm_code": iscm,
                "iscm_link": "unknown_share" if kind else "dedicated",
            }
            for code, iscm, kind in links
        ]  # fmt: skip
        shares = [row for code, iscm, kind in links if kind == 1 for row in self._shares(code, iscm)]
        shares += self._pool_key()
        self.history.add("projects", "HQ", self._span, projects, (0, 0))
        self.history.add("project_iscm_shares", "HQ", self._span, shares, (0, 1))

    def _shares(self, code: str, iscm: str) -> Iterator[Row]:
        others = self._rng.sample([name for name in ISCMS if name != iscm], 2)
        change = dt.date(self.years[0], 1, 1) + dt.timedelta(days=self._rng.randrange(40, 30 * self._months))
        first = dt.date(self.years[0], 1, 1)
        yield _share(code, iscm, "approved", self._percent(10, 45), first, change - dt.timedelta(days=1))
        yield _share(code, iscm, "approved", self._percent(10, 45), change, None)
        status = self._rng.choice(["estimated", "unknown", "approved"])
        yield _share(code, others[0], status, "" if status == "unknown" else self._percent(5, 40), first, None)
        if self._rng.random() < 0.3:
            yield _share(code, others[1], "unknown", "", change, None)

    def _pool_key(self) -> Iterator[Row]:
        second = dt.date(self.years[-1], 7, 1)
        yield _share(POOL, "SACM", "approved", "60", second, None)
        yield _share(POOL, "MIDSA", "estimated", "25.25", second, None)

    def _percent(self, low: int, high: int) -> str:
        return f"{self._rng.randrange(low * 10_000, high * 10_000) / 10_000:.4f}"

    def rates(self) -> None:
        """A rate for each currency and month, but for MISSING_RATES."""
        for year in self.years:
            rows = []
            for month in range(1, 13):
                for currency, usual in USUAL_RATE.items():
                    if (currency, year) != MISSING_RATES:
                        rate = f"{usual * self._rng.uniform(0.95, 1.05):.6f}"
                        rows.append({
                            "currency": currency, "valid_from": dt.date(year, month, 1).isoformat(),
                            "valid_to": _month_end(dt.date(year, month, 1)).isoformat(),
                            "units_per_usd": rate, "rate_type": "un_operational",
                        })  # fmt: skip
            self.history.add("exchange_rates", "HQ", str(year), rows, (0, year))

    def ledgers(self, number: int) -> None:
        """The month's ledger of each office; some come late, some are sent again, corrected."""
        first = _month(number)
        period = f"{first:%Y-%m}"
        each = -(-self._lines // len(OFFICES))
        for place, office in enumerate(OFFICES):
            rows = [self._line(office, period, first, n) for n in range(each)]
            late = 2 if self._rng.random() < 0.1 else 0
            self.history.add("project_ledger", office, period, rows, (1 + number + late, place))
            if self._rng.random() < 0.1:
                again = [self._changed(row) for row in rows if self._rng.random() > 0.01]
                self.history.add("project_ledger", office, period, again, (2 + number + late, 50 + place), "_corrected")

    def _line(self, office: str, period: str, first: dt.date, n: int) -> Row:
        start = first + dt.timedelta(days=self._rng.choice([0, 0, 0, 9]))
        code = self._projects[(n * 7) % len(self._projects)] if n % 97 else "SIM-UNREGISTERED"
        cents = int(self._rng.lognormvariate(11, 1.1))
        back = n % 41 == 40
        return {
            "line_id": f"{office}-{period}-{n}", "project_code": code, "period_start": start.isoformat(),
            "period_end": _month_end(first).isoformat(),
            "funding_source_class": LEDGER_CLASSES[n % len(LEDGER_CLASSES)],
            "amount_basis": ("actual", "actual", "commitment")[n % 3], "currency": OFFICES[office],
            "amount": _money(-cents // 10 if back else cents), "as_of_date": _month_end(first).isoformat(),
            "correction_of": f"{office}-{period}-{n - 1}" if back else "",
        }  # fmt: skip

    def _changed(self, row: Row) -> Row:
        if self._rng.random() > 0.05 or row["correction_of"]:
            return row
        return row | {"amount": _money(int(Decimal(row["amount"]) * 100) + self._rng.randrange(1, 900))}

    def allocations(self, year: int) -> None:
        """OSI of the year: named ISCMs, and the pool."""
        rows = [
            {
                "allocation_id": f"OSI-{year}-{member}", "funding_line": member, "member_code": member,
                "period_start": f"{year}-01-01", "period_end": f"{year}-12-31",
                "funding_source_class": "osi_pooled" if member == POOL else "osi_direct", "amount_basis": "allocation",
                "currency": "USD", "amount": _money(self._rng.randrange(2_000_000, 9_000_001)),
                "as_of_date": f"{year}-12-31",
            }
            for member in ("SACM", "RCM", "PAFOM", POOL)
        ]  # fmt: skip
        self.history.add("osi_allocations", "HQ", str(year), rows, (0, 5000 + year))

    def contributions(self, year: int) -> None:
        """Money of others: expected and received, some without a stated amount."""
        rows = []
        for n in range(12):
            stated = n % 4 != 3
            rows.append({
                "contribution_id": f"CON-{year}-{n}", "iscm_code": ISCMS[n % len(ISCMS)], "party": f"State {n}",
                "party_type": "state", "funding_source_class": "member_state_contribution",
                "contribution_type": "flat_fee", "self_financing": "no", "on_iom_books": "no",
                "period_start": f"{year}-01-01", "period_end": f"{year}-12-31",
                "amount_basis": "received" if n % 2 else "expected",
                "amount_state": "stated" if stated else "not_stated", "currency": "EUR" if stated else "",
                "amount": _money(454_500 + n) if stated else "", "amount_scope": "whole" if stated else "not_stated",
                "certainty": "stated", "as_of_date": f"{year}-12-31",
            })  # fmt: skip
        self.history.add("contributions", "IPD", str(year), rows, (0, 6000 + year))

    def over_the_years(self) -> None:
        """Budgets of Headquarters over spans that begin and end anywhere."""
        first = dt.date(self.years[0], 1, 1)
        rows = []
        for n in range(40):
            start = first + dt.timedelta(days=self._rng.randrange(25 * self._months))
            end = min(start + dt.timedelta(days=self._rng.choice([0, 30, 183, 364, 700])), self._last)
            rows.append({
                "line_id": f"HQ-BUDGET-{n}", "project_code": self._projects[n], "period_start": start.isoformat(),
                "period_end": end.isoformat(), "funding_source_class": "iom_project_support",
                "amount_basis": "budget", "currency": ("USD", "EUR", "CHF")[n % 3],
                "amount": _money(self._rng.randrange(10**6, 10**8)), "as_of_date": self._last.isoformat(),
            })  # fmt: skip
        self.history.add("project_ledger", "HQ", self._span, rows, (0, 9000))


def _share(code: str, iscm: str, status: str, percent: str, first: dt.date, last: dt.date | None) -> Row:
    row = {
        "project_code": code, "iscm_code": iscm, "effective_from": first.isoformat(),
        "effective_to": last.isoformat() if last else "", "share_status": status, "share_pct": percent,
    }  # fmt: skip
    if percent:
        row |= {"share_basis": "work_plan", "evidence": "simulated work plan"}
    if status == "approved":
        row |= {"approved_by_function": "simulated approver", "approved_on": first.isoformat()}
    return row


def _money(cents: int) -> str:
    return f"{Decimal(cents) / 100:.2f}"


def _month(number: int) -> dt.date:
    return dt.date(FIRST_YEAR + number // 12, number % 12 + 1, 1)


def _month_end(first: dt.date) -> dt.date:
    return (first.replace(day=28) + dt.timedelta(days=4)).replace(day=1) - dt.timedelta(days=1)
