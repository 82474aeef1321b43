"""A simulated history, dropped in the order of its arrival, ties to the account that was made without the models."""

import csv
import datetime as dt
import os
from decimal import Decimal
from pathlib import Path

from iscm.acceptance import accept
from iscm.simulating import write_history
from simulation.history import MISSING_RATES
from tests.integration.support import command, fetch, land, one, run_steps
from warehouse.settings import Settings

MONTHS, LINES = (60, 20_000) if os.environ.get("ISCM_SIMULATION") == "full" else (14, 300)


def _table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _amount(text: str) -> Decimal | None:
    return Decimal(text) if text else None


def test_a_simulated_history_ties_to_its_account_to_the_cent(warehouse: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "simulated"
    write_history(folder, MONTHS, LINES, seed=1, say=lambda line: None)
    arrivals = _table(folder / "arrivals.csv")
    assert len(arrivals) > 6 * MONTHS
    corrected = [arrival["file"] for arrival in arrivals if "_corrected" in arrival["file"]]
    assert corrected
    until = dt.date.today() + dt.timedelta(days=30)
    for arrival in arrivals:
        answer = land(folder / arrival["feed"] / arrival["file"], arrival["feed"])
        if answer["outcome"] == "quarantined":  # some of what chance makes up is odd
            accept(answer["submission"], [], "made up by chance", until, "tester")
        else:
            assert answer["outcome"] == "accepted", (arrival, answer["findings"][:2])
    run_steps("build")

    expected = {
        (row["iscm_code"], int(row["fiscal_year"]), row["money_side"], row["amount_basis"]): tuple(
            _amount(row[name]) for name in ("lower_usd", "central_usd", "upper_usd")
        )
        for row in _table(folder / "expected_totals.csv")
    }
    built = {
        row[:4]: row[4:]
        for row in fetch(
            "publisher",
            """
            select iscm_code, fiscal_year, money_side, amount_basis, coalesce(lower_usd, 0), central_usd, upper_usd
            from candidate.mart_total_by_iscm where source_lines > 0
            """,
        )
    }
    assert len(expected) >= 60
    assert {key[2] for key in expected} == {"iom_own", "iom_projects", "others"}
    assert {key[3] for key in expected} >= {"actual", "commitment", "budget", "allocation", "received", "expected"}
    assert {bounds[2] is None for bounds in expected.values()} == {True, False}
    assert any(bounds[0] < bounds[1] < bounds[2] for bounds in expected.values() if bounds[2] is not None)
    assert built == expected
    superseded = one("auditor", "select count(*) from ops.admissions where supersedes is not null")
    assert superseded == len(corrected)
    currency, year = MISSING_RATES
    states = fetch(
        "publisher",
        """
        select distinct rate_state from candidate.fct_investment_lines
        where currency = %s and fiscal_year = %s and amount_basis = 'budget'
        """,
        currency,
        year,
    )
    assert states == [("missing",)]


def test_nothing_is_written_over_what_lies_there(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("x")
    done = command("simulate", tmp_path, "--months", "1", "--lines-per-month", "10")
    assert (done.returncode, done.stderr) == (1, f"Error: {tmp_path} is not empty; name a new folder\n")


def test_the_same_seed_makes_the_same_files(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_history(tmp_path / name, 2, 50, seed=7, say=lambda line: None)
    write_history(tmp_path / "other", 2, 50, seed=8, say=lambda line: None)
    names = [path.relative_to(tmp_path / "one") for path in sorted((tmp_path / "one").rglob("*.csv"))]
    assert len(names) > 20
    assert all((tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes() for name in names)
    assert any((tmp_path / "one" / name).read_bytes() != (tmp_path / "other" / name).read_bytes() for name in names)
