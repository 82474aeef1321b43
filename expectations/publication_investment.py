"""What the publication gate expects of the investment by component and its coverage.

Every query gives the rows that must not be there, and makes the figure a second time from what was sent or from the
facts, which the other suites tie to what was sent.
"""

from great_expectations.expectations.expectation import Expectation

from expectations.publication_rows import no_row, same_rows

_IN = "join ops.candidate_inputs as i on r._submission_id = i.submission_id"


def _money_components() -> Expectation:
    unstated = """
        exists (
            select 1 from raw.contributions as c
            join ops.candidate_inputs as i on c._submission_id = i.submission_id
            where c.iscm_code = r.iscm_code and c.amount_basis = r.amount_basis and r.money_side = 'others'
                and (c.amount_state <> 'stated' or c.amount_scope = 'per_member')
                and r.fiscal_year between left(c.period_start, 4)::integer and left(c.period_end, 4)::integer
        )
    """
    return same_rows(
        "investment: each component of money is the sum of the fact, with every unknown share in the upper bound",
        f"""
        with reached as (
            select case when share_status = 'pooled' then member_code else iscm_code end as iscm_code, fiscal_year,
                money_side, amount_basis, line_key, amount_usd, lower_usd, central_usd, upper_usd
            from candidate.fct_investment_lines
            union all
            select r.iscm_code, f.fiscal_year, f.money_side, f.amount_basis, f.line_key, f.amount_usd, f.lower_usd,
                f.central_usd, f.upper_usd
            from candidate.fct_investment_lines as f
            join raw.project_iscm_shares as r on f.project_code = r.project_code and r.share_status = 'unknown'
                and f.period_start between r.effective_from::date and coalesce(r.effective_to::date, 'infinity')
            {_IN}
            where f.share_status = 'unknown' and f.iscm_code is null
        )
        select r.iscm_code, r.fiscal_year, r.money_side, r.amount_basis, sum(r.lower_usd),
            case when count(*) = count(r.amount_usd) and not {unstated} then sum(r.central_usd) end,
            case when count(*) = count(r.amount_usd) and not {unstated} then sum(r.upper_usd) end
        from reached as r
        -- money of others in a year without any of IOM's has a row in mart_other_payers, and none here
        where r.iscm_code is not null and r.fiscal_year in (select fiscal_year from candidate.mart_total_by_iscm)
        group by 1, 2, 3, 4
        having count(r.amount_usd) > 0
        """,  # noqa: S608 - our own names
        """
        select iscm_code, fiscal_year, component, amount_basis, lower_usd, central_usd, upper_usd
        from candidate.mart_investment_by_iscm
        where component in ('iom_own', 'iom_projects', 'others') and lower_usd is not null
        """,
    )


def _staff_component() -> list[Expectation]:
    return [
        same_rows(
            "investment: staff cost is shown where the protected mart shows it, and nowhere else",
            """
            select iscm_code, fiscal_year, cost_state = 'protected' from candidate.mart_staff_cost_by_iscm
            where cost_state <> 'not_reported'
            """,
            """
            select iscm_code, fiscal_year, component_state = 'protected' from candidate.mart_investment_by_iscm
            where component = 'staff_cost_net' and component_state <> 'not_reported'
            """,
        ),
        no_row(
            "investment: staff cost that is shown is the net sum of the effort, never more than its parts tell",
            """
            with effort as (
                select iscm_code, fiscal_year, sum(net_lower_usd) as lower_usd,
                    case when count(net_central_usd) = count(*) then sum(net_central_usd) end as central_usd,
                    case when count(net_upper_usd) = count(*) then sum(net_upper_usd) end as upper_usd
                from candidate.fct_staff_effort group by 1, 2
            )
            select m.iscm_code, m.fiscal_year
            from candidate.mart_investment_by_iscm as m left join effort as e using (iscm_code, fiscal_year)
            where m.component = 'staff_cost_net' and case
                when m.component_state in ('protected', 'not_reported')
                    then num_nonnulls(m.lower_usd, m.central_usd, m.upper_usd) > 0
                else (m.lower_usd, m.central_usd, m.upper_usd)
                    is distinct from (e.lower_usd, e.central_usd, e.upper_usd)
            end
            """,
        ),
    ]


def _event_component() -> Expectation:
    lines = ", ".join(
        f"(r.cost_{name}::numeric)" for name in ("travel", "venue", "interpretation", "participants", "consultants")
    )
    return same_rows(
        "investment: the cost of events is what the accepted reports give, whole only when every line is there",
        f"""
        select r.iscm_code, left(r.period_start, 4)::integer, coalesce(r.amount_basis, 'not_reported'),
            coalesce(k.name, r.funding_source_class, 'not_reported'),
            sum(c.amount) filter (where r.currency = 'USD'),
            case when count(*) = count(c.amount) filter (where r.currency = 'USD') then sum(c.amount) end,
            count(distinct r.event_id)
        from raw.event_reports as r {_IN}
        left join staging.ref_source_classes as k on r.funding_source_class = k.code
        cross join lateral (values {lines}) as c (amount)
        group by 1, 2, 3, 4
        """,  # noqa: S608 - our own names
        """
        select iscm_code, fiscal_year, amount_basis, kinds_of_money, lower_usd, upper_usd, source_lines::bigint
        from candidate.mart_investment_by_iscm where component = 'event_cost' and component_state <> 'not_reported'
        """,
    )


def _states() -> list[Expectation]:
    return [
        no_row(
            "investment: what is not known has no amount, what is shown has its bounds in order, precise is one figure",
            """
            select * from candidate.mart_investment_by_iscm
            where (component_state in ('not_reported', 'not_known', 'protected')) <> (lower_usd is null)
                or (component_state in ('value', 'zero', 'bounds')) <> (upper_usd is not null)
                or (component_state = 'zero') <> coalesce(lower_usd = 0 and upper_usd = 0, false)
                or (component_state = 'not_reported') <> (source_lines = 0)
                or is_precise is distinct from case when component_state not in ('not_reported', 'protected')
                    then coalesce(lower_usd = upper_usd, false) end
            """,
        ),
        no_row(
            "investment: every ISCM and series of the register has every component in every year, reported or not",
            """
            select m.code, y.fiscal_year, c.component
            from staging.ref_iscms as m
            cross join (select distinct fiscal_year from candidate.mart_total_by_iscm) as y
            cross join unnest(array['iom_own', 'iom_projects', 'staff_cost_net', 'event_cost', 'others'])
                as c (component)
            where m.member_kind <> 'pool'
            except
            select iscm_code, fiscal_year, component from candidate.mart_investment_by_iscm
            """,
        ),
    ]


def _coverage() -> list[Expectation]:
    per_cent = " or ".join(
        f"""
        ({what}_coverage_state = 'known') <> ({what}_coverage_pct is not null)
        or {what}_coverage_pct <> round(100.0 * {part} / nullif({whole}, 0), 2)
        or not {what}_coverage_pct between 0 and 100
        """
        for what, part, whole in (
            ("projects", "projects_reviewed", "projects_known"),
            ("offices", "offices_reporting", "offices_engaged"),
            ("posts", "posts_with_effort", "posts_known"),
        )
    )
    return [
        no_row(
            "coverage: a per cent is its part of its whole, and there is none where the whole is not known",
            f"select * from candidate.mart_investment_by_iscm where {per_cent}",  # noqa: S608 - our own names
        ),
        no_row(
            "coverage: engaged offices are those of a count made in that year, and no other",
            f"""
            select m.iscm_code, m.fiscal_year, m.offices_engaged
            from candidate.mart_investment_by_iscm as m
            where m.offices_engaged is distinct from (
                select max(r.value::numeric)::integer from raw.source_claims as r {_IN}
                where r.measure = 'offices_engaged' and r.member_code = m.iscm_code and r.is_total = 'no'
                    and r.value_kind = 'number' and left(r.as_of_date, 4)::integer = m.fiscal_year
            )
            """,  # noqa: S608 - our own names
        ),
        no_row(
            "coverage: projects are those of the accepted registers, reviewed only where the register says so of each",
            f"""
            with linked as (
                select r.iscm_code, r.project_code, '-infinity'::date as first_day,
                    coalesce(r.ends_on::date, 'infinity') as last_day
                from raw.projects as r {_IN}
                union
                select r.iscm_code, r.project_code, r.effective_from::date, coalesce(r.effective_to::date, 'infinity')
                from raw.project_iscm_shares as r {_IN}
                where not exists (
                    select 1 from staging.ref_iscms as m where m.code = r.project_code and m.member_kind = 'pool'
                )
            ), said as (
                select r.project_code, r.reviewed from raw.projects as r {_IN} where r.reviewed is not null
            )
            select distinct m.iscm_code, m.fiscal_year
            from candidate.mart_investment_by_iscm as m
            cross join lateral (
                select count(distinct l.project_code) as known, count(distinct s.project_code) as stated,
                    count(distinct s.project_code) filter (where s.reviewed = 'yes') as reviewed
                from linked as l left join said as s using (project_code)
                where l.iscm_code = m.iscm_code and make_date(m.fiscal_year, 12, 31) >= l.first_day
                    and make_date(m.fiscal_year, 1, 1) <= l.last_day
            ) as n
            where m.projects_known <> n.known or m.projects_reviewed is distinct from case
                when n.known > 0 and n.stated = n.known then n.reviewed end
            """,  # noqa: S608 - our own names
        ),
    ]


def investment_suite() -> list[Expectation]:
    """Expectations of `mart_investment_by_iscm`."""
    return [
        _money_components(),
        *_staff_component(),
        _event_component(),
        *_states(),
        *_coverage(),
    ]
