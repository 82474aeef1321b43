-- One row per theme x ISCM x fiscal year x resource x amount basis: what goes into a theme across ISCMs. A resource has
-- a theme only where a feed says so: money by the register of projects, events by their reports. Staff has none in any
-- feed. Resources are measured in units of their own and are never added up.
with money as (
    select
        {{ theme('p.theme') }} as theme,
        coalesce(m.iscm_code, 'NO_SINGLE_ISCM') as iscm_code,
        m.fiscal_year,
        m.money_side as resource,
        m.amount_basis,
        'USD' as unit,
        sum(m.lower_usd) as lower_value,
        case when sum(m.lines_not_converted) = 0 then sum(m.central_usd) end as central_value,
        case when sum(m.lines_not_converted) = 0 then sum(m.upper_usd) end as upper_value,
        sum(m.source_lines)::integer as source_lines
    from {{ ref('int_money_by_project') }} as m
    left join {{ ref('stg_projects') }} as p on m.project_code = p.project_code
    group by
        {{ theme('p.theme') }}, coalesce(m.iscm_code, 'NO_SINGLE_ISCM'), m.fiscal_year, m.money_side, m.amount_basis
),

events as (
    select
        {{ theme('theme') }} as theme,
        member_code as iscm_code,
        fiscal_year,
        count(*)::integer as reports,
        sum(days_preparation) as days_preparation,
        sum(days_travel) as days_travel,
        sum(days_attendance) as days_attendance,
        bool_and(num_nulls(days_preparation, days_travel, days_attendance) = 0) as all_days_known
    from {{ ref('fct_events') }}
    group by {{ theme('theme') }}, member_code, fiscal_year
),

days as (
    select
        *,
        case
            when num_nonnulls(days_preparation, days_travel, days_attendance) > 0
                then coalesce(days_preparation, 0) + coalesce(days_travel, 0) + coalesce(days_attendance, 0)
        end as known_days
    from events
),

resources as (
    select * from money
    union all
    select
        'theme not stated' as theme,
        iscm_code,
        fiscal_year,
        'staff' as resource,
        'assignments' as amount_basis,
        'full-time equivalents' as unit,
        fte_lower as lower_value,
        fte_central as central_value,
        fte_upper as upper_value,
        source_lines
    from {{ ref('mart_staff_cost_by_iscm') }}
    where effort_state <> 'not_reported'
    union all
    select
        theme,
        iscm_code,
        fiscal_year,
        'events' as resource,
        'event_reports' as amount_basis,
        'event reports' as unit,
        reports as lower_value,
        reports as central_value,
        reports as upper_value,
        reports as source_lines
    from events
    union all
    select
        theme,
        iscm_code,
        fiscal_year,
        'event_days' as resource,
        'event_reports' as amount_basis,
        'working days' as unit,
        known_days as lower_value,
        case when all_days_known then known_days end as central_value,
        case when all_days_known then known_days end as upper_value,
        reports as source_lines
    from days
)

select
    r.theme,
    r.theme <> 'theme not stated' as theme_is_stated,
    r.iscm_code,
    coalesce(m.name, 'No single ISCM') as iscm_name,
    r.fiscal_year,
    r.resource,
    r.amount_basis,
    r.unit,
    r.lower_value::numeric(20, 6) as lower_value,
    r.central_value::numeric(20, 6) as central_value,
    r.upper_value::numeric(20, 6) as upper_value,
    case
        when r.lower_value is null then 'not_known'
        when r.upper_value is null then 'in_part'
        when r.lower_value = 0 and r.upper_value = 0 then 'zero'
        else 'value'
    end as value_state,
    r.source_lines,
    {{ build_id() }} as build_id
from resources as r
left join {{ ref('ref_iscms') }} as m on r.iscm_code = m.code
