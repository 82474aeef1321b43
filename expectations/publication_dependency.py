"""What the publication gate expects of the projects that an ISCM's money hangs on."""

from great_expectations.expectations.expectation import Expectation

from expectations.publication_rows import no_row, same_rows

_IN = "join ops.candidate_inputs as i on r._submission_id = i.submission_id"


def dependency_suite() -> list[Expectation]:
    """Expectations of `mart_dependency_by_month`."""
    window = "between d.as_of_month - interval '11 months' and d.as_of_month"
    return [
        no_row(
            "dependency: the money of an ISCM's projects and of none is its money of the twelve months, to the cent",
            f"""
            with whole as (
                select iscm_code, amount_basis, as_of_month, sum(lower_usd) as lower_usd,
                    case when bool_and(share_state <> 'not_known') then sum(central_usd) end as central_usd
                from candidate.mart_dependency_by_month group by 1, 2, 3
            )
            select d.iscm_code, d.amount_basis from whole as d
            where (d.lower_usd, d.central_usd) is distinct from (
                select (sum(m.lower_usd), case when count(*) = count(m.central_usd) then sum(m.central_usd) end)
                from candidate.mart_total_by_iscm_month as m
                where m.iscm_code = d.iscm_code and m.amount_basis = d.amount_basis and m.money_side <> 'others'
                    and m.month {window}
            )
            """,  # noqa: S608 - our own names
        ),
        no_row(
            "dependency: each project has its own lines of the fact, by days of the twelve months",
            """
            with lines as (
                select d.iscm_code, d.amount_basis, d.project_code, count(*) as parts, sum(
                    f.lower_usd
                    * (least(f.period_end, (d.as_of_month + interval '1 month - 1 day')::date)
                        - greatest(f.period_start, (d.as_of_month - interval '11 months')::date) + 1)
                    / (f.period_end - f.period_start + 1)
                ) as lower_usd
                from candidate.mart_dependency_by_month as d
                join candidate.fct_investment_lines as f
                    on (f.iscm_code = d.iscm_code or d.iscm_code = any(string_to_array(f.may_reach, ',')))
                    and f.amount_basis = d.amount_basis and f.money_side <> 'others'
                    and coalesce(f.project_code, 'no_project') = d.project_code
                    and f.period_end >= d.as_of_month - interval '11 months'
                    and f.period_start < d.as_of_month + interval '1 month'
                group by 1, 2, 3
            )
            select d.iscm_code, d.amount_basis, d.project_code
            from candidate.mart_dependency_by_month as d
            left join lines as l using (iscm_code, amount_basis, project_code)
            -- a cent for each month into which a part was split
            where abs(d.lower_usd - l.lower_usd) > 0.12 * l.parts or l.parts is null
            """,
        ),
        no_row(
            "dependency: every ISCM with money of IOM's on a basis is there",
            """
            select distinct iscm_code, amount_basis from candidate.mart_total_by_iscm_month
            where money_side <> 'others' and month <= (select max(opened_at) at time zone 'UTC' from ops.builds)
            except
            select iscm_code, amount_basis from candidate.mart_dependency_by_month
            """,
        ),
        same_rows(
            "dependency: an end is stated where the accepted register states it, and only there",
            f"""
            select distinct d.iscm_code, d.amount_basis, d.project_code, r.ends_on::date
            from candidate.mart_dependency_by_month as d
            join raw.projects as r on d.project_code = r.project_code {_IN}
            where r.ends_on is not null
            """,  # noqa: S608 - our own names
            """
            select iscm_code, amount_basis, project_code, ends_on from candidate.mart_dependency_by_month
            where end_state = 'stated' or ends_on is not null
            """,
        ),
        no_row(
            "dependency: shares lie between their bounds and sum to 100, and there is none where a rate is missing",
            """
            select iscm_code, amount_basis from candidate.mart_dependency_by_month
            where whole_central_usd <> 0
            group by 1, 2
            having abs(sum(share_pct) - 100) > 0.01 * count(*)
            union all
            select iscm_code, amount_basis from candidate.mart_dependency_by_month
            where (share_state = 'not_known' and num_nonnulls(share_lower_pct, share_pct, share_upper_pct) > 0)
                or (share_state = 'value' and share_upper_pct is null and upper_usd <> 0)
                or share_pct is distinct from round(100 * central_usd / nullif(whole_central_usd, 0), 2)
                or (end_state = 'no_project') <> (months_ahead is null)
                or (months_ahead is null and ended_share_pct is not null)
            """,
        ),
    ]
