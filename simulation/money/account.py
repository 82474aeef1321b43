"""A second account of money: totals per ISCM and year by other means than the models, in whole cents.

It follows the rules of the design (section 5), not the SQL: whoever changes one of the two hears of it from the other.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

Row = Mapping[str, str]
Key = tuple[str, int, str, str]
"""ISCM, fiscal year, and what the account keeps apart: whose money or which class of it, and the amount basis."""
DAY = dt.timedelta(days=1)
SIDES = {
    "osi_direct": "iom_own", "osi_pooled": "iom_own", "dg_pledge": "iom_own", "absorbed": "iom_own",
    "iom_project_support": "iom_projects", "idf": "iom_projects", "policy_research": "iom_projects",
}  # fmt: skip
"""Whose money a class is; all others are money of others."""
STALE_AFTER = 62 * DAY
WHOLE = 1_000_000
"""All of an amount, in ten-thousandths of a per cent."""


def by_side(row: Row) -> tuple[str, str]:
    """Keep apart whose money it is, and its basis."""
    return SIDES.get(row["funding_source_class"], "others"), row["amount_basis"]


def by_class(row: Row) -> tuple[str, str]:
    """Keep apart every class of money, and its basis."""
    return row["funding_source_class"], row["amount_basis"]


@dataclass
class Bounds:
    """Lower, central and upper in cents of USD; not `whole` when a line of it has no rate: then upper is not known.

    Where nothing has a rate the lower bound is not known either: it is no zero.
    """

    lower: int = 0
    central: int = 0
    upper: int = 0
    lines: int = 0
    whole: bool = True
    converted: bool = False

    def usd(self) -> tuple[Decimal | None, Decimal | None, Decimal | None]:
        """Lower, central and upper in USD; None is not known."""
        lower, central, upper = (Decimal(cents).scaleb(-2) for cents in (self.lower, self.central, self.upper))
        return (lower, central, upper) if self.whole else (lower if self.converted else None, None, None)


@dataclass(frozen=True)
class _Share:
    iscm: str
    status: str
    weight: int | None
    first: dt.date
    last: dt.date

    def holds(self, day: dt.date) -> bool:
        return self.first <= day <= self.last


class Account:
    """Adds up lines by the shares, projects and rates that are in force.

    Args:
        projects, shares, rates: rows of those feeds; the rates of a currency do not overlap.
        kept_apart: what of a line is never summed with another.
        pools: codes of members that are pools.
    """

    def __init__(
        self,
        projects: Iterable[Row],
        shares: Iterable[Row],
        rates: Iterable[Row],
        kept_apart: Callable[[Row], tuple[str, str]] = by_side,
        pools: Sequence[str] = ("RCPS_POOL",),
    ) -> None:
        self._kept_apart, self._pools = kept_apart, pools
        self._shares: dict[str, list[_Share]] = defaultdict(list)
        for row in shares:
            self._shares[row["project_code"]].append(_share(row))
        for row in projects:
            if row["iscm_link"] == "dedicated":
                self._shares[row["project_code"]].append(_for_ever(row["iscm_code"], "whole", WHOLE))
            elif row["project_code"] not in self._shares:
                self._shares[row["project_code"]].append(_for_ever(row["iscm_code"], "unknown", None))
        self._rates = _spans_of_rates(rates)
        self._rate_of: dict[tuple[str, dt.date], Decimal | None] = {}
        self.totals: dict[Key, Bounds] = defaultdict(Bounds)

    def add(self, row: Row) -> None:
        """Add one line of OSI, of a ledger or of contributions.

        A contribution without a stated amount, or stated for each member of a group, has no amount to add up.
        """
        if row["amount"] == "" or row.get("amount_scope") == "per_member":
            return
        member = row.get("member_code") or row.get("iscm_code")
        own = member is not None and member not in self._pools
        shares = (
            [_for_ever(member or "", "whole", WHOLE)] if own else self._shares.get(member or row["project_code"], [])
        )
        first, last = dt.date.fromisoformat(row["period_start"]), dt.date.fromisoformat(row["period_end"])
        starts = sorted({first, *_new_years(first, last), *_changes(shares, first, last)})
        lengths = [(end - start).days for start, end in zip(starts, [*starts[1:], last + DAY], strict=True)]
        cents = int(Decimal(row["amount"]).scaleb(2))
        reached: set[Key] = set()
        for start, part in zip(starts, divided(cents, lengths), strict=True):
            held = [share for share in shares if share.holds(start)]
            reached |= self._add_part(row, held, start, part, pooled=member is not None and not own)
        for key in reached:
            self.totals[key].lines += 1

    def _add_part(self, row: Row, shares: list[_Share], day: dt.date, part: int, *, pooled: bool) -> set[Key]:
        """Add what begins on a day; gives the totals that it reaches."""
        apart = self._kept_apart(row)
        known = sorted((s for s in shares if s.weight), key=lambda s: ("" if pooled else s.status, s.iscm))
        weights = [share.weight for share in known if share.weight]
        rest = WHOLE - sum(weights)
        possible = {s.iscm for s in shares if s.weight is None} if rest and not pooled else set()
        reached = {(iscm, day.year, *apart) for iscm in possible | {share.iscm for share in known}}
        rate = self._rate(row["currency"], day)
        if rate is None:
            for key in reached:
                self.totals[key].whole = False
            return reached
        for key in reached:
            self.totals[key].converted = True
        usd = int((Decimal(part) / rate).quantize(Decimal(1), ROUND_HALF_UP))
        amounts = divided(usd, [*weights, rest] if rest else weights)
        for share, amount in zip(known, amounts, strict=False):
            bounds = self.totals[share.iscm, day.year, *apart]
            bounds.lower += 0 if share.status == "estimated" else amount
            bounds.central += amount
            bounds.upper += amount
        for iscm in possible:
            self.totals[iscm, day.year, *apart].upper += amounts[-1]
        return reached

    def _rate(self, currency: str, day: dt.date) -> Decimal | None:
        if currency == "USD":
            return Decimal(1)
        if (currency, day) not in self._rate_of:
            spans = self._rates.get(currency, ())
            self._rate_of[currency, day] = next((rate for first, last, rate in spans if first <= day <= last), None)
        return self._rate_of[currency, day]


def divided(cents: int, weights: Sequence[int]) -> list[int]:
    """Parts of an amount by largest remainder, the earlier part first where two are equal."""
    if len(weights) == 1:
        return [cents]
    whole, sign = sum(weights), -1 if cents < 0 else 1
    parts, left = zip(*(divmod(abs(cents) * weight, whole) for weight in weights), strict=True)
    order = sorted(range(len(weights)), key=lambda at: (-left[at], at))
    gets_more = set(order[: abs(cents) - sum(parts)])
    return [sign * (part + (at in gets_more)) for at, part in enumerate(parts)]


def _spans_of_rates(rows: Iterable[Row]) -> dict[str, list[tuple[dt.date, dt.date, Decimal]]]:
    """First day, last day and units per USD of the rates of each currency; each ends where the next begins."""
    spans: dict[str, list[tuple[dt.date, dt.date, Decimal]]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: row["valid_from"]):
        first = dt.date.fromisoformat(row["valid_from"])
        known = spans[row["currency"]]
        if known and known[-1][1] >= first:
            known[-1] = (known[-1][0], first - DAY, known[-1][2])
        last = dt.date.fromisoformat(row["valid_to"]) if row.get("valid_to") else first + STALE_AFTER
        known.append((first, last, Decimal(row["units_per_usd"])))
    return spans


def _for_ever(iscm: str, status: str, weight: int | None) -> _Share:
    return _Share(iscm, status, weight, dt.date.min, dt.date.max)


def _share(row: Row) -> _Share:
    last = dt.date.fromisoformat(row["effective_to"]) if row["effective_to"] else dt.date.max
    weight = int(Decimal(row["share_pct"]).scaleb(4)) if row["share_pct"] else None
    return _Share(row["iscm_code"], row["share_status"], weight, dt.date.fromisoformat(row["effective_from"]), last)


def _new_years(first: dt.date, last: dt.date) -> list[dt.date]:
    return [dt.date(year, 1, 1) for year in range(first.year + 1, last.year + 1)]


def _changes(shares: Sequence[_Share], first: dt.date, last: dt.date) -> list[dt.date]:
    days = [share.first for share in shares] + [share.last + DAY for share in shares if share.last < dt.date.max]
    return [day for day in days if first < day <= last]
