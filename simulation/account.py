"""A second account of money: totals per ISCM and year by other means than the models, with exact fractions in Python.

It follows the rules of the design (section 5), not the SQL: whoever changes one of the two hears of it from the other.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

Row = Mapping[str, str]
Key = tuple[str, int, str, str]
"""ISCM, fiscal year, whose money, amount basis."""
DAY = dt.timedelta(days=1)
CENT = Decimal("0.01")
SIDES = {
    "osi_direct": "iom_own", "osi_pooled": "iom_own", "dg_pledge": "iom_own", "absorbed": "iom_own",
    "iom_project_support": "iom_projects", "idf": "iom_projects", "policy_research": "iom_projects",
}  # fmt: skip
"""Whose money a class is; all others are money of others."""
STALE_AFTER = 62 * DAY


@dataclass
class Bounds:
    """Lower, central and upper in USD; `whole` is false when a line of it has no rate, so upper is not known."""

    lower: Decimal = Decimal(0)
    central: Decimal = Decimal(0)
    upper: Decimal = Decimal(0)
    whole: bool = True


@dataclass(frozen=True)
class _Share:
    iscm: str
    status: str
    percent: Fraction | None
    first: dt.date
    last: dt.date

    def holds(self, day: dt.date) -> bool:
        return self.first <= day <= self.last


class Account:
    """Adds up lines by the shares, projects and rates that are in force.

    Args:
        projects, shares, rates: rows of those feeds; the rates of a currency do not overlap.
        pools: codes of members that are pools.
    """

    def __init__(
        self,
        projects: Iterable[Row],
        shares: Iterable[Row],
        rates: Iterable[Row],
        pools: Sequence[str] = ("RCPS_POOL",),
    ) -> None:
        self._pools = pools
        self._shares: dict[str, list[_Share]] = defaultdict(list)
        for row in shares:
            self._shares[row["project_code"]].append(_share(row))
        for row in projects:
            if row["iscm_link"] == "dedicated":
                whole = _Share(row["iscm_code"], "whole", Fraction(100), dt.date.min, dt.date.max)
                self._shares[row["project_code"]].append(whole)
            elif row["project_code"] not in self._shares:
                unknown = _Share(row["iscm_code"], "unknown", None, dt.date.min, dt.date.max)
                self._shares[row["project_code"]].append(unknown)
        self._rates: dict[str, list[tuple[dt.date, dt.date, Decimal]]] = defaultdict(list)
        for row in sorted(rates, key=lambda row: row["valid_from"]):
            first = dt.date.fromisoformat(row["valid_from"])
            known = self._rates[row["currency"]]
            if known and known[-1][1] >= first:
                known[-1] = (known[-1][0], first - DAY, known[-1][2])
            last = dt.date.fromisoformat(row["valid_to"]) if row.get("valid_to") else first + STALE_AFTER
            known.append((first, last, Decimal(row["units_per_usd"])))
        self.totals: dict[Key, Bounds] = defaultdict(Bounds)

    def add(self, row: Row) -> None:
        """Add one line of OSI, of a ledger or of contributions."""
        member = row.get("member_code") or row.get("iscm_code")
        own = member is not None and member not in self._pools
        whole = [_Share(member or "", "whole", Fraction(100), dt.date.min, dt.date.max)]
        shares = whole if own else self._shares.get(member or row["project_code"], [])
        first, last = dt.date.fromisoformat(row["period_start"]), dt.date.fromisoformat(row["period_end"])
        starts = sorted({first, *_new_years(first, last), *_changes(shares, first, last)})
        ends = [*starts[1:], last + DAY]
        lengths = [Fraction((end - start).days) for start, end in zip(starts, ends, strict=True)]
        for start, part in zip(starts, divided(Decimal(row["amount"]), lengths), strict=True):
            held = [share for share in shares if share.holds(start)]
            self._add_part(row, held, start, part, pooled=member is not None and not own)

    def _add_part(self, row: Row, shares: list[_Share], day: dt.date, part: Decimal, *, pooled: bool) -> None:
        side = SIDES.get(row["funding_source_class"], "others")

        def of(share: _Share) -> Bounds:
            return self.totals[share.iscm, day.year, side, row["amount_basis"]]

        known = sorted((s for s in shares if s.percent), key=lambda s: ("" if pooled else s.status, s.iscm))
        weights = [share.percent for share in known if share.percent]
        rest = 100 - sum(weights, Fraction(0))
        possible = {s.iscm: s for s in shares if s.percent is None} if rest and not pooled else {}
        rate = self._rate(row["currency"], day)
        if rate is None:
            for share in (*known, *possible.values()):
                of(share).whole = False
            return
        usd = (part / rate).quantize(CENT, ROUND_HALF_UP)
        amounts = divided(usd, [*weights, rest] if rest else weights)
        for share, amount in zip(known, amounts, strict=False):
            bounds = of(share)
            bounds.lower += 0 if share.status == "estimated" else amount
            bounds.central += amount
            bounds.upper += amount
        for share in possible.values():
            of(share).upper += amounts[-1]

    def _rate(self, currency: str, day: dt.date) -> Decimal | None:
        if currency == "USD":
            return Decimal(1)
        return next((rate for first, last, rate in self._rates.get(currency, ()) if first <= day <= last), None)


def divided(amount: Decimal, weights: Sequence[Fraction]) -> list[Decimal]:
    """Parts of an amount in cents by largest remainder, the earlier part first where two are equal."""
    cents, whole = int(amount * 100), sum(weights)
    exact = [Fraction(cents) * weight / whole for weight in weights]
    parts = [int(share) for share in exact]
    order = sorted(range(len(parts)), key=lambda at: (-abs(exact[at] - parts[at]), at))
    for at in order[: abs(cents - sum(parts))]:
        parts[at] += 1 if cents > 0 else -1
    return [Decimal(part) / 100 for part in parts]


def _share(row: Row) -> _Share:
    last = dt.date.fromisoformat(row["effective_to"]) if row["effective_to"] else dt.date.max
    percent = Fraction(row["share_pct"]) if row["share_pct"] else None
    return _Share(row["iscm_code"], row["share_status"], percent, dt.date.fromisoformat(row["effective_from"]), last)


def _new_years(first: dt.date, last: dt.date) -> list[dt.date]:
    return [dt.date(year, 1, 1) for year in range(first.year + 1, last.year + 1)]


def _changes(shares: Sequence[_Share], first: dt.date, last: dt.date) -> list[dt.date]:
    days = [share.first for share in shares] + [share.last + DAY for share in shares if share.last < dt.date.max]
    return [day for day in days if first < day <= last]
