"""Events on the evaluation's figures and on reports of our own: fixture F26, costs, reports due, criteria."""

import csv
import datetime as dt
import re
from decimal import Decimal
from pathlib import Path

import pytest

from ingestion.contract import contract
from iscm import steps
from iscm.sample import accept_sample
from iscm.submission_commands import EXIT_QUARANTINED
from tests.conftest import TEMPLATE
from tests.integration.support import SAMPLE_FILES, change, command, fetch, installation, land, one, run_steps
from warehouse.settings import PROJECT, SECRETS_FILE, Settings

MEETINGS = "mart_event_cost_by_meeting"
QUESTIONS = PROJECT / "docs" / "questions.md"
EVENT_FEEDS = {"event_reports", "contributions"}


def _reports(folder: Path, rows: list[dict[str, str]]) -> Path:
    """A file of event reports by Headquarters for 2019; what a row does not give stays blank."""
    same = {
        "iscm_code": "RCM", "event_type": "technical", "title": "Meeting", "reporting_office": "HQ",
        "reporting_period": "2019", "source_document": "Form",
    }  # fmt: skip
    names = contract("event_reports").names
    path = folder / "reports.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        writer.writerows(dict.fromkeys(names, "") | same | row for row in rows)
    return path


def test_f26_grcp_meetings_from_all_sources(published: Settings) -> None:
    rows = fetch(
        "bi_reader",
        f"""
        select fiscal_year, event_id, osi_usd, external_co_funding_usd, sum_of_sources_usd
        from marts.{MEETINGS} where member_code = 'GRCP' and sum_of_sources_usd > 0 order by 1
        """,
    )
    assert rows == [
        (2015, "GRCP-5", 48_652, 120_000, 168_652),
        (2016, "GRCP-6", 65_000, 127_024, 192_024),
        (2017, "GRCP-7", 100_000, 65_000, 165_000),
        (2019, None, 65_000, None, 65_000),
    ]


def test_f25_external_co_funding_is_beside_the_money_of_iom(published: Settings) -> None:
    query = f"select sum(external_co_funding_usd), sum(osi_usd) from marts.{MEETINGS} where member_code = 'GRCP'"
    assert fetch("bi_reader", query) == [(312_024, 278_652)]


def test_the_sum_of_a_meeting_is_named(published: Settings) -> None:
    names = dict(fetch("bi_reader", f"select meeting_key, sum_of_sources_names from marts.{MEETINGS}"))
    assert names["GRCP-5"] == "OSI allocated + external co-funding received"
    assert names["GRCP/2019"] == "OSI allocated"


def test_the_documented_queries_answer(published: Settings) -> None:
    named = dict(re.findall(r"<!-- query: (\w+) -->\n```sql\n(.*?)```", QUESTIONS.read_text(encoding="utf-8"), re.S))
    assert {"technical_secretariats", "grcp_meetings", "overdue_reports"} <= set(named)
    assert all(fetch("bi_reader", query) for query in named.values())
    totals = {row[0]: row[4] for row in fetch("bi_reader", named["grcp_meetings"])}
    assert totals == {2014: 0, 2015: 168_652, 2016: 192_024, 2017: 165_000, 2018: 0, 2019: 65_000}


def test_costs_that_the_evaluation_does_not_give_are_not_reported(published: Settings) -> None:
    rows = fetch("auditor", "select amount_state, amount, count(*) from marts.fct_event_costs group by 1, 2")
    assert rows == [("not_reported", None, 15)]


def test_nine_criteria_and_no_target_that_nobody_set(published: Settings) -> None:
    rows = fetch("bi_reader", "select criterion, target_state from marts.mart_criteria group by 1, 2 order by 1")
    assert rows == [(number, "no target set") for number in range(1, 10)]
    ((value, state),) = fetch(
        "bi_reader",
        """
        select value, value_state from marts.mart_criteria
        where criterion = 6 and variant = 'iom_project_support, allocation'
            and member_code = 'BALI' and fiscal_year = 2018
        """,
    )
    assert (value, state) == (3_923_700, "value")


def test_criteria_state_for_every_iscm_and_year_what_is_not_known(published: Settings) -> None:
    members = one("bi_reader", "select count(distinct member_code) from marts.mart_criteria")
    years = one("bi_reader", "select count(distinct fiscal_year) from marts.mart_criteria")
    assert (members, years) == (26, 6)
    assert one("bi_reader", "select count(*) from marts.mart_criteria where criterion = 2") == 26 * 6
    assert fetch("bi_reader", "select distinct value_state from marts.mart_criteria where criterion in (2, 3, 5)") == [
        ("not_reported",)
    ]


def test_reports_of_our_own_are_timed_costed_and_flagged(built: Settings, tmp_path: Path) -> None:
    saturday = dt.date(2019, 6, 15)
    assert saturday.isoweekday() == 6
    answer = land(
        _reports(
            tmp_path,
            [
                {
                    "event_id": "HQ-1", "period_start": "2019-06-15", "period_end": "2019-06-16",
                    "submitted_on": "2019-06-30", "invited_as": "speaker", "attendees_headquarters": "2",
                    "currency": "EUR", "funding_source_class": "unfunded", "amount_basis": "actual",
                    "cost_travel": "1200.50", "cost_venue": "0", "requests_technical": "3", "partners_new": "2",
                },
                {
                    "event_id": "HQ-2", "period_start": "2019-06-17", "period_end": "2019-06-18",
                    "submitted_on": "2019-07-03", "invited_as": "speaker", "requests_technical": "0",
                },
            ],
        ),
        "event_reports",
    )  # fmt: skip
    assert answer["outcome"] in ("accepted", "admitted"), answer
    run_steps("build", "validate", "publish")
    assert fetch(
        "auditor", "select event_id, on_weekend from marts.fct_events where event_id like 'HQ%' order by 1"
    ) == [
        ("HQ-1", True),
        ("HQ-2", False),
    ]
    assert fetch(
        "auditor",
        """
        select cost_line, currency, amount, amount_state from marts.fct_event_costs
        where event_id = 'HQ-1' and amount_state <> 'not_reported' order by 1
        """,
    ) == [("travel", "EUR", Decimal("1200.50"), "value"), ("venue", "EUR", 0, "zero")]
    assert fetch(
        "bi_reader",
        """
        select reports_delivered, delivered_in_time, delivered_late, overdue from marts.mart_reporting_timeliness
        where reporting_office = 'HQ' and fiscal_year = 2019
        """,
    ) == [(2, 1, 1, 0)]
    assert fetch(
        "bi_reader",
        """
        select support_kind, requests, requests_state from marts.mart_event_requests
        where member_code = 'RCM' order by support_kind
        """,
    ) == [
        ("administrative", None, "not_reported"),
        ("liaison", None, "not_reported"),
        ("logistical", None, "not_reported"),
        ("technical", 3, "value"),
    ]
    assert fetch(
        "bi_reader",
        """
        select invited_as, event_reports, attendees_headquarters, partners_new, reports_without_partners
        from marts.mart_event_participation where reporting_office = 'HQ'
        """,
    ) == [("speaker", 2, 2, 2, 1)]
    # euros are not dollars: without a rate they are named, not added
    assert fetch(
        "bi_reader",
        f"select reported_costs_usd, costs_in_other_currency from marts.{MEETINGS} where event_id = 'HQ-1'",
    ) == [(None, 2)]


def test_a_publication_without_any_event_is_possible(
    postgres: int, scratch_home: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    home = tmp_path_factory.mktemp("eventless") / "home"
    files = [path for path in SAMPLE_FILES if path.parent.name not in EVENT_FEEDS]
    assert len(SAMPLE_FILES) - len(files) == 2
    with installation(home, scratch_home / SECRETS_FILE, postgres, "eventless", TEMPLATE):
        for path in files:
            assert command("land", path).returncode in (0, EXIT_QUARANTINED)
        assert accept_sample(dt.date.today())
        run_steps("build", "validate", "publish")
        assert one("auditor", "select count(*) from marts.fct_events") == 0
        assert one("bi_reader", f"select sum(sum_of_sources_usd) from marts.{MEETINGS}") == 278_652


@pytest.mark.parametrize(
    ("statement", "check"),
    [
        ("truncate candidate.fct_events", "events: every accepted report"),
        ("update candidate.fct_events set submitted_on = date '2015-11-01'", "events: every accepted report"),
        ("delete from candidate.fct_event_costs where cost_line = 'venue'", "event costs: each of the five lines"),
        (
            "update candidate.fct_event_costs set amount = 0 where event_id = 'GRCP-5'",
            "event costs: what is not reported",
        ),
        (
            f"update candidate.{MEETINGS} set osi_usd = osi_usd + 1, sum_of_sources_usd = sum_of_sources_usd + 1",
            "meetings: the OSI of an event series",
        ),
        (
            f"""
            update candidate.{MEETINGS} set external_co_funding_usd = 60000, sum_of_sources_usd = osi_usd + 60000
            where event_id = 'GRCP-5'
            """,
            "meetings: external_co_funding is what",
        ),
        (
            f"update candidate.{MEETINGS} set sum_of_sources_names = 'everything' where event_id = 'GRCP-5'",
            "meetings: the sum is that of the kinds of money it names",
        ),
        ("update candidate.mart_event_requests set requests = 0", "requests: by ISCM, year and kind"),
        ("update candidate.mart_event_participation set attendees_headquarters = 0", "participation: attendees"),
        ("update candidate.mart_reporting_timeliness set overdue = 1", "timeliness: every report known of"),
        (
            "delete from candidate.mart_criteria where criterion = 5 and member_code = 'IGC'",
            "criteria: each of the nine",
        ),
        ("update candidate.mart_criteria set target = 1 where criterion = 1", "criteria: what is not reported"),
        (
            "update candidate.mart_criteria set value = value + 1 where criterion = 6 and value is not null",
            "criteria: resources are",
        ),
    ],
)
def test_events_that_do_not_tie_are_red(built: Settings, statement: str, check: str) -> None:
    change("transformer", statement)
    passed, lines = steps.validate()
    assert not passed
    assert [line for line in lines[1:] if check in line], lines
