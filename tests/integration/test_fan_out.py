"""Sums are conserved step by step: a row doubled or lost on the way to a mart is found by the dbt test of that step."""

from pathlib import Path

import pytest
from psycopg2.extensions import cursor

from iscm import steps
from tests.integration.support import fetch, land
from warehouse.database import connect
from warehouse.settings import PROJECT, Settings

STEPS = {
    "every_line_is_in_the_fact_to_the_cent": ["candidate.fct_investment_lines"],
    "every_assignment_is_in_the_fact_once": ["candidate.fct_assignments"],
    "every_assignment_is_in_the_headcount_once": ["candidate.mart_full_time_staff_by_iscm"],
    "every_assignment_of_a_post_is_effort_once": ["intermediate.int_staff_effort"],
    "the_stretches_of_an_assignment_sum_to_its_days": ["intermediate.int_effort_stretches"],
    "the_effort_of_the_fact_is_that_of_the_assignments": ["candidate.fct_staff_effort"],
    "the_cost_behind_the_cells_is_that_of_the_fact": ["intermediate.int_staff_cost_posts"],
    "the_effort_and_cost_of_each_mart_are_those_of_the_fact": [
        "candidate.mart_staff_cost_by_iscm", "candidate.mart_staff_cost_by_year",
    ],
    "every_post_with_effort_is_asked_for_its_terms": ["candidate.mart_tor_coverage"],
    "every_event_report_is_in_the_fact_once": ["candidate.fct_events"],
    "every_cost_of_an_event_is_in_the_fact_to_the_cent": ["candidate.fct_event_costs"],
    "the_reported_costs_of_each_meeting_are_those_of_the_fact": ["candidate.mart_event_cost_by_meeting"],
    "the_osi_of_a_series_stands_in_one_meeting_of_its_year": ["candidate.mart_event_cost_by_meeting"],
    "what_others_gave_for_a_meeting_is_what_was_received": ["candidate.mart_event_cost_by_meeting"],
    "every_event_report_is_counted_once_by_each_mart": [
        "candidate.mart_event_participation", "candidate.mart_event_requests", "candidate.mart_reporting_timeliness",
    ],
}  # fmt: skip
"""Each test, and the tables or views whose rows it has to keep an eye on."""
TWICE = {
    "no_part_of_a_line_stands_twice": "candidate.fct_investment_lines",
    "every_line_of_money_has_a_key_of_its_own": "intermediate.int_money_lines",
    "no_member_and_year_has_two_rows_of_one_kind": "intermediate.int_money_by_member",
    "the_paths_of_a_segment_sum_to_the_whole": "intermediate.int_paths",
    "the_changes_of_the_members_sum_to_the_change_of_all": "candidate.mart_contribution_to_change",
}
"""Tests that look for what stands twice, each with a table that they ask."""
PRICED = PROJECT / "sample_simulated" / "standard_costs" / "2019_HQ.csv"


def _compiled(home: Path) -> dict[str, str]:
    """The query of each singular test, as dbt asks it."""
    folder = home / "dbt" / "compiled" / "iscm" / "tests"
    return {path.stem: path.read_text(encoding="utf-8") for path in folder.glob("*.sql")}


def _rows(run: cursor, query: str) -> int:
    run.execute(f"select count(*) from ({query}) as q")
    (count,) = run.fetchone() or (0,)
    return int(count)


def _replace_by(run: cursor, name: str, rows: str) -> None:
    """Give a table or view other rows; `rows` selects them from `was`."""
    run.execute("select relkind from pg_class where oid = %s::regclass", (name,))
    if run.fetchone() == ("v",):
        run.execute("select rtrim(pg_get_viewdef(%s::regclass), '; ')", (name,))
        (query,) = run.fetchone() or ("",)
        run.execute(f"create or replace view {name} as with was as materialized ({query}) {rows}")
        return
    run.execute(f"create temporary table was on commit drop as select * from {name}")
    run.execute(f"delete from {name}")
    run.execute(f"insert into {name} {rows}")
    run.execute("drop table was")


@pytest.fixture
def tests(built: Settings) -> dict[str, str]:
    """The queries, on the sample with a standard cost for each office that has a graded post."""
    assert land(PRICED, "standard_costs")["outcome"] == "accepted"
    steps.open_build()
    assert steps.dbt("build", "--quiet", "--full-refresh", "--exclude", "test_type:unit") == 0
    assert steps.dbt("compile", "--quiet", "--select", "test_type:singular") == 0
    return _compiled(built.home)


def test_each_step_finds_a_row_doubled_and_a_row_lost(tests: dict[str, str]) -> None:
    assert tests.keys() >= STEPS.keys()
    unseen = []
    with connect("transformer") as link, link.cursor() as run:
        for name, tables in STEPS.items():
            assert _rows(run, tests[name]) == 0, name
            for table in tables:
                (count,) = fetch("transformer", f"select count(*) from {table}")[0]
                assert count > 0, table
                for how, rows in (
                    ("doubled", "select * from was union all select * from was"),
                    ("lost", "select * from was where false"),
                ):
                    run.execute("savepoint whole")
                    _replace_by(run, table, rows)
                    if _rows(run, tests[name]) == 0:
                        unseen.append((name, table, how))
                    run.execute("rollback to savepoint whole")
        link.rollback()
    assert unseen == []


def test_what_stands_twice_is_found(tests: dict[str, str]) -> None:
    with connect("transformer") as link, link.cursor() as run:
        for name, table in TWICE.items():
            assert _rows(run, tests[name]) == 0, name
            run.execute("savepoint whole")
            _replace_by(run, table, "select * from was union all select * from was")
            assert _rows(run, tests[name]) > 0, name
            run.execute("rollback to savepoint whole")
        link.rollback()
