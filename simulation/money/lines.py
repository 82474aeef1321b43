"""Lines of money: monthly ledgers of the offices, allocations, contributions, and budgets over years."""

import datetime as dt
import random
from collections.abc import Iterator

from simulation.history import History, Row
from simulation.money.registers import SELDOM, project_codes
from simulation.scene import DAY, ISCMS, OFFICES, POOL, SERIES, money, month_end, month_name, month_start

LEDGER_CLASSES = ("iom_project_support", "iom_project_support", "policy_research", "absorbed", "idf")


def send_lines(history: History, lines_per_month: int) -> None:
    """Send all money of the history, with so many ledger lines a month over all offices."""
    each = -(-lines_per_month // len(OFFICES))
    for month in range(history.months):
        for office in OFFICES:

            def ledger(dice: random.Random, month: int = month, office: str = office) -> Iterator[Row]:
                codes = project_codes(month + 1)  # some money comes before its project is registered
                return (_ledger_line(office, month, n, codes, dice) for n in range(each))

            history.send("project_ledger", office, month_name(month), month, ledger, _other_line)

        def supplements(dice: random.Random, month: int = month) -> Iterator[Row]:
            return _supplements(month, dice)

        history.send("osi_allocations", "IPD", month_name(month), month, supplements, _other_amount)
    for number, year in enumerate(history.years):

        def allocations(dice: random.Random, year: int = year) -> Iterator[Row]:
            return _allocations(year, dice)

        def cases(dice: random.Random, year: int = year) -> Iterator[Row]:
            return _cases(year, dice)

        history.send("osi_allocations", "HQ", str(year), 12 * number, allocations, _other_amount)
        history.send("reserve_fund_reports", "RO-SAN-JOSE", str(year), 12 * number + 11, cases, _other_amount)
    history.send("project_ledger", "HQ", history.span, history.months, lambda dice: _budgets(history, dice))


def _ledger_line(office: str, month: int, n: int, codes: list[str], dice: random.Random) -> Row:
    first = month_start(month)
    start = first + dice.choice([0, 0, 0, 9]) * DAY
    last = month_end(first).isoformat()
    cents = dice.randrange(1, 3000) * dice.randrange(1, 300)  # many small amounts, few large ones
    back = n % 41 == 40
    return {
        "line_id": f"{office}-{first:%Y-%m}-{n}",
        "project_code": dice.choice(codes) if n % 97 else "SIM-UNREGISTERED",
        "period_start": start.isoformat(), "period_end": last,
        "funding_source_class": LEDGER_CLASSES[n % len(LEDGER_CLASSES)],
        "amount_basis": ("actual", "actual", "commitment")[n % 3], "currency": OFFICES[office],
        "amount": money(-cents // 10 if back else cents), "as_of_date": last,
        "correction_of": f"{office}-{first:%Y-%m}-{n - 1}" if back else "",
    }  # fmt: skip


def _other_line(row: Row, dice: random.Random) -> Row | None:
    if dice.random() < 0.01:
        return None
    return row if row["correction_of"] or dice.random() > 0.05 else _other_amount(row, dice)


def _other_amount(row: Row, dice: random.Random) -> Row:
    cents = int(row["amount"].replace(".", "")) + dice.randrange(1, 900)
    return row | {"amount": money(cents)}


def _allocations(year: int, dice: random.Random) -> Iterator[Row]:
    """OSI of a year: named ISCMs, the series of meetings, and the pool."""
    for member in ("SACM", "RCM", "PAFOM", SERIES, POOL):
        kind = "osi_pooled" if member == POOL else "osi_direct"
        yield _allocation(f"OSI-{year}-{member}", member, kind, "USD", dt.date(year, 1, 1), dt.date(year, 12, 31), dice)


def _supplements(month: int, dice: random.Random) -> Iterator[Row]:
    """What is set aside in a month on top: a pledge in dollars, and something in another currency."""
    first = month_start(month)
    for n, (kind, member, currency) in enumerate((
        ("dg_pledge", "PAFOM", "USD"), ("osi_direct", dice.choice(ISCMS), dice.choice(["EUR", "THB"])),
    )):  # fmt: skip
        yield _allocation(f"SUP-{first:%Y-%m}-{n}", member, kind, currency, first, month_end(first), dice)


def _allocation(
    number: str, member: str, kind: str, currency: str, first: dt.date, last: dt.date, dice: random.Random
) -> Row:
    return {
        "allocation_id": number, "funding_line": member, "member_code": member, "period_start": first.isoformat(),
        "period_end": last.isoformat(), "funding_source_class": kind, "amount_basis": "allocation",
        "currency": currency, "amount": money(dice.randrange(2_000_000, 9_000_001)), "as_of_date": last.isoformat(),
    }  # fmt: skip


def _cases(year: int, dice: random.Random) -> Iterator[Row]:
    """What the reserve fund paid in a year, by kind of help; one case cost more than the limit, with a reason."""
    for n, category in enumerate(("assisted voluntary return", "medical help")):
        number = dice.randrange(4, 20)
        yield {
            "report_line_id": f"RF-{year}-{n}", "iscm_code": "RCM", "assistance_category": category,
            "cases": str(number), "highest_case_cost": ("1200.00", "950.00")[n],
            "reason_above_limit": ("escort by a nurse", "")[n], "period_start": f"{year}-01-01",
            "period_end": f"{year}-12-31", "funding_source_class": "reserve_fund", "amount_basis": "actual",
            "currency": "USD", "amount": money(120_000 + number * dice.randrange(10_000, 90_000)),
            "as_of_date": f"{year}-12-31",
        }  # fmt: skip


def _budgets(history: History, dice: random.Random) -> Iterator[Row]:
    """Budgets of Headquarters over spans that begin and end anywhere."""
    codes = project_codes(0)
    for n in range(40):
        start = month_start(0) + dice.randrange(25 * history.months) * DAY
        end = min(start + dice.choice([0, 30, 183, 364, 700]) * DAY, history.last_day)
        yield {
            "line_id": f"HQ-BUDGET-{n}", "project_code": codes[n], "period_start": start.isoformat(),
            "period_end": end.isoformat(), "funding_source_class": "iom_project_support", "amount_basis": "budget",
            "currency": ("USD", "EUR", "CHF", SELDOM)[n % 4], "amount": money(dice.randrange(10**6, 10**8)),
            "as_of_date": history.last_day.isoformat(),
        }  # fmt: skip
