"""Monthly registers of money: new projects of every kind, shares that change, are estimated or unknown, and rates."""

import datetime as dt
import random
from collections.abc import Iterator
from decimal import Decimal

from simulation.history import History, Row
from simulation.scene import DAY, FIRST_YEAR, ISCMS, POOL, THEMES, month_end, month_name, month_start

PROJECTS_AT_FIRST, NEW_IN_A_MONTH = 40, 3
USUAL_RATE = {"THB": "33", "NPR": "120", "AUD": "1.45", "ARS": "950", "EUR": "0.92", "CHF": "0.93"}
"""Units per USD around which a rate wanders."""
MISSING_RATES = ("CHF", FIRST_YEAR)
"""Currency and year without any rate: budgets that begin then cannot be converted."""
SELDOM = "XAF"
"""Currency whose rate is sent every third month without a last day: it is stale in the third."""


def project_codes(month: int) -> list[str]:
    """Projects that are registered by the end of a month."""
    return [f"SIM-{n:04d}" for n in range(PROJECTS_AT_FIRST + NEW_IN_A_MONTH * (month + 1))]


def send_registers(history: History) -> None:
    """Send each month's register of projects, shares and rates."""
    for month in range(history.months):
        known = len(project_codes(month - 1)) if month else 0
        links = [
            (code, history.dice("project", code).choice(ISCMS), n % 3)
            for n, code in enumerate(project_codes(month)[known:], start=known)
        ]

        def projects(
            dice: random.Random, month: int = month, links: list[tuple[str, str, int]] = links
        ) -> Iterator[Row]:
            return (_project(link, month_start(month), dice) for link in links)

        def shares(dice: random.Random, month: int = month, links: list[tuple[str, str, int]] = links) -> Iterator[Row]:
            for code, iscm, kind in links:
                if kind == 1:
                    yield from _shares(code, iscm, month_start(month), dice)
            if month == 6:
                yield share(POOL, "SACM", "approved", "60", month_start(month), None)
                yield share(POOL, "MIDSA", "estimated", "25.25", month_start(month), None)

        def rates(dice: random.Random, month: int = month) -> Iterator[Row]:
            return _rates(month, dice)

        period = month_name(month)
        history.send("projects", "HQ", period, month, projects)
        history.send("project_iscm_shares", "HQ", period, month, shares, _other_share)
        history.send("exchange_rates", "HQ", period, month, rates, _other_rate)


def _project(link: tuple[str, str, int], first: dt.date, dice: random.Random) -> Row:
    code, iscm, kind = link
    days = dice.choice([None, 200, 800, 1500])
    return {
        "project_code": code, "title": f"Simulated project {code}", "iscm_code": iscm,
        "iscm_link": "unknown_share" if kind else "dedicated", "theme": dice.choice(["", *THEMES]),
        "ends_on": "" if days is None else (first + days * DAY).isoformat(), "reviewed": dice.choice(["", "yes", "no"]),
    }  # fmt: skip


def _shares(code: str, iscm: str, first: dt.date, dice: random.Random) -> Iterator[Row]:
    others = dice.sample([name for name in ISCMS if name != iscm], 2)
    change = first + dice.randrange(40, 400) * DAY
    yield share(code, iscm, "approved", _percent(dice, 10, 45), first, change - DAY)
    yield share(code, iscm, "approved", _percent(dice, 10, 45), change, None)
    status = dice.choice(["estimated", "unknown", "approved"])
    yield share(code, others[0], status, "" if status == "unknown" else _percent(dice, 5, 40), first, None)
    if dice.random() < 0.3:
        yield share(code, others[1], "unknown", "", change, None)


def share(code: str, iscm: str, status: str, percent: str, first: dt.date, last: dt.date | None) -> Row:
    """A row of shares with all that its status asks for."""
    row = {
        "project_code": code, "iscm_code": iscm, "effective_from": first.isoformat(),
        "effective_to": last.isoformat() if last else "", "share_status": status, "share_pct": percent,
    }  # fmt: skip
    if percent:
        row |= {"share_basis": "work_plan", "evidence": "simulated work plan"}
    if status == "approved":
        row |= {"approved_by_function": "simulated approver", "approved_on": first.isoformat()}
    return row


def _other_share(row: Row, dice: random.Random) -> Row:
    return row | {"share_pct": _percent(dice, 5, 40)} if row["share_pct"] else row


def _percent(dice: random.Random, low: int, high: int) -> str:
    return f"{Decimal(dice.randrange(low * 10_000, high * 10_000)).scaleb(-4):.4f}"


def _rates(month: int, dice: random.Random) -> Iterator[Row]:
    first = month_start(month)
    for currency, usual in USUAL_RATE.items():
        if (currency, first.year) != MISSING_RATES:
            units = Decimal(usual) * dice.randrange(95_000, 105_001) / 100_000
            yield _rate(currency, first, month_end(first).isoformat(), units)
    if month % 3 == 0:
        yield _rate(SELDOM, first, "", Decimal(dice.randrange(570_000, 630_000)) / 1000)


def _rate(currency: str, first: dt.date, last: str, units: Decimal) -> Row:
    return {
        "currency": currency, "valid_from": first.isoformat(), "valid_to": last, "units_per_usd": f"{units:.6f}",
        "rate_type": "un_operational",
    }  # fmt: skip


def _other_rate(row: Row, dice: random.Random) -> Row:
    units = Decimal(row["units_per_usd"]) * dice.randrange(990, 1011) / 1000
    return row | {"units_per_usd": f"{units:.6f}"}
