"""Money of others: fees of a year, fees from July to June, and what parties give for a meeting."""

import datetime as dt
import random
from collections.abc import Iterator

from simulation.events.reports import event_number, series_meetings
from simulation.history import History, Row
from simulation.scene import ISCMS, SERIES, money, month_end, month_name, month_start


def send_contributions(history: History) -> None:
    """Send the contributions of each month, of each year, and over the turn of the years.

    Each comes from an office of its own: the periods of one office do not overlap.
    """
    for month in range(history.months):

        def for_meetings(dice: random.Random, month: int = month) -> Iterator[Row]:
            return _for_meetings(month, dice)

        history.send("contributions", "IPD", month_name(month), month, for_meetings, _other_gift)
    for number, year in enumerate(history.years):

        def fees(dice: random.Random, year: int = year) -> Iterator[Row]:
            return (_fee(year, n, dice) for n in range(12))

        history.send("contributions", "RO-SAN-JOSE", str(year), 12 * number + 1, fees, _other_gift)
    if len(history.years) > 1:
        turns = [dt.date(year, 7, 1) for year in history.years[:-1]]
        history.send("contributions", "HQ", history.span, history.months, lambda dice: map(_over_the_turn, turns))


def _gift(number: str, iscm: str, first: dt.date, last: dt.date, basis: str, stated: str, currency: str) -> Row:
    """A contribution; `stated` is its amount, blank when it is not stated."""
    return {
        "contribution_id": number, "iscm_code": iscm, "party": "Simulated State", "party_type": "state",
        "funding_source_class": "member_state_contribution", "contribution_type": "flat_fee", "self_financing": "no",
        "on_iom_books": "no", "period_start": first.isoformat(), "period_end": last.isoformat(),
        "amount_basis": basis, "amount_state": "stated" if stated else "not_stated",
        "currency": currency if stated else "", "amount": stated, "amount_scope": "whole" if stated else "not_stated",
        "certainty": "stated", "as_of_date": last.isoformat(),
    }  # fmt: skip


def _fee(year: int, n: int, dice: random.Random) -> Row:
    """A fee of a year: expected or received, some without an amount, some of each member of a group."""
    stated = "" if n % 4 == 3 else money(dice.randrange(300_000, 600_000))
    first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
    gift = _gift(f"FEE-{year}-{n}", ISCMS[n % len(ISCMS)], first, last, ("expected", "received")[n % 2], stated, "EUR")
    if n % 6 == 5:
        gift |= {"party": "Member States", "party_type": "member_states"}
        gift |= {"amount_scope": "per_member"} if stated else {}
    return gift


def _over_the_turn(first: dt.date) -> Row:
    last = dt.date(first.year + 1, 6, 30)
    return _gift(f"TURN-{first.year}", "COLOMBO", first, last, "received", money(454_501), "CHF")


def _for_meetings(month: int, dice: random.Random) -> Iterator[Row]:
    """What came in a month for a meeting: of donors, of States, in kind, in dollars or not, with or without amount."""
    first = month_start(month)
    meetings = [("BALI", event_number("RO-BANGKOK", month, 0)), ("RCM", f"NOT-REPORTED-{first:%Y-%m}")]
    meetings += [(SERIES, event) for event in series_meetings(month)]
    kinds = ("external_co_funding", "member_state_contribution", "in_kind")
    given = [
        (iscm, event, kind, basis)
        for iscm, event in meetings
        for kind in kinds
        for basis in ("received", "received", "expected")
        if dice.random() < 0.5
    ]
    for n, (iscm, event, kind, basis) in enumerate(given):
        stated = "" if dice.random() < 0.15 else money(dice.randrange(6_000_001))
        currency = dice.choice(["USD", "USD", "EUR"])
        gift = _gift(f"MEET-{first:%Y-%m}-{n}", iscm, first, month_end(first), basis, stated, currency)
        yield gift | {"funding_source_class": kind, "contribution_type": "voluntary", "event_id": event}
    yield _gift(f"MONTH-{first:%Y-%m}", "MIDWA", first, month_end(first), "received", money(0), "USD")


def _other_gift(row: Row, dice: random.Random) -> Row:
    return row | {"amount": money(dice.randrange(1, 900_000))} if row["amount_state"] == "stated" else row
