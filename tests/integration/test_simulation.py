"""A simulated history, dropped in the order of its arrival, ties to the accounts that were made without the models."""

import csv
import os
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from ingestion.contract import feeds
from iscm.simulating import write_history
from simulation.money.registers import MISSING_RATES, SELDOM
from simulation.people.account import FIGURES
from tests.conftest import TEMPLATE
from tests.integration.support import command, fetch, installation, land_accepted, one, run_steps
from warehouse.settings import SECRETS_FILE

MONTHS, LINES = (60, 20_000) if os.environ.get("ISCM_SIMULATION") == "full" else (14, 300)
YEARLY = {"reserve_fund_reports", "source_claims", "standard_costs", "terms_of_reference"}
"""Feeds that are due once a year; all others are due each month."""


def _table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows, path
    return rows


def _number(text: str) -> Decimal | None:
    return Decimal(text) if text else None


def _expected(folder: Path, name: str, *keys: str) -> dict[tuple[str, ...], tuple[Decimal | None, ...]]:
    """Numbers of a table of what is expected, by the columns that are its key."""
    return {
        tuple(row[key] for key in keys): tuple(_number(value) for column, value in row.items() if column not in keys)
        for row in _table(folder / "expected" / f"{name}.csv")
    }


def _built(query: str, keys: int) -> dict[tuple[str, ...], tuple[Decimal | None, ...]]:
    """Numbers of a query on the candidate marts, by its first columns."""
    return {tuple(map(str, row[:keys])): tuple(row[keys:]) for row in fetch("publisher", query)}


@pytest.fixture(scope="module")
def simulated(postgres: int, scratch_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Folder of a history that was landed in the order of its arrival and built."""
    home = tmp_path_factory.mktemp("simulation")
    folder = home / "simulated"
    write_history(folder, MONTHS, LINES, seed=1, say=lambda line: None)
    with installation(home / "home", scratch_home / SECRETS_FILE, postgres, "simulation", TEMPLATE):
        for arrival in _table(folder / "arrivals.csv"):
            land_accepted(folder / arrival["feed"] / arrival["file"], arrival["feed"])
        run_steps("build", "validate")
        yield folder


def test_every_feed_comes_as_often_as_its_contract_says_some_late_and_some_corrected(simulated: Path) -> None:
    arrivals = [(arrival["feed"], arrival["file"]) for arrival in _table(simulated / "arrivals.csv")]
    assert {feed for feed, _ in arrivals} == set(feeds()) > YEARLY
    for feed in feeds():
        periods = {file.split("_")[0] for of_feed, file in arrivals if of_feed == feed}
        wanted = -(-MONTHS // 12) if feed in YEARLY else MONTHS
        assert len([period for period in periods if len(period) == (4 if feed in YEARLY else 7)]) == wanted, feed
        corrected = [file for of_feed, file in arrivals if of_feed == feed and "_corrected" in file]
        assert all(
            (feed, file.replace("_corrected", "")) in arrivals[: arrivals.index((feed, file))] for file in corrected
        )
    superseded = one("auditor", "select count(*) from ops.admissions where supersedes is not null")
    assert superseded == sum("_corrected" in file for _, file in arrivals) > MONTHS
    months = [file[:7] for feed, file in arrivals if feed == "project_ledger" and "_corrected" not in file]
    assert months != sorted(months)


def test_money_of_every_iscm_and_year_ties_to_the_cent(simulated: Path) -> None:
    expected = _expected(simulated, "money", "iscm_code", "fiscal_year", "money_side", "amount_basis")
    assert len(expected) >= 60
    assert {key[2] for key in expected} == {"iom_own", "iom_projects", "others"}
    assert {key[3] for key in expected} >= {"actual", "commitment", "budget", "allocation", "received", "expected"}
    assert {bounds[2] is None for bounds in expected.values()} == {True, False}
    assert any(lower < central < upper for lower, central, upper in expected.values() if lower and central and upper)
    assert expected == _built(
        """
        select iscm_code, fiscal_year, money_side, amount_basis, lower_usd, central_usd, upper_usd
        from candidate.mart_total_by_iscm where source_lines > 0
        """,
        4,
    )


def test_money_without_a_rate_says_why(simulated: Path) -> None:
    states = "select distinct rate_state from candidate.fct_investment_lines where currency = %s"
    currency, year = MISSING_RATES
    assert fetch("publisher", f"{states} and fiscal_year = %s and amount_basis = 'budget'", currency, year) == [
        ("missing",)
    ]
    assert set(fetch("publisher", states, SELDOM)) == {("converted",), ("stale",)}


def test_money_of_others_ties_by_its_class(simulated: Path) -> None:
    expected = _expected(simulated, "contributions", "iscm_code", "fiscal_year", "funding_source_class", "amount_basis")
    assert {key[2] for key in expected} == {"external_co_funding", "member_state_contribution", "in_kind"}
    assert expected == _built(
        """
        select iscm_code, fiscal_year, funding_source_class, amount_basis, source_lines, lower_usd,
            central_usd, upper_usd
        from candidate.mart_money_by_iscm where measure = 'contribution'
        """,
        4,
    )


STAFF_COLUMNS = ", ".join(FIGURES)
STAFF_SUMS = ", ".join(
    f"sum({figure})" if "lower" in figure else f"case when count({figure}) = count(*) then sum({figure}) end"
    for figure in FIGURES
)


def _staff(simulated: Path) -> dict[tuple[str, ...], dict[str, str]]:
    return {(row["iscm_code"], row["fiscal_year"]): row for row in _table(simulated / "expected" / "staff.csv")}


def test_staff_cost_of_every_iscm_and_year_ties_before_anything_is_withheld(simulated: Path) -> None:
    expected = {
        key: tuple(_number(row[figure]) for figure in FIGURES)
        for key, row in _staff(simulated).items()
        if int(row["posts_known"])
    }
    assert {key[0] for key in expected} >= {"ALL", "BALI", "COLOMBO", "RCM", "PIDC", "GRCP"}
    assert any(gross[0] < gross[1] < gross[2] for gross in expected.values() if None not in gross)
    of = "from candidate.fct_staff_effort group by"
    built = _built(f"select iscm_code, fiscal_year, {STAFF_SUMS} {of} 1, 2", 2)
    assert expected == built | _built(f"select 'ALL', fiscal_year, {STAFF_SUMS} {of} 2", 2)


def test_headcount_and_effort_tie_and_what_would_reveal_a_post_is_withheld(simulated: Path) -> None:
    expected = _staff(simulated)
    built = _built(
        f"""
        select iscm_code, fiscal_year, cost_state, full_time_staff, posts_known, fte_lower, fte_central, fte_upper,
            {STAFF_COLUMNS}
        from candidate.mart_staff_cost_by_iscm where source_lines > 0 or full_time_staff is not null
        union all
        select 'ALL', fiscal_year, cost_state, null, posts_known, fte_lower, fte_central, fte_upper, {STAFF_COLUMNS}
        from candidate.mart_staff_cost_by_year where source_lines > 0
        """,
        3,
    )
    states = {key[:2]: key[2] for key in built}
    assert set(states) == set(expected)
    assert {"value", "protected"} <= set(states.values())
    assert {row["full_time_staff"] for row in expected.values()} > {"", "0", "1"}
    for (*cell, state), found in built.items():
        row = expected[tuple(cell)]
        measures = ("full_time_staff", "posts_known", "fte_lower", "fte_central", "fte_upper")
        assert found[:5] == tuple(_number(row[name]) for name in measures), cell
        shown = [None if state == "protected" else _number(row[figure]) for figure in FIGURES]
        assert list(found[5:]) == shown, (cell, state)
    revealing = {cell for cell, row in expected.items() if row["reveals_a_post"] == "yes"}
    assert revealing
    assert {cell for cell in revealing if states[cell] != "protected"} == set()


def test_meetings_their_costs_and_who_paid_tie(simulated: Path) -> None:
    assert _expected(simulated, "events", "iscm_code", "fiscal_year") == _built(
        "select member_code, fiscal_year, count(*) from candidate.fct_events group by 1, 2", 2
    )
    kinds = ("iscm_code", "fiscal_year", "funding_source_class", "amount_basis", "currency")
    assert _expected(simulated, "event_costs", *kinds) == _built(
        """
        select member_code, fiscal_year, funding_source_class, amount_basis, currency, count(*), sum(amount)
        from candidate.fct_event_costs where amount is not null group by 1, 2, 3, 4, 5
        """,
        5,
    )
    meetings = _expected(simulated, "meetings", "meeting_key", "iscm_code", "fiscal_year", "meeting_state")
    assert {key[3] for key in meetings} == {"reported", "not_reported"}
    series = [key for key, found in meetings.items() if found[0] is not None]
    assert {"/" in key[0] for key in series} == {True, False}
    assert meetings == _built(
        """
        select meeting_key, member_code, fiscal_year, meeting_state, osi_usd, external_co_funding_usd,
            member_state_contribution_usd, in_kind_usd, lines_without_amount, reported_costs_usd,
            costs_in_other_currency
        from candidate.mart_event_cost_by_meeting
        """,
        4,
    )


def test_printed_figures_differ_by_what_is_expected(simulated: Path) -> None:
    expected = _expected(simulated, "claims", "claim_id")
    assert {difference == 0 for _, _, difference in expected.values()} == {True, False}
    assert expected == _built(
        """
        select claim_id, claim_value, computed_value, difference from candidate.mart_claim_checks
        where check_rule = 'figure_of_a_year'
        """,
        1,
    )


def test_nothing_is_written_over_what_lies_there(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("x")
    done = command("simulate", tmp_path, "--months", "1", "--lines-per-month", "10")
    assert (done.returncode, done.stderr) == (1, f"Error: {tmp_path} is not empty; name a new folder\n")


def test_the_same_seed_makes_the_same_files(tmp_path: Path) -> None:
    for name, seed in (("one", 7), ("two", 7), ("other", 8)):
        write_history(tmp_path / name, 2, 50, seed=seed, say=lambda line: None)
    names = [path.relative_to(tmp_path / "one") for path in sorted((tmp_path / "one").rglob("*.csv"))]
    assert len(names) > 20
    assert all((tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes() for name in names)
    assert any((tmp_path / "one" / name).read_bytes() != (tmp_path / "other" / name).read_bytes() for name in names)
