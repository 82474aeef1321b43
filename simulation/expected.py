"""What a history must add up to, by accounts that were written from the rules and share no code with the models."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal

from simulation.events.account import SOURCES, EventAccount
from simulation.history import History, Row
from simulation.money.account import Account, by_class
from simulation.people.account import FIGURES, StaffAccount

Table = tuple[Sequence[str], Iterator[Sequence[object]]]
"""Columns and rows; None is not known."""
BOUNDS = ("lower_usd", "central_usd", "upper_usd")


class Expected:
    """Takes every row that is in force in the end, whatever their order; the registers are read beforehand."""

    def __init__(self, history: History) -> None:
        feeds = ("projects", "project_iscm_shares", "exchange_rates")
        projects, shares, rates = ([*history.rows(feed)] for feed in feeds)
        self.money = Account(projects, shares, rates)
        self.classes = Account(projects, shares, rates, kept_apart=by_class)
        self.staff = StaffAccount(history.rows("posts"), history.rows("standard_costs"))
        self.events = EventAccount()
        self.claims: list[Row] = []
        self._takers: Mapping[str, Sequence[Callable[[Row], None]]] = {
            "project_ledger": (self.money.add,),
            "osi_allocations": (self.money.add, self.classes.add, self.events.add_allocation),
            "contributions": (self.money.add, self.classes.add, self.events.add_contribution),
            "assignments": (self.staff.add,),
            "event_reports": (self.events.add_report,),
            "source_claims": (self.claims.append,),
        }

    def watched(self, feed: str, rows: Iterator[Row]) -> Iterator[Row]:
        """The same rows, each added up on its way."""
        takers = self._takers.get(feed, ())
        for row in rows:
            for take in takers:
                take(row)
            yield row

    def tables(self) -> dict[str, Table]:
        """Everything that is expected, by the name of the table."""
        iscm_year, kind = ("iscm_code", "fiscal_year"), ("funding_source_class", "amount_basis")
        return {
            "money": ((*iscm_year, "money_side", "amount_basis", *BOUNDS), self._money()),
            "contributions": ((*iscm_year, *kind, "source_lines", *BOUNDS), self._contributions()),
            "staff": (
                (*iscm_year, "full_time_staff", "posts_known", "fte_lower", "fte_central", "fte_upper", *FIGURES,
                 "reveals_a_post"),
                self._staff(),
            ),
            "events": ((*iscm_year, "events"), ((*key, number) for key, number in sorted(self.events.events.items()))),
            "event_costs": (
                (*iscm_year, *kind, "currency", "cost_lines", "amount"),
                ((*key, len(costs), sum(costs)) for key, costs in sorted(self.events.costs.items())),
            ),
            "meetings": (
                ("meeting_key", *iscm_year, "meeting_state", *(f"{source}_usd" for source in SOURCES),
                 "lines_without_amount", "reported_costs_usd", "costs_in_other_currency"),
                self._meetings(),
            ),
            "claims": (("claim_id", "claimed", "computed", "difference"), self._claims()),
        }  # fmt: skip

    def _money(self) -> Iterator[Sequence[object]]:
        for key, bounds in sorted(self.money.totals.items()):
            yield (*key, *bounds.usd())

    def _contributions(self) -> Iterator[Sequence[object]]:
        others = ("external_co_funding", "member_state_contribution", "in_kind")
        for key, bounds in sorted(self.classes.totals.items()):
            if key[2] in others:
                yield (*key, bounds.lines, *bounds.usd())

    def _staff(self) -> Iterator[Sequence[object]]:
        for key, cell in sorted(self.staff.cells.items()):
            fte = cell.fte if cell.posts else (None, None, None)
            figures = (cell.usd(figure) for figure in FIGURES)
            yield (*key, cell.full_time_staff, len(cell.posts), *fte, *figures, "yes" if cell.reveals else "no")

    def _meetings(self) -> Iterator[Sequence[object]]:
        for key, meeting in sorted(self.events.meetings().items()):
            yield (
                key, meeting.iscm, meeting.year, meeting.state, *meeting.sources.values(), meeting.without_amount,
                meeting.costs, meeting.costs_in_other_currency,
            )  # fmt: skip

    def _claims(self) -> Iterator[Sequence[object]]:
        for claim in self.claims:
            key = (claim["member_code"], int(claim["period_start"][:4]), claim["funding_source_class"], claim["basis"])
            claimed, computed = Decimal(claim["value"]), self.classes.totals[key].usd()[0]
            yield claim["claim_id"], claimed, computed, None if computed is None else claimed - computed
