"""What the publication gate expects of claims, discrepancies and changes between years, as sentences and queries.

Every query gives the rows that must not be there; what our models computed is computed here a second time, another way.
"""

from great_expectations.expectations.expectation import Expectation

from expectations.publication_rows import no_row

_MONEY = """
    select 'osi' as measure, report_scope, member_code, funding_source_class, amount_basis, fiscal_year, amount_usd
    from candidate.mart_osi_by_iscm
    union all
    select 'project_support', report_scope, member_code, funding_source_class, amount_basis, fiscal_year, amount_usd
    from candidate.mart_project_support_by_iscm
"""

_RULES: dict[str, dict[str, str]] = {
    "fct_claims": {
        "every accepted claim stands in the fact once, as it was sent": """
            with landed as (
                select r._submission_id as submission_id, r._row_number as row_number, r.claim_id, r.member_code,
                    r.project_code, r.measure, r.value::numeric as claim_value, r.statement, r.unit, r.contradicts,
                    r.conflict_id
                from raw.source_claims as r
                join ops.candidate_inputs as i on r._submission_id = i.submission_id
            ), built as (
                select submission_id, row_number, claim_id, member_code, project_code, measure, claim_value, statement,
                    unit, contradicts, conflict_id
                from candidate.fct_claims
            )
            (table landed except all table built) union all (table built except all table landed)
        """,
        "a number has a value, a statement has words": """
            select * from candidate.fct_claims
            where (value_kind = 'number') <> (claim_value is not null)
                or (value_kind = 'statement' and statement is null)
        """,
    },
    "mart_claim_checks": {
        "every claim of an amount or headcount of one year, every total and every share is checked": """
            select claim_id, 'figure_of_a_year' from candidate.fct_claims
            where measure in ('osi', 'project_support', 'full_time_staff') and claim_value is not null
                and fiscal_year is not null and coalesce(currency, 'USD') = 'USD'
            union all
            select claim_id, 'sum_of_its_table' from candidate.fct_claims
            where is_total and source_table is not null
            union all
            select claim_id, 'share_of_answers' from candidate.fct_claims
            where unit = 'per_cent' and numerator is not null and denominator is not null
            except
            select claim_id, check_rule from candidate.mart_claim_checks
        """,
        "the amount beside a claim is that of the marts": f"""
            with money as ({_MONEY}), claims as (
                select k.computed_value, c.*
                from candidate.mart_claim_checks as k join candidate.fct_claims as c using (claim_id)
                where k.check_rule = 'figure_of_a_year' and c.measure in ('osi', 'project_support')
            )
            select * from claims as c
            where c.computed_value is distinct from (
                select sum(m.amount_usd) from money as m
                where m.measure = c.measure and m.fiscal_year = c.fiscal_year and m.amount_basis = c.basis
                    and (c.funding_source_class is null or m.funding_source_class = c.funding_source_class)
                    and (m.member_code = c.subject_code or (c.is_total and m.report_scope = 'Selected ISCMs'))
            )
        """,  # noqa: S608 - our own names
        "a share of answers prints half up": """
            select k.* from candidate.mart_claim_checks as k join candidate.fct_claims as c using (claim_id)
            where k.check_rule = 'share_of_answers' and scale(trim_scale(c.claim_value)) = 0
                and k.computed_as_printed is distinct from div(200 * c.numerator + c.denominator, 2 * c.denominator)
        """,
        "what is not computed says so, what agrees does not differ": """
            select * from candidate.mart_claim_checks
            where (computed_value is null) <> (check_state = 'not_computed')
                or (check_state = 'agrees' and coalesce(difference, 0) <> 0)
                or (difference is distinct from claim_value - computed_as_printed)
        """,
    },
    "mart_discrepancies": {
        "every conflict of the register, and every one that a claim names, is shown": """
            select conflict_id from staging.ref_conflicts
            union select conflict_id from candidate.fct_claims where conflict_id is not null
            except select conflict_id from candidate.mart_discrepancies
        """,
        "what differs or could not be computed is shown once, what agrees is not": """
            with checked as (
                select claim_id, check_rule, part, check_state, difference from candidate.mart_claim_checks
                where check_state <> 'agrees'
            ), shown as (
                select claim_id, compared_by, part, discrepancy_state, difference from candidate.mart_discrepancies
                where discrepancy_kind = 'claim_and_computed'
            )
            (table checked except all table shown) union all (table shown except all table checked)
        """,
        "two claims of one amount that differ are shown with their difference": """
            select a.claim_id, b.claim_id, a.claim_value - b.claim_value
            from candidate.fct_claims as a join candidate.fct_claims as b
                on (a.contradicts = b.claim_id or b.contradicts = a.claim_id) and a.claim_id < b.claim_id
                    and a.unit = b.unit and a.period_start = b.period_start and a.period_end = b.period_end
            where a.claim_value <> b.claim_value
            except
            select claim_id, other_claim_id, difference from candidate.mart_discrepancies
            where discrepancy_state = 'differs'
        """,
        "a difference is that of the two values, and is 0 only where the same amount is the conflict": """
            select * from candidate.mart_discrepancies
            where (discrepancy_kind = 'claim_and_claim' and difference <> claim_value - other_value)
                or (difference <> 0) <> (discrepancy_state = 'differs' and difference is not null)
                or (discrepancy_state = 'not_computed' and other_value is not null)
        """,
    },
    "mart_contribution_to_change": {
        "the amounts of both years are those of the marts": f"""
            with money as ({_MONEY}), sums as (
                -- what nobody shares of a project, and what somebody may, are money of one member in two scopes
                select measure, report_scope, member_code, amount_basis, fiscal_year, sum(amount_usd) as amount_usd
                from money where amount_usd is not null group by 1, 2, 3, 4, 5
            )
            select c.* from candidate.mart_contribution_to_change as c
            left join sums as a on (a.measure, a.report_scope, a.member_code, a.amount_basis, a.fiscal_year)
                = (c.measure, c.report_scope, c.member_code, c.amount_basis, c.year_from)
            left join sums as b on (b.measure, b.report_scope, b.member_code, b.amount_basis, b.fiscal_year)
                = (c.measure, c.report_scope, c.member_code, c.amount_basis, c.year_to)
            where c.amount_from_usd is distinct from a.amount_usd or c.amount_to_usd is distinct from b.amount_usd
                or c.change_usd is distinct from b.amount_usd - a.amount_usd
        """,  # noqa: S608 - our own names
        "the changes of the members sum to the change of all": """
            select measure, report_scope, amount_basis, year_from, year_to
            from candidate.mart_contribution_to_change
            group by 1, 2, 3, 4, 5
            having sum(change_usd) is distinct from max(total_change_usd)
                or max(total_to_usd) - max(total_from_usd) is distinct from max(total_change_usd)
        """,
        "every member with money has every pair of years": f"""
            with money as ({_MONEY}), members as (
                select distinct measure, amount_basis, member_code from money where amount_usd is not null
            ), years as (select distinct fiscal_year from money)
            select m.measure, m.amount_basis, m.member_code, a.fiscal_year, b.fiscal_year
            from members as m cross join years as a join years as b on a.fiscal_year < b.fiscal_year
            except
            select measure, amount_basis, member_code, year_from, year_to from candidate.mart_contribution_to_change
        """,  # noqa: S608 - our own names
    },
}


def claim_suites() -> dict[str, list[Expectation]]:
    """Expectations of claims, discrepancies and changes between years, by candidate table."""
    return {table: [no_row(*rule) for rule in rules.items()] for table, rules in _RULES.items()}
