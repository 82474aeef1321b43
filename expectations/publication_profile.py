"""What the publication gate expects of the page of each ISCM: every figure is that of the tables behind it."""

from great_expectations.expectations.expectation import Expectation

from expectations.publication_rows import no_row, same_rows

_IN = "join ops.candidate_inputs as i on r._submission_id = i.submission_id"


def profile_suite() -> list[Expectation]:
    """Expectations of `mart_iscm_profile`."""
    return [*_pages(), *_money(), *_meetings(), *_counts()]


def _pages() -> list[Expectation]:
    return [
        same_rows(
            "profile: every ISCM and series of the register has one page, of the last year that has begun",
            """
            select m.code, m.member_kind, (
                select coalesce(max(fiscal_year) filter (where fiscal_year <= date_part('year', (
                    select max(opened_at) at time zone 'UTC' from ops.builds))), min(fiscal_year))
                from candidate.mart_full_time_staff_by_iscm
            )
            from staging.ref_iscms as m where m.member_kind <> 'pool'
            """,
            "select iscm_code, member_kind, profile_year from candidate.mart_iscm_profile",
        ),
        same_rows(
            "profile: staff is that of the protected mart, and shows nothing that it withholds",
            """
            select s.iscm_code, s.full_time_staff, s.fte_lower, s.fte_central, s.fte_upper, s.net_lower_usd,
                s.net_upper_usd, s.cost_state
            from candidate.mart_staff_cost_by_iscm as s
            where s.fiscal_year = (select max(profile_year) from candidate.mart_iscm_profile)
            """,
            """
            select iscm_code, full_time_staff, fte_lower, fte_central, fte_upper, staff_cost_lower_usd,
                staff_cost_upper_usd, staff_cost_state
            from candidate.mart_iscm_profile
            """,
        ),
    ]


def _money() -> list[Expectation]:
    return [
        no_row(
            "profile: IOM's money is its total of the year, one named basis for its own money and one for projects",
            """
            with sides as (
                select p.iscm_code, t.money_side, t.lower_usd, t.central_usd, t.upper_usd,
                    position(t.money_side || ' (' || t.amount_basis || ')' in p.iom_money_names) > 0 as named
                from candidate.mart_iscm_profile as p
                join candidate.mart_total_by_iscm as t on t.iscm_code = p.iscm_code
                    and t.fiscal_year = p.profile_year and t.money_side in ('iom_own', 'iom_projects')
            ), made as (
                select iscm_code, count(*) filter (where named) as named, count(distinct money_side) as sides,
                    sum(lower_usd) filter (where named) as lower_usd,
                    case when bool_and(central_usd is not null) filter (where named)
                        then sum(central_usd) filter (where named) end as central_usd,
                    case when bool_and(upper_usd is not null) filter (where named)
                        then sum(upper_usd) filter (where named) end as upper_usd
                from sides group by 1
            )
            select p.iscm_code from candidate.mart_iscm_profile as p left join made as m using (iscm_code)
            where m.named is distinct from m.sides
                or (p.iom_lower_usd, p.iom_central_usd, p.iom_upper_usd)
                    is distinct from (m.lower_usd, m.central_usd, m.upper_usd)
                or (p.iom_money_state = 'not_reported') <> (m.iscm_code is null)
                or (p.iom_money_state in ('value', 'zero')) <> (p.iom_upper_usd is not null)
            """,
        ),
        no_row(
            "profile: a change is that of two years on the same bases",
            """
            select p.iscm_code
            from candidate.mart_iscm_profile as p
            cross join lateral (
                select sum(t.central_usd) as central_usd, count(*) = count(t.central_usd) as known
                from candidate.mart_total_by_iscm as t
                where t.iscm_code = p.iscm_code and t.fiscal_year = p.profile_year - 1
                    and position(t.money_side || ' (' || t.amount_basis || ')' in p.iom_money_names) > 0
            ) as b
            where p.iom_change_usd is not null
                and (not b.known or p.iom_change_usd <> p.iom_central_usd - b.central_usd
                    or p.iom_change_pct is distinct from round(100 * p.iom_change_usd / nullif(b.central_usd, 0), 2))
            """,
        ),
        no_row(
            "profile: no project can be a larger part of the ISCM's money, on that basis, than the one that is named",
            """
            select p.iscm_code from candidate.mart_iscm_profile as p
            join candidate.mart_dependency_by_month as d on d.iscm_code = p.iscm_code
                and d.project_code <> 'no_project' and d.share_upper_pct > 0
            where p.main_project_code is null
                or (d.amount_basis = p.main_project_basis and d.share_upper_pct > p.main_project_share_upper_pct)
                or (d.amount_basis = p.main_project_basis and d.project_code = p.main_project_code
                    and d.share_pct is distinct from p.main_project_share_pct)
            """,
        ),
    ]


def _meetings() -> list[Expectation]:
    return [
        same_rows(
            "profile: meetings are those of the accepted reports, and those that somebody paid for",
            f"""
            with reports as (
                select r.event_id, r.iscm_code, r.period_end::date as last_day from raw.event_reports as r {_IN}
            ), paid as (
                select r.event_id, min(r.iscm_code), max(r.period_end::date) from raw.contributions as r {_IN}
                where r.event_id is not null and r.event_id not in (select event_id from reports) group by 1
            ), meetings as (
                select *, true as reported from reports union all select *, false from paid
            )
            select iscm_code, count(*), count(*) filter (where reported), max(last_day) from meetings group by 1
            """,  # noqa: S608 - our own names
            """
            select iscm_code, meetings_known::bigint, meetings_reported::bigint, last_meeting_on
            from candidate.mart_iscm_profile where meetings_known > 0
            """,
        ),
        same_rows(
            "profile: attendees and requests are the sums of the accepted reports; what no report tells is empty",
            f"""
            select r.iscm_code, sum(a.attendees), sum(q.requests)
            from raw.event_reports as r {_IN}
            cross join lateral (
                select sum(n) as attendees from (values (r.attendees_headquarters::integer),
                    (r.attendees_regional_offices::integer), (r.attendees_country_offices::integer)) as v (n)
            ) as a
            cross join lateral (
                select sum(n) as requests from (values (r.requests_administrative::integer),
                    (r.requests_technical::integer), (r.requests_logistical::integer), (r.requests_liaison::integer)
                ) as v (n)
            ) as q
            group by 1
            """,  # noqa: S608 - our own names
            """
            select iscm_code, iom_attendees::numeric, requests::numeric from candidate.mart_iscm_profile
            where meetings_reported > 0
            """,
        ),
        no_row(
            "profile: overdue reports are those of the offices, and no more than the meetings without one",
            """
            select 'all' from candidate.mart_iscm_profile
            having sum(reports_overdue) <> (select coalesce(sum(overdue), 0) from candidate.mart_reporting_timeliness)
                or bool_or(reports_overdue > meetings_known - meetings_reported)
            """,
        ),
    ]


def _counts() -> list[Expectation]:
    return [
        same_rows(
            "profile: criteria are counted once each, with a value or a target in the year of the page",
            """
            select p.iscm_code, count(distinct c.criterion) filter (where c.value is not null),
                count(distinct c.criterion) filter (where c.target is not null)
            from candidate.mart_iscm_profile as p
            join candidate.mart_criteria as c on c.member_code = p.iscm_code and c.fiscal_year = p.profile_year
            group by 1
            """,
            """
            select iscm_code, criteria_with_value::bigint, criteria_with_target::bigint
            from candidate.mart_iscm_profile
            """,
        ),
        same_rows(
            "profile: other payers are the parties of the accepted contributions of that year",
            f"""
            select p.iscm_code, count(distinct r.party)
            from candidate.mart_iscm_profile as p
            join raw.contributions as r on r.iscm_code = p.iscm_code
                and p.profile_year between left(r.period_start, 4)::integer and left(r.period_end, 4)::integer
            {_IN}
            group by 1
            """,  # noqa: S608 - our own names
            """
            select iscm_code, other_payers::bigint from candidate.mart_iscm_profile where other_payers > 0
            """,
        ),
        same_rows(
            "profile: IOM's share and coverage are those of their own marts",
            """
            select p.iscm_code, max(f.iom_share_pct), max(v.projects_coverage_pct), max(v.offices_coverage_pct),
                max(v.posts_coverage_pct)
            from candidate.mart_iscm_profile as p
            left join candidate.mart_self_financing_by_state as f
                on f.iscm_code = p.iscm_code and f.fiscal_year = p.profile_year
            left join candidate.mart_investment_by_iscm as v
                on v.iscm_code = p.iscm_code and v.fiscal_year = p.profile_year
            group by 1
            """,
            """
            select iscm_code, iom_share_pct, projects_coverage_pct, offices_coverage_pct, posts_coverage_pct
            from candidate.mart_iscm_profile
            """,
        ),
    ]
