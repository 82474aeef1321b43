"""What the publication gate expects of each candidate table. Every query gives the rows that must not be there."""

from dataclasses import dataclass

from great_expectations.expectations.core import UnexpectedRowsExpectation
from great_expectations.expectations.expectation import Expectation

MONEY = ("amount_usd", "lower_usd", "central_usd", "upper_usd")


@dataclass(frozen=True)
class Ties:
    """A table of landed rows and the candidate fact that must hold each of them exactly once."""

    feed: str
    measure: str


_TIES = (Ties("osi_allocations", "osi"), Ties("project_ledger", "project_support"))


def _no_row(description: str, query: str) -> Expectation:
    return UnexpectedRowsExpectation(description=description, unexpected_rows_query=query)


def _raw_ties(ties: Ties) -> Expectation:
    """By submission, currency and basis: number of lines and amount in `raw` and in the fact."""
    return _no_row(
        f"{ties.measure}: every accepted line of {ties.feed} stands in the fact once, to the cent",
        f"""
        with landed as (
            select r._submission_id as submission_id, r.currency, r.amount_basis,
                count(*) as lines, sum(r.amount::numeric) as amount
            from raw.{ties.feed} as r
            join ops.candidate_inputs as i on r._submission_id = i.submission_id
            group by 1, 2, 3
        ), built as (
            select submission_id, currency, amount_basis, count(*) as lines, sum(amount) as amount
            from {{batch}} where measure = '{ties.measure}'
            group by 1, 2, 3
        )
        select * from landed full join built using (submission_id, currency, amount_basis)
        where landed.lines is distinct from built.lines or landed.amount is distinct from built.amount
        """,  # noqa: S608 - our own names
    )


def _mart_is_sum_of_fact(measure: str) -> Expectation:
    sums = ", ".join(f"sum({name}) as {name}" for name in MONEY)
    differs = " or ".join(f"fact.{name} is distinct from mart.{name}" for name in MONEY)
    return _no_row(
        f"{measure}: the mart is the sum of the fact, by year, kind of money, basis and attribution",
        f"""
        with fact as (
            select fiscal_year, funding_source_class, amount_basis, attribution, {sums}
            from candidate.fct_investment_lines where measure = '{measure}' group by 1, 2, 3, 4
        ), mart as (
            select fiscal_year, funding_source_class, amount_basis, attribution, {sums}
            from {{batch}} where amount_state <> 'not_reported' group by 1, 2, 3, 4
        )
        select * from fact full join mart using (fiscal_year, funding_source_class, amount_basis, attribution)
        where {differs}
        """,  # noqa: S608 - our own names
    )


def _money_mart(measure: str) -> list[Expectation]:
    return [
        _mart_is_sum_of_fact(measure),
        _no_row(
            f"{measure}: lower <= central <= upper",
            "select * from {batch} where not (lower_usd <= central_usd and central_usd <= upper_usd)",
        ),
        _no_row(
            f"{measure}: what is not reported has no amount, what has an amount is reported, a zero is 0",
            """
            select * from {batch}
            where (amount_state = 'not_reported') <> (amount_usd is null)
                or (amount_state = 'zero') <> coalesce(amount_usd = 0, false)
                or (source_lines = 0) <> (amount_state = 'not_reported')
            """,
        ),
        _no_row(
            f"{measure}: whatever is unattributed is no ISCM's certain money",
            "select * from {batch} where attribution = 'unattributed' and (lower_usd <> 0 or upper_usd <> amount_usd)",
        ),
    ]


def suites() -> dict[str, list[Expectation]]:
    """Expectations by candidate table. Each table gets a row-count check of the gate's own on top."""
    return {
        "fct_investment_lines": [_raw_ties(ties) for ties in _TIES],
        "mart_osi_by_iscm": _money_mart("osi"),
        "mart_project_support_by_iscm": _money_mart("project_support"),
        "fct_assignments": [
            _no_row(
                "every accepted assignment stands in the fact once",
                """
                with landed as (
                    select r._submission_id as submission_id, count(*) as lines
                    from raw.assignments as r
                    join ops.candidate_inputs as i on r._submission_id = i.submission_id
                    group by 1
                ), built as (select submission_id, count(*) as lines from {batch} group by 1)
                select * from landed full join built using (submission_id)
                where landed.lines is distinct from built.lines
                """,
            )
        ],
        "mart_full_time_staff_by_iscm": [
            _no_row(
                "headcount is the number of full-time posts in the accepted assignments",
                """
                with landed as (
                    select r.iscm_code as member_code, left(r.period_start, 4)::integer as fiscal_year,
                        count(distinct r.post_id)::integer as posts
                    from raw.assignments as r
                    join ops.candidate_inputs as i on r._submission_id = i.submission_id
                    where r.assignment_type = 'full_time'
                    group by 1, 2
                ), mart as (select * from {batch} where full_time_staff > 0)
                select * from landed full join mart using (member_code, fiscal_year)
                where landed.posts is distinct from mart.full_time_staff
                """,
            ),
            _no_row(
                "what is not reported has no headcount, and a zero is stated",
                """
                select * from {batch}
                where (staff_state = 'not_reported') <> (full_time_staff is null)
                    or (staff_state = 'zero') <> coalesce(full_time_staff = 0, false)
                """,
            ),
        ],
    }
