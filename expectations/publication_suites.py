"""What the publication gate expects of each candidate table. Every query gives the rows that must not be there."""

from dataclasses import dataclass

from great_expectations.expectations.core import UnexpectedRowsExpectation
from great_expectations.expectations.expectation import Expectation

MONEY = ("amount_usd", "lower_usd", "central_usd", "upper_usd")


@dataclass(frozen=True)
class Ties:
    """A landed feed and the measure of the candidate fact that must hold each of its rows exactly once.

    `owner` is the column that says whose money it is, in the feed and in the fact.
    """

    feed: str
    measure: str
    owner: str


_TIES = (
    Ties("osi_allocations", "osi", "member_code"),
    Ties("project_ledger", "project_support", "project_code"),
)


def _no_row(description: str, query: str) -> Expectation:
    # Queries name their tables. The library insists on its placeholder, which becomes a sub-query whose alias depends
    # on the words behind it; in a comment it does no harm.
    return UnexpectedRowsExpectation(description=description, unexpected_rows_query=f"/* {{batch}} */ {query}")


def _raw_ties(ties: Ties) -> Expectation:
    return _no_row(
        f"{ties.measure}: every accepted row of {ties.feed} stands in the fact once, to the cent, with its owner",
        f"""
        with landed as (
            select r._submission_id as submission_id, r._row_number as row_number, r.{ties.owner} as owner,
                r.currency, r.amount_basis, r.funding_source_class, r.amount::numeric as amount
            from raw.{ties.feed} as r
            join ops.candidate_inputs as i on r._submission_id = i.submission_id
        ), built as (
            select submission_id, row_number, {ties.owner} as owner,
                currency, amount_basis, funding_source_class, amount
            from candidate.fct_investment_lines where measure = '{ties.measure}'
        )
        (table landed except all table built) union all (table built except all table landed)
        """,  # noqa: S608 - our own names
    )


def _mart_is_sum_of_fact(table: str, measure: str) -> Expectation:
    key = "member_code, iscm_code, fiscal_year, funding_source_class, amount_basis, attribution"
    sums = ", ".join(f"sum({name}) as {name}" for name in MONEY)
    return _no_row(
        f"{measure}: the mart is the sum of the fact, by member, year, kind of money, basis and attribution",
        f"""
        with fact as (
            select {key}, {sums}, count(*) as source_lines
            from candidate.fct_investment_lines where measure = '{measure}' group by {key}
        ), mart as (
            select {key}, {", ".join(MONEY)}, source_lines::bigint
            from candidate.{table} where amount_state <> 'not_reported'
        )
        (table fact except all table mart) union all (table mart except all table fact)
        """,  # noqa: S608 - our own names
    )


def _everybody_is_there(table: str, what: str) -> Expectation:
    return _no_row(
        f"{what}: every member of the register has a row for every year, reported or not",
        f"""
        select m.code, y.fiscal_year
        from staging.ref_iscms as m
        cross join (select distinct fiscal_year from candidate.fct_investment_lines) as y
        where m.member_kind <> 'pool'
        except
        select member_code, fiscal_year from candidate.{table}
        """,  # noqa: S608 - our own names
    )


def _money_mart(table: str, measure: str) -> list[Expectation]:
    return [
        _mart_is_sum_of_fact(table, measure),
        _everybody_is_there(table, measure),
        _no_row(
            f"{measure}: lower <= central <= upper",
            f"select * from candidate.{table}"  # noqa: S608 - our own names
            " where amount_usd is not null and (lower_usd <= central_usd and central_usd <= upper_usd) is not true",
        ),
        _no_row(
            f"{measure}: what is not reported has no amount, what has an amount is reported, a zero is 0",
            f"""
            select * from candidate.{table}
            where (amount_state = 'not_reported') <> (amount_usd is null)
                or (amount_state = 'zero') <> coalesce(amount_usd = 0, false)
                or (source_lines = 0) <> (amount_state = 'not_reported')
            """,  # noqa: S608 - our own names
        ),
        _no_row(
            f"{measure}: whatever is unattributed is no ISCM's certain money",
            f"select * from candidate.{table}"  # noqa: S608 - our own names
            " where attribution = 'unattributed' and (lower_usd = 0 and upper_usd = amount_usd) is not true",
        ),
    ]


def suites() -> dict[str, list[Expectation]]:
    """Expectations by candidate table. Each table gets a row-count check of the gate's own on top."""
    from expectations.people_suites import people_suites  # it is built from what stands above

    return {
        **people_suites(),
        "fct_investment_lines": [_raw_ties(ties) for ties in _TIES],
        "mart_osi_by_iscm": _money_mart("mart_osi_by_iscm", "osi"),
        "mart_project_support_by_iscm": _money_mart("mart_project_support_by_iscm", "project_support"),
        "fct_assignments": [
            _no_row(
                "every accepted assignment stands in the fact once, with its post and its ISCM",
                """
                with landed as (
                    select r._submission_id as submission_id, r._row_number as row_number, r.post_id, r.iscm_code,
                        r.assignment_type
                    from raw.assignments as r
                    join ops.candidate_inputs as i on r._submission_id = i.submission_id
                ), built as (
                    select submission_id, row_number, post_id, iscm_code, assignment_type from candidate.fct_assignments
                )
                (table landed except all table built) union all (table built except all table landed)
                """,
            )
        ],
        "mart_full_time_staff_by_iscm": [
            _everybody_is_there("mart_full_time_staff_by_iscm", "full-time staff"),
            _no_row(
                "headcount is the number of full-time posts in the accepted assignments; a zero is stated, not assumed",
                """
                with landed as (
                    select r.iscm_code as member_code, left(r.period_start, 4)::integer as fiscal_year,
                        count(distinct r.post_id) filter (where r.assignment_type = 'full_time')::integer as posts
                    from raw.assignments as r
                    join ops.candidate_inputs as i on r._submission_id = i.submission_id
                    where r.assignment_type in ('full_time', 'nil')
                    group by 1, 2
                ), mart as (
                    select member_code, fiscal_year, full_time_staff as posts
                    from candidate.mart_full_time_staff_by_iscm where staff_state <> 'not_reported'
                )
                (table landed except all table mart) union all (table mart except all table landed)
                """,
            ),
            _no_row(
                "what is not reported has no headcount, and a zero is 0",
                """
                select * from candidate.mart_full_time_staff_by_iscm
                where (staff_state = 'not_reported') <> (full_time_staff is null)
                    or (staff_state = 'zero') <> coalesce(full_time_staff = 0, false)
                """,
            ),
        ],
    }
