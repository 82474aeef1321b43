"""What the publication gate expects of the candidate tables on people: effort, standard cost, terms of reference."""

from itertools import combinations

from great_expectations.expectations.expectation import Expectation

from expectations.publication_rows import everybody_is_there, no_row

PARTS = ("gross", "recovered", "net")
BOUNDS = ("lower", "central", "upper")
COST = tuple(f"{part}_{bound}_usd" for part in PARTS for bound in BOUNDS)
FTE = tuple(f"fte_{bound}" for bound in BOUNDS)
SMALLEST_GROUP = 3
"""Fewer posts than these behind a figure reveal one of them (docs/adr/0014)."""


def _effort() -> list[Expectation]:
    return [
        no_row(
            "every accepted assignment of a post stands in the fact once, with its days and its share",
            """
            with landed as (
                select r._submission_id as submission_id, r._row_number as row_number, r.post_id, r.iscm_code,
                    r.period_end::date - r.period_start::date + 1 as days_covered,
                    case when r.assignment_type = 'full_time' then 100 else r.percentage::numeric end as share_pct
                from raw.assignments as r
                join ops.candidate_inputs as i on r._submission_id = i.submission_id
                where r.assignment_type <> 'nil'
            ), built as (
                select submission_id, row_number, post_id, iscm_code, days_covered,
                    case when share_state <> 'not_known' then share_central_pct end as share_pct
                from candidate.fct_staff_effort
            )
            (table landed except all table built) union all (table built except all table landed)
            """,
        ),
        no_row(
            "staff effort: an unknown share is 0 in the lower bound and 100 in the upper, an estimate is not certain",
            """
            select * from candidate.fct_staff_effort
            where (share_state = 'not_known' and (share_lower_pct, share_upper_pct) <> (0, 100))
                or (basis = 'estimate' and share_lower_pct <> 0)
                or not (share_lower_pct <= share_central_pct and share_central_pct <= share_upper_pct)
            """,
        ),
        no_row(
            "staff effort: full-time equivalents are the share of the days of the year",
            """
            select * from candidate.fct_staff_effort
            where fte_lower <> round(share_lower_pct * days_covered / (100 * days_of_year), 6)
                or fte_central <> round(share_central_pct * days_covered / (100 * days_of_year), 6)
                or fte_upper <> round(share_upper_pct * days_covered / (100 * days_of_year), 6)
            """,
        ),
        no_row(
            "staff cost of an assignment: bounds in order, gross = recovered + net, unknown without a standard cost",
            """
            select * from candidate.fct_staff_effort
            where (cost_state = 'not_known') <> (gross_lower_usd is null)
                or (cost_state = 'value') <> (gross_central_usd is not null)
                or num_nulls(gross_lower_usd, gross_upper_usd, net_lower_usd, net_upper_usd) not in (0, 4)
                or gross_lower_usd > least(gross_central_usd, gross_upper_usd)
                or gross_central_usd > gross_upper_usd
                or net_lower_usd > net_upper_usd
                or gross_central_usd <> recovered_central_usd + net_central_usd
            """,
        ),
    ]


def _cost(table: str, what: str, key: str, scope: str) -> list[Expectation]:
    """Of a mart of staff cost whose rows are sums of the fact by `key`; `scope` joins a row with its lines (f, m)."""
    sums = ", ".join(
        f"sum({name})"
        if "lower" in name
        else f"case when count({name}) = count(*) then sum({name}) end"
        for name in COST
    )  # fmt: skip
    return [
        no_row(
            f"{what}: effort is the sum of the fact, and every line is in it once",
            f"""
            with fact as (
                select {key}, count(distinct post_id) as posts_known,
                    count(distinct post_id) filter (where share_state <> 'not_known') as posts_with_effort,
                    {", ".join(f"sum({name}) as {name}" for name in FTE)}, count(*) as source_lines
                from candidate.fct_staff_effort group by {key}
            ), mart as (
                select {key}, posts_known::bigint, posts_with_effort::bigint, {", ".join(FTE)}, source_lines::bigint
                from candidate.{table} where source_lines > 0
            )
            (table fact except all table mart) union all (table mart except all table fact)
            """,  # noqa: S608 - our own names
        ),
        no_row(
            f"{what}: what is shown is the sum of the fact; a sum that lacks a part is not shown as one",
            f"""
            select {key}, {", ".join(COST)} from candidate.{table} where cost_state not in ('protected', 'not_reported')
            except
            select {key}, {sums} from candidate.fct_staff_effort group by {key}
            """,  # noqa: S608 - our own names
        ),
        no_row(
            f"{what}: what is protected, not known or not reported has no cost, whatever the bound",
            f"select * from candidate.{table}"  # noqa: S608 - our own names
            f" where cost_state in ('protected', 'not_known', 'not_reported') and num_nonnulls({', '.join(COST)}) > 0"
            " or (cost_state = 'not_reported') <> (source_lines = 0)",
        ),
        no_row(
            f"{what}: at least {SMALLEST_GROUP} posts stand behind every figure shown and every difference",
            f"""
            select {key.replace("iscm_code", "m.iscm_code").replace("fiscal_year", "m.fiscal_year")}
            from candidate.{table} as m
            join candidate.fct_staff_effort as f on {scope}
            where m.cost_state in ('value', 'bounds', 'in_part') and f.cost_state <> 'not_known'
            group by 1{", 2" if "," in key else ""}
            having least({
                ", ".join(
                    f"nullif(count(distinct f.post_id) filter (where coalesce(f.{one}, 0) <> {other}), 0)"
                    for one, other in _differences()
                )
            }) < {SMALLEST_GROUP}
            """,  # noqa: S608 - our own names
        ),
    ]


def _differences() -> list[tuple[str, str]]:
    """Figures of one row, and pairs of them of which somebody could take the difference."""
    pairs = [(one, f"coalesce(f.{other}, 0)") for one, other in combinations(COST, 2)]
    return [*((name, "0") for name in COST), *pairs]


def _total_hides_its_parts() -> Expectation:
    return no_row(
        "staff cost: the total of a year less the ISCMs shown leaves nobody, or two ISCMs with at least three posts",
        f"""
        select t.fiscal_year
        from candidate.mart_staff_cost_by_year as t
        join candidate.mart_staff_cost_by_iscm as m on t.fiscal_year = m.fiscal_year and m.cost_state = 'protected'
        join candidate.fct_staff_effort as f on m.iscm_code = f.iscm_code and m.fiscal_year = f.fiscal_year
        where t.cost_state in ('value', 'bounds', 'in_part') and f.cost_state <> 'not_known'
        group by t.fiscal_year
        having count(distinct m.iscm_code) < 2 or count(distinct f.post_id) < {SMALLEST_GROUP}
        """,  # noqa: S608 - our own names
    )


def people_suites() -> dict[str, list[Expectation]]:
    """Expectations by candidate table."""
    return {
        "fct_staff_effort": _effort(),
        "mart_staff_cost_by_iscm": [
            everybody_is_there("mart_staff_cost_by_iscm", "staff cost"),
            *_cost(
                "mart_staff_cost_by_iscm", "staff cost by ISCM", "iscm_code, fiscal_year",
                "m.iscm_code = f.iscm_code and m.fiscal_year = f.fiscal_year",
            ),
            no_row(
                "staff cost: headcount is that of full-time staff",
                """
                (select member_code, fiscal_year, full_time_staff, staff_state from candidate.mart_staff_cost_by_iscm
                except select member_code, fiscal_year, full_time_staff, staff_state
                from candidate.mart_full_time_staff_by_iscm)
                """,
            ),
        ],
        "mart_staff_cost_by_year": [
            *_cost("mart_staff_cost_by_year", "staff cost by year", "fiscal_year", "m.fiscal_year = f.fiscal_year"),
            _total_hides_its_parts(),
        ],
        "mart_tor_coverage": [
            everybody_is_there("mart_tor_coverage", "terms of reference"),
            no_row(
                "terms of reference: the posts are those of the accepted assignments",
                """
                with landed as (
                    select r.iscm_code, left(r.period_start, 4)::integer as fiscal_year,
                        count(distinct r.post_id)::integer as posts
                    from raw.assignments as r
                    join ops.candidate_inputs as i on r._submission_id = i.submission_id
                    where r.assignment_type <> 'nil'
                    group by 1, 2
                ), mart as (
                    select iscm_code, fiscal_year, posts_known from candidate.mart_tor_coverage where posts_known > 0
                )
                (table landed except all table mart) union all (table mart except all table landed)
                """,
            ),
            no_row(
                "terms of reference: posts that are named, not named and not stated are those that have terms",
                """
                select * from candidate.mart_tor_coverage
                where posts_naming + posts_not_naming + posts_not_stated <> posts_with_terms
                    or posts_with_terms > posts_known
                    or (tor_state = 'not_reported') <> (tor_coverage_pct is null)
                    or (tor_state = 'not_reported') <> (posts_known = 0)
                    or (plan_state = 'not_reported' and num_nonnulls(posts_needed, posts_filled, posts_funded) > 0)
                """,
            ),
            no_row(
                "terms of reference: no post is said to be named without an accepted document that says so",
                """
                select m.iscm_code, m.fiscal_year from candidate.mart_tor_coverage as m
                where m.posts_naming > (
                    select count(distinct r.post_id) from raw.terms_of_reference as r
                    join ops.candidate_inputs as i on r._submission_id = i.submission_id
                    where r.iscm_code = m.iscm_code and r.iscm_named = 'yes'
                        and r.document_type = 'terms_of_reference'
                )
                """,
            ),
        ],
        "fct_assignments": [
            no_row(
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
            everybody_is_there("mart_full_time_staff_by_iscm", "full-time staff"),
            no_row(
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
            no_row(
                "what is not reported has no headcount, and a zero is 0",
                """
                select * from candidate.mart_full_time_staff_by_iscm
                where (staff_state = 'not_reported') <> (full_time_staff is null)
                    or (staff_state = 'zero') <> coalesce(full_time_staff = 0, false)
                """,
            ),
        ],
    }  # fmt: skip
