"""The publication gate on real candidate marts: what does not tie is red, is named, and is not published."""

import psycopg2
import pytest
from click.testing import CliRunner

from iscm import steps
from iscm.cli import main
from publication.publish import NotPublishableError
from tests.integration.support import change, fetch, one
from warehouse.settings import Settings

FACT, OSI, PROJECTS, STAFF = (
    "candidate.fct_investment_lines",
    "candidate.mart_osi_by_iscm",
    "candidate.mart_project_support_by_iscm",
    "candidate.mart_full_time_staff_by_iscm",
)
MOVE = """
    update {table} set amount_usd = amount_usd + {sign} 100, lower_usd = lower_usd + {sign} 100,
        central_usd = central_usd + {sign} 100, upper_usd = upper_usd + {sign} 100
    where member_code = '{member}' and fiscal_year = 2019 and attribution = 'direct'
"""
TAMPERINGS = {
    "an amount of a mart": (
        f"update {OSI} set amount_usd = amount_usd + 0.01 where member_code = 'GFMD' and fiscal_year = 2019",
        "the mart is the sum of the fact",
    ),
    "an amount of the fact": (
        f"update {FACT} set amount = amount + 0.01 where own_number = 'T4-GFMD-2019'",
        "osi_allocations: the parts of every accepted row sum to it in the fact, to the cent, with its owner",
    ),
    "a line of the fact gone": (
        f"delete from {FACT} where own_number = 'T5-SACM-2014'",
        "project_ledger: the parts of every accepted row sum to it in the fact, to the cent, with its owner",
    ),
    "a bound above the amount": (
        f"update {FACT} set central_usd = upper_usd + 1 where member_code = 'PLACMI'",
        "each amount lies within its bounds",
    ),
    "an unknown shown as zero": (
        f"update {OSI} set amount_usd = 0 where member_code = 'COLOMBO' and fiscal_year = 2014",
        "what is not reported or not converted has no amount",
    ),
    "an uncertain amount shown as certain": (
        f"update {FACT} set lower_usd = upper_usd, central_usd = upper_usd where member_code = 'PLACMI'",
        "whatever is unattributed is no ISCM's certain money",
    ),
    "an amount given to another ISCM": (
        f"update {FACT} set iscm_code = 'RCM', member_code = 'RCM' where own_number = 'T5-SACM-2014'",
        "each amount reaches its ISCM by the path that was sent",
    ),
    "an amount converted by no rate": (
        f"update {FACT} set rate_state = 'missing' where own_number = 'T4-GFMD-2019'",
        "every amount is converted by the rate beside it, or not at all and says why",
    ),
    "a share that is not the one": (
        f"update {FACT} set share_pct = 99 where own_number = 'T4-GFMD-2019'",
        "the shares of a segment sum to 100 per cent",
    ),
    "a total that holds uncertain money": (
        "update candidate.mart_total_by_iscm set lower_usd = upper_usd where iscm_code = 'SACM'",
        "the lower and central of each ISCM are its lines of the fact",
    ),
    "a total called precise": (
        "update candidate.mart_total_by_iscm set is_precise = true where iscm_code = 'SACM' and fiscal_year = 2014",
        "precise means that lower is upper",
    ),
    "a month": (
        "update candidate.mart_total_by_iscm_month set lower_usd = lower_usd + 0.01 where month = '2014-02-01'",
        "the months of each ISCM sum to its years",
    ),
    "a total of a year": (
        "update candidate.mart_total_by_year set upper_usd = upper_usd + 1 where fiscal_year = 2014",
        "the mart is the sum of the fact, by scope, year, side and basis",
    ),
    "an assignment gone": (
        "delete from candidate.fct_assignments where assignment_id = 'T7-SACM-NIL-2014'",
        "every accepted assignment stands in the fact once",
    ),
    "a headcount": (
        f"update {STAFF} set full_time_staff = 5 where member_code = 'BALI' and fiscal_year = 2019",
        "headcount is the number of full-time posts",
    ),
    "an unknown headcount shown as zero": (
        f"update {STAFF} set full_time_staff = 0 where member_code = 'COLOMBO' and fiscal_year = 2019",
        "what is not reported has no headcount",
    ),
}
MOVED_IN_SILENCE = {
    "money moved from one member to another in the mart": [
        MOVE.format(table=PROJECTS, sign="-", member="RCM"),
        MOVE.format(table=PROJECTS, sign="+", member="MIDWA"),
    ],
    "two lines that swapped their members in fact and mart": [
        f"""
        update {FACT} set member_code = case member_code when 'GFMD' then 'GRCP' else 'GFMD' end
        where own_number in ('T4-GFMD-2019', 'T4-GRCP-2019')
        """,
        MOVE.format(table=OSI, sign="- 63200 -", member="GFMD"),
        MOVE.format(table=OSI, sign="+ 63200 +", member="GRCP"),
    ],
    "two lines of the fact that swapped their amounts": [
        f"""
        update {FACT} as f set amount = o.amount, amount_usd = o.amount, lower_usd = o.amount, central_usd = o.amount,
            upper_usd = o.amount
        from {FACT} as o
        where f.own_number in ('T4-GFMD-2019', 'T4-GRCP-2019') and o.own_number in ('T4-GFMD-2019', 'T4-GRCP-2019')
            and f.own_number <> o.own_number
        """
    ],
    "a true zero shown as not reported": [
        f"""
        update {OSI} set amount_usd = null, lower_usd = null, central_usd = null, upper_usd = null, source_lines = 0,
            amount_state = 'not_reported', funding_source_class = 'not_reported', amount_basis = 'not_reported',
            attribution = 'not_reported'
        where member_code = 'BALI' and fiscal_year = 2014
        """
    ],
    "a stated nil shown as not reported": [
        f"""
        update {STAFF} set full_time_staff = null, staff_state = 'not_reported'
        where member_code = 'SACM' and fiscal_year = 2014
        """
    ],
    "a member that is gone from a mart": [f"delete from {OSI} where member_code = 'KHARTOUM'"],
}


CANDIDATES = (
    FACT, OSI, PROJECTS, STAFF, "candidate.fct_assignments", "candidate.mart_total_by_iscm",
    "candidate.mart_total_by_year", "candidate.mart_total_by_iscm_month",
)  # fmt: skip


def _contents() -> list[str]:
    return [
        one("publisher", f"select md5(string_agg(t::text, '' order by t::text)) from {name} as t")
        for name in CANDIDATES
    ]


def _tamper(*statements: str) -> None:
    before = _contents()
    change("transformer", *statements)
    assert _contents() != before


def _checks() -> tuple[int, int]:
    """Checks declared and run of the one verdict there is."""
    ((declared, run),) = fetch("auditor", "select checks_declared, checks_run from ops.gate_results")
    return declared, run


def _nothing_is_published() -> None:
    with pytest.raises(NotPublishableError, match="is red"):
        steps.publish()
    assert one("auditor", "select count(*) from ops.publications") == 0


@pytest.mark.parametrize("what", TAMPERINGS)
def test_a_tampered_candidate_is_red_the_check_is_named_and_nothing_is_published(built: Settings, what: str) -> None:
    statement, check = TAMPERINGS[what]
    _tamper(statement)
    passed, lines = steps.validate()
    assert not passed
    assert lines[0].startswith("publication gate RED: build 1")
    assert [line for line in lines[1:] if check in line]
    _nothing_is_published()


@pytest.mark.parametrize("what", MOVED_IN_SILENCE)
def test_a_candidate_whose_sums_still_tie_but_whose_rows_do_not_is_red(built: Settings, what: str) -> None:
    _tamper(*MOVED_IN_SILENCE[what])
    passed, _ = steps.validate()
    assert not passed
    _nothing_is_published()


@pytest.mark.parametrize("table", ["mart_osi_by_iscm", "fct_assignments"])
def test_an_empty_candidate_table_is_not_passed(built: Settings, table: str) -> None:
    change("transformer", f"truncate candidate.{table}")
    passed, lines = steps.validate()
    assert not passed, lines
    _nothing_is_published()


def test_a_candidate_table_that_no_suite_judges_is_not_passed(built: Settings) -> None:
    change("transformer", "create table candidate.mart_unjudged as select 1 as amount, 1::bigint as build_id")
    assert steps.validate()[0] is False
    _nothing_is_published()


def test_a_candidate_table_without_a_column_that_is_judged_is_not_passed(built: Settings) -> None:
    change("transformer", f"alter table {OSI} drop column upper_usd")
    passed, lines = steps.validate()
    assert not passed
    could_not = sum("could not run" in line for line in lines)
    assert could_not > 0
    declared, run = _checks()
    assert declared - run == could_not
    _nothing_is_published()


def test_data_that_change_after_a_green_verdict_are_not_published(built: Settings) -> None:
    assert steps.validate()[0] is True
    change("transformer", TAMPERINGS["an amount of a mart"][0])
    with pytest.raises(NotPublishableError, match="the data changed since the verdict"):
        steps.publish()


def test_the_validate_command_ends_with_3_when_the_gate_is_red(built: Settings) -> None:
    change("transformer", TAMPERINGS["a headcount"][0])
    result = CliRunner().invoke(main, ["validate"])
    assert result.exit_code == 3
    check = "headcount is the number of full-time posts in the accepted assignments; a zero is stated, not assumed"
    assert f"mart_full_time_staff_by_iscm: {check}: 2\n" in result.output
    assert CliRunner().invoke(main, ["publish"]).exit_code == 3


def test_a_validator_that_is_cut_off_leaves_no_verdict(built: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def cut_off(*_: object) -> None:
        raise psycopg2.OperationalError("server closed the connection")

    with monkeypatch.context() as patch:
        patch.setattr("expectations.publication_gate._outcome", cut_off)
        with pytest.raises(psycopg2.OperationalError):
            steps.validate()
    with pytest.raises(NotPublishableError, match="was not judged yet"):
        steps.publish()
