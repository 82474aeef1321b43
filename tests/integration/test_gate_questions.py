"""The publication gate on the marts of questions: a figure that is moved, hidden or invented is red and is named."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from expectations import publication_suites
from expectations.publication_gate import judge
from expectations.publication_questions import question_suites
from tests.integration.support import change, installation, one
from warehouse.database import uri
from warehouse.settings import SECRETS_FILE, Settings

INVESTMENT, DEPENDENCY, PAYERS, FINANCING, THEMES, PROFILE = (
    "mart_investment_by_iscm", "mart_dependency_by_month", "mart_other_payers", "mart_self_financing_by_state",
    "mart_resources_by_theme", "mart_iscm_profile",
)  # fmt: skip
TAMPERINGS = {
    "an unknown share shown as certain": (
        INVESTMENT,
        "update {} set lower_usd = upper_usd, is_precise = true where iscm_code = 'SACM' and component = 'iom_projects'",
        "each component of money is the sum of the fact",
    ),
    "the pool given to an ISCM": (
        INVESTMENT,
        "update {} set iscm_code = 'IGC' where iscm_code = 'RCPS_POOL'",
        "each component of money is the sum of the fact",
    ),
    "a payer of an unknown amount hidden": (
        INVESTMENT,
        "update {} set lower_usd = 0, upper_usd = 0 where iscm_code = 'BALI' and component = 'others'",
        "what is not known has no amount",
    ),
    "staff cost invented": (
        INVESTMENT,
        """
        update {} set lower_usd = 1, central_usd = 1, upper_usd = 1, component_state = 'value', is_precise = true
        where iscm_code = 'RCM' and component = 'staff_cost_net'
        """,
        "staff cost that is shown is the net sum of the effort",
    ),
    "staff cost not reported where it is not known": (
        INVESTMENT,
        "update {} set component_state = 'protected' where iscm_code = 'RCM' and component = 'staff_cost_net'",
        "staff cost is shown where the protected mart shows it",
    ),
    "the cost of an event invented": (
        INVESTMENT,
        """
        update {} set lower_usd = 5, component_state = 'in_part'
        where iscm_code = 'GRCP' and component = 'event_cost' and fiscal_year = 2017
        """,
        "the cost of events is what the accepted reports give",
    ),
    "a component gone": (
        INVESTMENT,
        "delete from {} where iscm_code = 'KHARTOUM' and component = 'iom_own'",
        "has every component in every year",
    ),
    "projects all covered": (
        INVESTMENT,
        "update {} set projects_reviewed = projects_known, projects_coverage_pct = 100, "
        "projects_coverage_state = 'known' where iscm_code = 'MIDWA'",
        "projects are those of the accepted registers",
    ),
    "offices of 2019 counted in 2018": (
        INVESTMENT,
        "update {} set offices_engaged = 7 where iscm_code = 'BALI' and fiscal_year = 2018",
        "engaged offices are those of a count made in that year",
    ),
    "a coverage without its whole": (
        INVESTMENT,
        "update {} set posts_coverage_pct = 100 where iscm_code = 'KHARTOUM'",
        "a per cent is its part of its whole",
    ),
    "a project's money of another month": (
        DEPENDENCY,
        "update {} set central_usd = central_usd + 1, lower_usd = lower_usd + 1 where project_code = 'T5-MIDWA'",
        "the money of an ISCM's projects and of none is its money of the twelve months",
    ),
    "money moved between projects": (
        DEPENDENCY,
        """
        update {} set lower_usd = case project_code when 'T5-RCM' then 20000 else 315700 end
        where iscm_code = 'RCM'
        """,
        "each project has its own lines of the fact",
    ),
    "a dependency hidden": (
        DEPENDENCY,
        "delete from {} where iscm_code = 'MIDWA'",
        "every ISCM with money of IOM's on a basis is there",
    ),
    "an end that nobody stated": (
        DEPENDENCY,
        "update {} set ends_on = '2019-06-30', end_state = 'stated' where project_code = 'T5-MIDWA'",
        "an end is stated where the accepted register states it",
    ),
    "a share that is not the one": (
        DEPENDENCY,
        "update {} set share_pct = 57.9 where project_code = 'T5-MIDWA'",
        "shares lie between their bounds and sum to 100",
    ),
    "a gift doubled": (
        PAYERS,
        "update {} set amount_usd = 2 * amount_usd where fiscal_year = 2017 and iscm_code = 'GRCP'",
        "every accepted contribution is in one row",
    ),
    "a payer gone": (PAYERS, "delete from {} where party = 'Japan'", "every accepted contribution is in one row"),
    "an unknown amount shown as a value": (
        PAYERS,
        "update {} set payer_state = 'value' where party = 'Japan'",
        "an amount that is not known is none, and says why",
    ),
    "a fee shown as a sum": (
        FINANCING,
        "update {} set expected_usd = 50000, expected_state = 'value' where iscm_code = 'COLOMBO'",
        "expected and received are the accepted contributions of Member States",
    ),
    "a share of IOM invented": (
        FINANCING,
        "update {} set iom_share_pct = 90, iom_share_state = 'value' where iscm_code = 'RCM'",
        "IOM's share is of money that is known",
    ),
    "IOM's money beside moved": (
        FINANCING,
        "update {} set iom_central_usd = iom_central_usd - 1 where iscm_code = 'RCM'",
        "IOM's money beside is its total on one basis",
    ),
    "a theme that no feed gave": (
        THEMES,
        """
        update {} set theme = 'labour migration', theme_is_stated = true
        where iscm_code = 'COLOMBO' and resource = 'iom_projects'
        """,
        "money has the theme that the accepted register gives its project",
    ),
    "what has no theme left out": (
        THEMES,
        "delete from {} where iscm_code = 'NO_SINGLE_ISCM'",
        "all themes together are the totals of each year",
    ),
    "days at events that no report tells": (
        THEMES,
        "update {} set lower_value = 3, value_state = 'in_part' where resource = 'event_days' and fiscal_year = 2017",
        "events and the days at them are those of the accepted reports",
    ),
    "staff given a theme": (
        THEMES,
        "update {} set theme = 'border management', theme_is_stated = true where resource = 'staff'",
        "staff has no theme in any feed",
    ),
    "a theme said to be stated": (
        THEMES,
        "update {} set theme_is_stated = true where resource = 'staff'",
        "a theme not stated says so",
    ),
    "a page gone": (PROFILE, "delete from {} where iscm_code = 'IGC'", "has one page"),
    "money of a page": (
        PROFILE,
        "update {} set iom_lower_usd = iom_lower_usd + 1 where iscm_code = 'RCM'",
        "IOM's money is its total of the year",
    ),
    "a change that was none": (
        PROFILE,
        "update {} set iom_change_usd = 0 where iscm_code = 'MIDWA'",
        "a change is that of two years on the same bases",
    ),
    "a dependency left off the page": (
        PROFILE,
        "update {} set main_project_code = null where iscm_code = 'MIDWA'",
        "no project can be a larger part",
    ),
    "staff of a page": (
        PROFILE,
        "update {} set staff_cost_lower_usd = 1 where iscm_code = 'BALI'",
        "staff is that of the protected mart",
    ),
    "a meeting left off the page": (
        PROFILE,
        "update {} set meetings_known = 2 where iscm_code = 'GRCP'",
        "meetings are those of the accepted reports",
    ),
    "no attendees shown as none": (
        PROFILE,
        "update {} set iom_attendees = 0 where iscm_code = 'GRCP'",
        "attendees and requests are the sums of the accepted reports",
    ),
    "an overdue report invented": (
        PROFILE,
        "update {} set reports_overdue = 1 where iscm_code = 'GRCP'",
        "overdue reports are those of the offices",
    ),
    "a criterion with a value that it has not": (
        PROFILE,
        "update {} set criteria_with_value = 9 where iscm_code = 'RCM'",
        "criteria are counted once each",
    ),
    "a payer left off the page": (
        PROFILE,
        "update {} set other_payers = 3 where iscm_code = 'BALI'",
        "other payers are the parties of the accepted contributions",
    ),
    "coverage of a page": (
        PROFILE,
        "update {} set projects_coverage_pct = 100 where iscm_code = 'RCM'",
        "IOM's share and coverage are those of their own marts",
    ),
}


@pytest.fixture(scope="module", autouse=True)
def candidate(
    built_template: str, postgres: int, scratch_home: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Settings]:
    """The sample, built and not yet judged."""
    home = tmp_path_factory.mktemp("gate_questions") / "home"
    with installation(home, scratch_home / SECRETS_FILE, postgres, "gate_questions", built_template) as at:
        yield at


def _red_checks(table: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Checks of one table that fail; no other suite is run."""
    with monkeypatch.context() as patch:
        patch.setattr(publication_suites, "suites", lambda: {table: question_suites()[table]})
        rows = one("publisher", f"select count(*) from candidate.{table}")
        verdict = judge(uri("publisher"), 1, {table: rows})
    assert verdict.checks_run == verdict.checks_declared > 2
    return [outcome.check for outcome in verdict.outcomes if not outcome.passed]


@pytest.mark.parametrize("table", [INVESTMENT, DEPENDENCY, PAYERS, FINANCING, THEMES, PROFILE])
def test_what_was_built_is_green(table: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert _red_checks(table, monkeypatch) == []


@pytest.mark.parametrize("what", TAMPERINGS)
def test_a_tampered_answer_is_red_and_the_check_is_named(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    table, statement, check = TAMPERINGS[what]
    contents = f"select md5(string_agg(t::text, '' order by t::text)) from candidate.{table} as t"
    before = one("publisher", contents)
    change("transformer", f"create table candidate.kept as table candidate.{table}")
    try:
        change("transformer", statement.format(f"candidate.{table}"))
        assert one("publisher", contents) != before
        assert [name for name in _red_checks(table, monkeypatch) if check in name]
    finally:
        change(
            "transformer",
            f"truncate candidate.{table}",
            f"insert into candidate.{table} table candidate.kept",
            "drop table candidate.kept",
        )


def test_every_check_has_a_candidate_that_makes_it_red() -> None:
    checks = {check.description for suite in question_suites().values() for check in suite}
    seen = {name for name in checks for _, _, check in TAMPERINGS.values() if check in str(name)}
    assert len(checks) >= 30
    assert checks - seen == set()
