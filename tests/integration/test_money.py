"""The money fact against a second account of it: random lines, shares and rates, added up otherwise, to the cent."""

import datetime as dt
import random
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from iscm.simulating import write_feed_file
from simulation.money.account import Account
from tests.conftest import TEMPLATE
from tests.integration.support import fetch, installation, land_accepted, run_steps
from warehouse.settings import SECRETS_FILE

DAY = dt.timedelta(days=1)
SAME = {"reporting_office": "HQ", "reporting_period": "2018-2019", "source_document": "made for a test"}
# project -> (ISCM, status, per cent, first day, last day)
SHARES = {
    "SHARED": [("BALI", "approved", "60", "2018-01-01", ""), ("PIDC", "estimated", "25.5", "2018-01-01", "")],
    "CHANGED": [
        ("RCM", "approved", "33.3333", "2018-01-01", "2018-10-15"),
        ("RCM", "approved", "50", "2018-10-16", ""),
        ("OCAM", "approved", "33.3333", "2018-01-01", "2019-05-09"),
    ],
    "UNKNOWN": [("SACM", "unknown", "", "2018-01-01", ""), ("MIDSA", "approved", "10", "2019-01-01", "")],
    "SEVERAL": [("SACM", "unknown", "", "2018-01-01", ""), ("RCM", "unknown", "", "2018-01-01", "")],
    "RCPS_POOL": [("PIDC", "approved", "70", "2019-01-01", ""), ("RCM", "estimated", "30", "2019-01-01", "")],
}
PROJECTS = {"WHOLE": "dedicated", **dict.fromkeys(["SHARED", "CHANGED", "UNKNOWN", "SEVERAL"], "unknown_share")}
RATES = {
    (currency, dt.date(year, month, 1)): Decimal(f"{base + month * step + (year - 2018) * step:.4f}")
    for currency, base, step in (("EUR", 0.85, 0.0037), ("THB", 31.5, 0.113))
    for year in (2018, 2019)
    for month in range(1, 13)
}


def _lines(number: int) -> list[dict[str, str]]:
    rng = random.Random(number)  # noqa: S311 - nothing secret
    rows = []
    for n in range(number):
        first = dt.date(2018, 1, 1) + rng.randrange(700) * DAY
        last = min(first + rng.choice([0, 1, 27, 30, 180, 364, 500]) * DAY, dt.date(2019, 12, 31))
        cents = rng.choice([0, 1, 99, rng.randrange(10**9), -rng.randrange(1, 10**7)])
        rows.append({
            "line_id": f"L-{n}", "project_code": rng.choice([*PROJECTS, "NOWHERE"]), "period_start": first.isoformat(),
            "period_end": last.isoformat(), "funding_source_class": rng.choice(["iom_project_support", "absorbed"]),
            "amount_basis": rng.choice(["budget", "actual"]), "currency": rng.choice(["USD", "EUR", "THB", "XAF"]),
            "amount": f"{Decimal(cents) / 100:.2f}", "correction_of": "L-0" if cents < 0 else "",
            "as_of_date": "2019-12-31",
        })  # fmt: skip
    return rows


Landed = tuple[list[dict[str, str]], list[dict[str, str]], Account]


@pytest.fixture(scope="module")
def landed(postgres: int, scratch_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Landed]:
    """Lines and allocations that were landed and built, and the account of their projects, shares and rates."""
    folder = tmp_path_factory.mktemp("money")
    with installation(folder / "home", scratch_home / SECRETS_FILE, postgres, "money", TEMPLATE):
        yield _land(folder)


def _land(folder: Path) -> Landed:
    lines = _lines(600)
    pool = [
        {
            "allocation_id": f"A-{n}", "funding_line": "RCPs", "member_code": "RCPS_POOL", "period_start": "2018-07-01",
            "period_end": "2019-06-30", "funding_source_class": "osi_pooled", "amount_basis": "allocation",
            "currency": "THB", "amount": f"{7328 + n}.01", "as_of_date": "2019-12-31",
        }
        for n in range(3)
    ]  # fmt: skip
    shares = [
        dict(zip(("iscm_code", "share_status", "share_pct", "effective_from", "effective_to"), share, strict=True))
        | {"project_code": code, "share_basis": "work_plan" if share[2] else "", "evidence": "x" if share[2] else ""}
        | ({"approved_by_function": "head", "approved_on": "2018-01-01"} if share[1] == "approved" else {})
        for code, sent in SHARES.items()
        for share in sent
    ]
    projects = [
        {"project_code": code, "title": code, "iscm_code": "BALI", "iscm_link": link} for code, link in PROJECTS.items()
    ]
    rates = [
        {"currency": code, "valid_from": day.isoformat(), "units_per_usd": str(rate), "rate_type": "un_operational"}
        for (code, day), rate in RATES.items()
    ]
    for feed, rows in (
        ("project_ledger", lines), ("osi_allocations", pool), ("project_iscm_shares", shares), ("projects", projects),
        ("exchange_rates", rates),
    ):  # fmt: skip
        land_accepted(write_feed_file(folder / f"{feed}.csv", feed, (row | SAME for row in rows)), feed)
    run_steps("build")
    return lines, pool, Account(projects, shares, rates)


def test_bounds_of_every_iscm_and_year_tie_to_a_second_account(
    landed: Landed,
) -> None:
    lines, pool, account = landed
    for row in [*lines, *pool]:
        account.add(row)
    built = {
        (iscm, year, side, basis): ((lower, central, upper), left_out)
        for iscm, year, side, basis, lower, central, upper, left_out in fetch(
            "publisher",
            """
            select iscm_code, fiscal_year, money_side, amount_basis, lower_usd, central_usd, upper_usd,
                lines_not_converted
            from candidate.mart_total_by_iscm where source_lines > 0
            """,
        )
    }
    assert len(built) >= 40
    assert set(built) == set(account.totals)
    for key, (found, left_out) in built.items():
        bounds = account.totals[key]
        assert bool(left_out) == (not bounds.whole), key
        assert found == bounds.usd(), key


def test_every_line_is_in_the_fact_and_says_what_became_of_it(
    landed: Landed,
) -> None:
    lines, pool, _ = landed
    states = dict(
        fetch("publisher", "select rate_state, count(distinct line_key) from candidate.fct_investment_lines group by 1")
    )
    assert set(states) == {"own_currency", "converted", "missing"}
    assert states["missing"] == sum(row["currency"] == "XAF" for row in lines) > 50
    parts = dict(
        fetch("publisher", "select own_number, sum(amount) from candidate.fct_investment_lines group by own_number")
    )
    sent = {row.get("line_id") or row["allocation_id"]: Decimal(row["amount"]) for row in [*lines, *pool]}
    assert parts == sent
