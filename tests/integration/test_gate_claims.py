"""The publication gate on claims: a discrepancy that is hidden, mended or invented is red and is not published."""

import pytest

from iscm import steps
from publication.publish import NotPublishableError
from tests.integration.support import change, one
from warehouse.settings import Settings

CLAIMS, CHECKS, DISCREPANCIES, CHANGES = (
    "candidate.fct_claims",
    "candidate.mart_claim_checks",
    "candidate.mart_discrepancies",
    "candidate.mart_contribution_to_change",
)
TAMPERINGS = {
    "a claim mended": (
        CLAIMS,
        f"update {CLAIMS} set claim_value = 48652 where claim_id = 'L589-GRCP-2015'",
        "every accepted claim stands in the fact once, as it was sent",
    ),
    "a claim gone": (
        CLAIMS,
        f"delete from {CLAIMS} where claim_id = 'T2-BALI-OFFICES'",
        "every accepted claim stands in the fact once, as it was sent",
    ),
    "a total that nobody checks": (
        CHECKS,
        f"delete from {CHECKS} where claim_id = 'T1-TOTAL-SURVEYS'",
        "every claim of an amount or headcount of one year, every total and every share is checked",
    ),
    "our figure moved to the claim": (
        CHECKS,
        f"""
        update {CHECKS} set computed_value = 48653, computed_as_printed = 48653, difference = 0
        where claim_id = 'L589-GRCP-2015'
        """,
        "the amount beside a claim is that of the marts",
    ),
    "a percentage rounded down": (
        CHECKS,
        f"""
        update {CHECKS} set computed_as_printed = 62, difference = 1, check_state = 'differs'
        where claim_id = 'L476-NO-STRATEGY'
        """,
        "a share of answers prints half up",
    ),
    "a figure that is not there, shown as agreeing": (
        CHECKS,
        f"update {CHECKS} set check_state = 'agrees' where check_state = 'not_computed'",
        "what is not computed says so, what agrees does not differ",
    ),
    "a conflict hidden": (
        DISCREPANCIES,
        f"delete from {DISCREPANCIES} where conflict_id = 'I-30'",
        "every conflict of the register, and every one that a claim names, is shown",
    ),
    "one side of the 1 dollar hidden": (
        DISCREPANCIES,
        f"delete from {DISCREPANCIES} where compared_by = 'figure_of_a_year'",
        "what differs or could not be computed is shown once, what agrees is not",
    ),
    "two claims that differ, not shown": (
        DISCREPANCIES,
        f"delete from {DISCREPANCIES} where claim_id = 'L589-GRCP-2015' and other_claim_id = 'T4-GRCP-2015'",
        "two claims of one amount that differ are shown with their difference",
    ),
    "a difference of 1 shown as 0": (
        DISCREPANCIES,
        f"update {DISCREPANCIES} set difference = 0 where other_claim_id = 'T4-GRCP-2015'",
        "a difference is that of the two values",
    ),
    "a change moved between members": (
        CHANGES,
        f"""
        update {CHANGES} set change_usd = change_usd + case member_code when 'RCM' then 100 else -100 end
        where measure = 'project_support' and year_from = 2018 and member_code in ('RCM', 'MIDWA')
        """,
        "the amounts of both years are those of the marts",
    ),
    "the change of all, too small": (
        CHANGES,
        f"update {CHANGES} set total_change_usd = total_change_usd + 1 where year_from = 2018",
        "the changes of the members sum to the change of all",
    ),
    "a member that is gone": (
        CHANGES,
        f"delete from {CHANGES} where member_code = 'SACM'",
        "every member with money has every pair of years",
    ),
}


@pytest.mark.parametrize("what", TAMPERINGS)
def test_a_tampered_claim_is_red_the_check_is_named_and_nothing_is_published(built: Settings, what: str) -> None:
    table, statement, check = TAMPERINGS[what]
    contents = f"select md5(string_agg(t::text, '' order by t::text)) from {table} as t"
    before = one("publisher", contents)
    change("transformer", statement)
    assert one("publisher", contents) != before
    passed, lines = steps.validate()
    assert not passed
    assert [line for line in lines[1:] if check in line]
    with pytest.raises(NotPublishableError, match="is red"):
        steps.publish()
    assert one("auditor", "select count(*) from ops.publications") == 0
