"""Other exports beside the evaluation's: other years, bases and currencies leave what was printed as it is."""

import csv
from decimal import Decimal
from pathlib import Path

from iscm.simulating import write_history
from tests.integration.support import fetch, land_accepted, ledger_file, run_steps
from warehouse.settings import Settings

FEEDS = {
    "projects", "project_iscm_shares", "exchange_rates", "project_ledger", "osi_allocations", "contributions",
    "event_reports",
}  # fmt: skip
CHECKS = """
    select claim_id, check_rule, part, computed_value, check_state from candidate.mart_claim_checks order by 1, 2, 3
"""


def test_more_exports_are_built_judged_and_published_and_move_no_answer_to_a_claim(
    built: Settings, tmp_path: Path
) -> None:
    answers = fetch("publisher", CHECKS)
    assert len(answers) > 200
    write_history(tmp_path / "simulated", months=2, lines_per_month=60, seed=5, say=lambda line: None)
    with (tmp_path / "simulated" / "arrivals.csv").open(encoding="utf-8", newline="") as file:
        arrivals = list(csv.DictReader(file))
    assert {arrival["feed"] for arrival in arrivals} > FEEDS
    for arrival in (arrival for arrival in arrivals if arrival["feed"] in FEEDS):
        land_accepted(tmp_path / "simulated" / arrival["feed"] / arrival["file"], arrival["feed"])
    # claims tell how the money of these two moved
    for project, office in (("T5-MIDWA", "CO-NEPAL"), ("T6-COLOMBO", "RO-BANGKOK")):
        for year in ("2017", "2018", "2019"):
            spent = {"amount_basis": "actual", "project_code": project, "reporting_office": office}
            span = {"reporting_period": year, "period_start": f"{year}-01-01", "period_end": f"{year}-12-31"}
            path = ledger_file(tmp_path, [f"{year}.01"], name=f"{project}{year}.csv", **spent, **span)
            land_accepted(path, "project_ledger")
    travel = {
        "funding_source_class": "travel", "amount_basis": "actual", "project_code": "T5-BALI",
        "reporting_office": "CO-BANGKOK", "reporting_period": "2018-2019",
        "period_start": "2018-07-01", "period_end": "2019-06-30",
    }  # fmt: skip
    land_accepted(ledger_file(tmp_path, ["7328.00"], name="travel.csv", **travel), "project_ledger")
    run_steps("build", "validate", "publish")
    assert fetch("publisher", CHECKS) == answers
    # F33: travel of RO Bangkok from July 2018 to June 2019, 184 of 365 days in 2018
    assert fetch(
        "auditor",
        """
        select fiscal_year, iscm_code, money_side, central_usd from marts.mart_money_by_iscm
        where measure = 'travel' order by 1
        """,
    ) == [(2018, "BALI", "iom_own", Decimal("3694.12")), (2019, "BALI", "iom_own", Decimal("3633.88"))]
