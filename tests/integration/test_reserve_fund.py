"""F34: a case of the RCM Reserve Fund above USD 1,000 (evaluation, Box 1) is asked about, never refused."""

import csv
import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from ingestion import inspection, proof, proved_ahead
from ingestion.contract import contract
from ingestion.inspection import Inspection
from ingestion.readers import read
from ingestion.readers.plain_lines import PlainLines
from iscm import steps
from iscm.acceptance import accept
from tests.integration.support import fetch, land, one
from warehouse.settings import PROJECT, Settings

FEED = "reserve_fund_reports"
SIMULATED = PROJECT / "sample_simulated" / FEED / "2019_HQ.csv"
REASON = "The Technical Secretariat approved the flight with a nurse"
TOMORROW = dt.date.today() + dt.timedelta(days=1)


def _file(folder: Path, *cases: tuple[str, str], footnote: str = "") -> Path:
    """A report with one line per (highest cost of a case, reason)."""
    with SIMULATED.open(encoding="utf-8", newline="") as file:
        line = next(csv.DictReader(file))
    path = folder / "report.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, line)
        writer.writeheader()
        for number, (cost, reason) in enumerate(cases, start=1):
            own = {"report_line_id": f"R-{number}", "highest_case_cost": cost, "reason_above_limit": reason}
            writer.writerow(line | own | {"footnote": footnote})
    return path


CASES = [
    (("1000", ""), "accepted"),
    (("1000.00", ""), "accepted"),
    (("1000.01", ""), "quarantined"),
    (("1000.01", "escort by a nurse"), "accepted"),
    (("25000", ""), "quarantined"),
    (("", ""), "accepted"),
    (("0", ""), "accepted"),
]


@pytest.mark.parametrize("fast", [True, False], ids=["plain lines", "cell by cell"])
@pytest.mark.parametrize(("case", "outcome"), CASES)
def test_f34_both_ways_of_reading_ask_for_the_reason_and_nothing_blocks(
    tmp_path: Path, case: tuple[str, str], outcome: str, fast: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proved_ahead, "HELPERS", 0)
    if not fast:
        for module in (inspection, proof):
            monkeypatch.setattr(module, "proved_clean", lambda *_: False)
        monkeypatch.setattr(PlainLines, "__iter__", lambda _: iter(()))
    terms = contract(FEED)
    seen = Inspection(lambda: read(_file(tmp_path, case), "report.csv", terms), terms)
    text = b"".join(seen.pieces(1))
    assert (seen.blocked, seen.row_count, text.count(b"\n")) == (False, 1, 1)
    found = [(f.rule, f.severity, f.row, f.column, f.scope) for f in seen.notes.findings]
    scope = f"reserve-fund-limit R-1 {case[0]}"
    asked = [("reserve-fund-limit", "warning", 2, "reason_above_limit", scope)]
    assert found == (asked if outcome == "quarantined" else [])


@pytest.mark.parametrize(("case", "outcome"), CASES)
def test_f34_a_case_above_the_limit_without_a_reason_is_held(
    warehouse: Settings, tmp_path: Path, case: tuple[str, str], outcome: str
) -> None:
    answer = land(_file(tmp_path, case), FEED)
    assert (answer["outcome"], answer["rows"]) == (outcome, 1)
    assert one("auditor", f"select count(*) from raw.{FEED}") == 1


def test_f34_a_case_above_the_limit_is_let_in_with_the_reason_of_the_sender(
    warehouse: Settings, tmp_path: Path
) -> None:
    assert land(_file(tmp_path, ("1000.01", "")), FEED)["outcome"] == "quarantined"
    assert land(_file(tmp_path, ("1000.01", "escort by a nurse")), FEED)["outcome"] == "accepted"
    assert _in_force() == [2]


def test_f34_a_reason_given_to_the_steward_is_remembered_for_this_line_and_cost(
    warehouse: Settings, tmp_path: Path
) -> None:
    (warehouse.drop / FEED).mkdir(parents=True)
    land(_file(tmp_path, ("1000.01", ""), ("500", "")), FEED)
    accept(1, [], REASON, TOMORROW, "a steward")
    assert _in_force() == [1]
    again = land(_file(tmp_path, ("1000.01", ""), ("500", ""), footnote="corrected"), FEED)
    assert (again["outcome"], [f["severity"] for f in again["findings"]]) == ("accepted", ["note"])
    assert REASON in again["findings"][0]["message"]
    dearer = land(_file(tmp_path, ("1000.02", ""), ("500", "")), FEED)
    assert (dearer["outcome"], [f["severity"] for f in dearer["findings"]]) == ("quarantined", ["warning"])
    other = land(_file(tmp_path, ("1000.01", ""), ("1000.01", "")), FEED)
    assert [(f["severity"], f["row"]) for f in other["findings"]] == [("warning", 3), ("note", 2)]
    assert _in_force() == [2]


def test_what_the_sender_must_mend_still_has_the_file_rejected(warehouse: Settings, tmp_path: Path) -> None:
    answer = land(_file(tmp_path, ("1000.01", ""), ("-1", "")), FEED)
    assert answer["outcome"] == "rejected"
    assert [(f["rule_id"], f["severity"]) for f in answer["findings"]] == [
        ("value-minimum", "blocking"), ("reserve-fund-limit", "warning"),
    ]  # fmt: skip


def test_a_report_is_typed_and_stays_in_staging(warehouse: Settings, capfd: pytest.CaptureFixture[str]) -> None:
    assert land(SIMULATED, FEED)["outcome"] == "accepted"
    steps.open_build()
    assert steps.dbt("build", "--select", f"stg_{FEED}") == 0
    # the model, its test, and the hook that records them
    assert "PASS=3 WARN=0 ERROR=0 SKIP=0" in capfd.readouterr().out
    rows: list[tuple[Any, ...]] = fetch(
        "transformer",
        f"select cases, highest_case_cost, reason_above_limit, amount, funding_source_class from staging.stg_{FEED} "
        "order by report_line_id",
    )
    assert rows == [
        (20, Decimal("1000.00"), None, Decimal("10000.00"), "reserve_fund"),
        (10, Decimal("1500.00"), "simulated reason", Decimal("8000.00"), "reserve_fund"),
    ]


def test_no_mart_reads_the_reports_for_a_line_of_few_cases_tells_of_a_person() -> None:
    models = {
        path.stem: path.read_text(encoding="utf-8") for path in (PROJECT / "dbt_project").rglob("models/**/*.sql")
    }
    assert len(models) > 40
    assert [name for name, text in models.items() if f"ref('stg_{FEED}')" in text] == []


def _in_force() -> list[int]:
    return [number for (number,) in fetch("auditor", "select submission_id from ops.current_submissions order by 1")]
