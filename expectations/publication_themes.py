"""What the publication gate expects of resources by theme: each is where its feed puts it, and the rest is visible."""

from great_expectations.expectations.expectation import Expectation

from expectations.publication_rows import no_row, same_rows

_IN = "join ops.candidate_inputs as i on r._submission_id = i.submission_id"
_UNSTATED = "'theme not stated'"


def _theme(words: str) -> str:
    """A theme as sent, compared without case and outer or repeated blanks."""
    folded = f"array_to_string(regexp_split_to_array(btrim(lower({words})), '\\s+'), ' ')"
    return f"case when btrim({words}) <> '' then {folded} else {_UNSTATED} end"


def theme_suite() -> list[Expectation]:
    """Expectations of `mart_resources_by_theme`."""
    return [
        same_rows(
            "themes: all themes together are the totals of each year, by side and basis",
            """
            select fiscal_year, money_side, amount_basis, sum(lower_usd),
                case when count(*) = count(upper_usd) then sum(central_usd) end,
                case when count(*) = count(upper_usd) then sum(upper_usd) end
            from candidate.mart_total_by_year group by 1, 2, 3 having count(lower_usd) > 0
            """,
            """
            select fiscal_year, resource, amount_basis, sum(lower_value),
                case when count(*) = count(upper_value) then sum(central_value) end,
                case when count(*) = count(upper_value) then sum(upper_value) end
            from candidate.mart_resources_by_theme where unit = 'USD' group by 1, 2, 3 having count(lower_value) > 0
            """,
        ),
        same_rows(
            "themes: money has the theme that the accepted register gives its project, and no other has one",
            f"""
            select {_theme("p.theme")}, coalesce(f.iscm_code, 'NO_SINGLE_ISCM'), f.fiscal_year, f.money_side,
                f.amount_basis, sum(f.lower_usd)
            from candidate.fct_investment_lines as f
            left join (select r.project_code, r.theme from raw.projects as r {_IN}) as p using (project_code)
            group by 1, 2, 3, 4, 5
            """,  # noqa: S608 - our own names
            """
            select theme, iscm_code, fiscal_year, resource, amount_basis, lower_value
            from candidate.mart_resources_by_theme where unit = 'USD'
            """,
        ),
        same_rows(
            "themes: events and the days at them are those of the accepted reports; a blank leaves a part",
            f"""
            select {_theme("r.theme")}, r.iscm_code, left(r.period_start, 4)::integer, count(*)::numeric,
                sum(d.days),
                case when count(d.days) = 3 * count(distinct r.event_id) then sum(d.days) end
            from raw.event_reports as r {_IN}
            cross join lateral (
                values (r.days_preparation::numeric), (r.days_travel::numeric), (r.days_attendance::numeric)
            ) as d (days)
            group by 1, 2, 3
            """,  # noqa: S608 - our own names
            """
            select e.theme, e.iscm_code, e.fiscal_year, 3 * e.lower_value, d.lower_value, d.upper_value
            from candidate.mart_resources_by_theme as e
            join candidate.mart_resources_by_theme as d using (theme, iscm_code, fiscal_year)
            where e.resource = 'events' and d.resource = 'event_days'
            """,
        ),
        same_rows(
            "themes: staff has no theme in any feed, and its effort is that of the mart of staff",
            """
            select 'theme not stated', iscm_code, fiscal_year, fte_lower::numeric, fte_central::numeric,
                fte_upper::numeric
            from candidate.mart_staff_cost_by_iscm where effort_state <> 'not_reported'
            """,
            """
            select theme, iscm_code, fiscal_year, lower_value::numeric, central_value::numeric, upper_value::numeric
            from candidate.mart_resources_by_theme where resource = 'staff'
            """,
        ),
        no_row(
            "themes: what is not known has no value, a zero is 0, and a theme not stated says so",
            f"""
            select * from candidate.mart_resources_by_theme
            where (value_state = 'not_known') <> (lower_value is null)
                or (value_state in ('value', 'zero')) <> (upper_value is not null)
                or (value_state = 'zero') <> coalesce(lower_value = 0 and upper_value = 0, false)
                or theme_is_stated <> (theme <> {_UNSTATED})
            """,  # noqa: S608 - our own names
        ),
    ]
