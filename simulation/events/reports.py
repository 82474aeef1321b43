"""Monthly reports of meetings: what each cost, in which currency, and what was left blank."""

import datetime as dt
import random
from collections.abc import Iterator

from simulation.history import History, Row
from simulation.scene import DAY, ISCMS, SERIES, THEMES, money, month_name, month_start

REPORTERS = {"RO-BANGKOK": ("USD", "THB"), "RO-SAN-JOSE": ("USD", "EUR")}
"""Office that reports meetings, and the currencies in which it pays."""
COSTS = ("cost_travel", "cost_venue", "cost_interpretation", "cost_participants", "cost_consultants")
SERIES_MONTHS = {9: 1, 12: 1, 13: 1}
"""Of three years: months in which the series meets. One meeting takes the year's OSI; of two, or none, nobody does."""


def event_number(office: str, month: int, n: int) -> str:
    """Own number of the n-th meeting that an office reports for a month."""
    return f"EV-{office}-{month_name(month)}-{n}"


def series_meetings(month: int) -> list[str]:
    """Own numbers of the meetings of the series in a month."""
    return [f"{SERIES}-{month_name(month)}"] if SERIES_MONTHS.get(month % 36) else []


def send_reports(history: History) -> None:
    """Send the reports of each month; those of the series come with the first office's."""
    for month in range(history.months):
        for office in REPORTERS:

            def reports(dice: random.Random, month: int = month, office: str = office) -> Iterator[Row]:
                return _reports(month, office, dice)

            history.send("event_reports", office, month_name(month), month, reports, _other_costs)


def _reports(month: int, office: str, dice: random.Random) -> Iterator[Row]:
    own = "BALI" if office == "RO-BANGKOK" else dice.choice(ISCMS)
    meetings = [(event_number(office, month, 0), own)]
    meetings += [(event_number(office, month, n), dice.choice(ISCMS)) for n in range(1, dice.randrange(2, 5))]
    if office == "RO-BANGKOK":
        meetings += [(number, SERIES) for number in series_meetings(month)]
    for number, iscm in meetings:
        yield _report(number, iscm, month, office, dice)


def _report(number: str, iscm: str, month: int, office: str, dice: random.Random) -> Row:
    first = month_start(month) + dice.randrange(24) * DAY
    last = first + dice.randrange(4) * DAY
    row = {
        "event_id": number, "iscm_code": iscm, "title": f"Simulated meeting {number}",
        "event_type": "global_meeting" if iscm == SERIES else dice.choice(["ministerial", "technical", "workshop"]),
        "period_start": first.isoformat(), "period_end": last.isoformat(),
        "theme": dice.choice(["", *THEMES]), "invited_as": dice.choice(["", "speaker", "secretariat", "observer"]),
        "requests_technical": dice.choice(["", "0", "2"]),
        "attendees_regional_offices": dice.choice(["", "0", "1", "3"]), "days_travel": dice.choice(["", "0", "1.5"]),
    }  # fmt: skip
    return row | _costs(office, dice) | _sent(last, dice)


def _costs(office: str, dice: random.Random) -> Row:
    """Costs of a report: some are blank, some are a true zero; a report may give none at all."""
    if dice.random() < 0.1:
        return {}
    cents = {name: dice.choice([None, 0, dice.randrange(1, 900_000)]) for name in COSTS}
    return {
        "funding_source_class": dice.choice(["iom_project_support", "osi_direct", "unfunded"]),
        "amount_basis": dice.choice(["actual", "actual", "budget"]), "currency": dice.choice(REPORTERS[office]),
    } | {name: money(amount) for name, amount in cents.items() if amount is not None}  # fmt: skip


def _sent(last: dt.date, dice: random.Random) -> Row:
    """The day of the report: in time, late, or not said."""
    days = dice.choice([None, 3, 14, 40])
    return {} if days is None else {"submitted_on": (last + days * DAY).isoformat()}


def _other_costs(row: Row, dice: random.Random) -> Row:
    again = {name: money(dice.randrange(900_000)) for name in COSTS if row.get(name) and dice.random() < 0.4}
    return row | again
