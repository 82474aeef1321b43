"""An account of meetings: how many there were, what their reports say that they cost, and who paid for each.

What a report says was spent is a use of money, never more of it. Money of a meeting counts when it was received; it is
known in dollars only where it was given in dollars, by a stated amount for the whole party.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

Row = Mapping[str, str]
SERIES = ("GRCP",)
"""Series of meetings, whose OSI of a year is that of its only meeting in the year."""
COSTS = ("cost_travel", "cost_venue", "cost_interpretation", "cost_participants", "cost_consultants")
SOURCES = ("osi", "external_co_funding", "member_state_contribution", "in_kind")
CostKey = tuple[str, int, str, str, str]
"""ISCM, year, kind of money, basis and currency; what is blank is not reported."""


@dataclass
class Meeting:
    """What is known of a meeting: sums in USD, None where nothing is known."""

    iscm: str
    year: int
    state: str = "not_reported"
    sources: dict[str, Decimal | None] = field(default_factory=lambda: dict.fromkeys(SOURCES))
    without_amount: int = 0
    costs: Decimal | None = None
    costs_in_other_currency: int = 0

    def pay(self, source: str, amount: Decimal | None) -> None:
        """Note money that was received, or that there was some of which nobody knows how much."""
        if amount is None:
            self.without_amount += 1
        else:
            self.sources[source] = (self.sources[source] or Decimal(0)) + amount


class EventAccount:
    """Adds up event reports, contributions and OSI of the series, whatever their order."""

    def __init__(self) -> None:
        self.events: Counter[tuple[str, int]] = Counter()
        self.costs: dict[CostKey, list[Decimal]] = defaultdict(list)
        self._reported: dict[str, Meeting] = {}
        self._gifts: dict[str, list[Row]] = defaultdict(list)
        self._osi: dict[tuple[str, int], list[Row]] = defaultdict(list)

    def add_report(self, row: Row) -> None:
        """Add a report of a meeting."""
        meeting = Meeting(row["iscm_code"], int(row["period_start"][:4]), "reported")
        self._reported[row["event_id"]] = meeting
        self.events[meeting.iscm, meeting.year] += 1
        for amount in (Decimal(row[name]) for name in COSTS if row.get(name)):
            kind = row["funding_source_class"], row["amount_basis"], row["currency"]
            self.costs[meeting.iscm, meeting.year, *kind].append(amount)
            if row["currency"] == "USD":
                meeting.costs = (meeting.costs or Decimal(0)) + amount
            else:
                meeting.costs_in_other_currency += 1

    def add_contribution(self, row: Row) -> None:
        """Add what somebody gives; only what is for a meeting counts."""
        if row.get("event_id"):
            self._gifts[row["event_id"]].append(row)

    def add_allocation(self, row: Row) -> None:
        """Add OSI; only that of a series counts."""
        if row["member_code"] in SERIES:
            self._osi[row["member_code"], int(row["period_start"][:4])].append(row)

    def meetings(self) -> dict[str, Meeting]:
        """Every meeting that somebody reported or gave money for, and the series' money that is no single one's."""
        found = dict(self._reported)
        for number, gifts in self._gifts.items():
            if number not in found:
                found[number] = Meeting(gifts[0]["iscm_code"], int(gifts[0]["period_start"][:4]))
            for gift in gifts:
                if gift["amount_basis"] == "received":
                    found[number].pay(gift["funding_source_class"], _dollars(gift))
        for (series, year), rows in self._osi.items():
            of_year = [meeting for meeting in found.values() if (meeting.iscm, meeting.year) == (series, year)]
            if len(of_year) != 1:
                of_year = [found.setdefault(f"{series}/{year}", Meeting(series, year))]
            for row in rows:
                of_year[0].pay("osi", _dollars(row))
        return found


def _dollars(row: Row) -> Decimal | None:
    known = row["currency"] == "USD" and row["amount"] and row.get("amount_scope", "whole") == "whole"
    return Decimal(row["amount"]) if known else None
