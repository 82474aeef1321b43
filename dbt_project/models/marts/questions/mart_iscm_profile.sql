-- One row per ISCM or event series: what a manager needs to see together to judge whether support is still warranted:
-- cost, trend, what the money hangs on, people, meetings, results, who else pays. It judges nothing itself: no score
-- and no rank. Year: the last one, up to the build, for which anything of IOM's is reported; the same for all.
with asked as (
    select
        coalesce(
            max(fiscal_year) filter (where fiscal_year <= extract(year from {{ build_day() }})), min(fiscal_year)
        ) as profile_year
    from {{ ref('int_fiscal_years') }}
),

since as (
    select
        iscm_code,
        min(fiscal_year) as first_year_with_money,
        count(*)::integer as years_with_money
    from {{ ref('int_iom_money_by_year') }}
    group by iscm_code
),

main_projects as (
    select distinct on (iscm_code)
        iscm_code,
        project_code,
        amount_basis,
        share_pct,
        share_upper_pct,
        end_month,
        end_state
    from {{ ref('mart_dependency_by_month') }}
    where project_code <> 'no_project' and share_upper_pct > 0
    order by
        iscm_code asc, array_position(array['actual', 'commitment', 'allocation', 'budget'], amount_basis) asc,
        share_upper_pct desc, project_code asc
),

criteria as (
    select
        c.member_code as iscm_code,
        (count(distinct c.criterion) filter (where c.value_state <> 'not_reported'))::integer as criteria_with_value,
        (count(distinct c.criterion) filter (where c.target_state = 'target set'))::integer as criteria_with_target
    from {{ ref('mart_criteria') }} as c
    inner join asked as y on c.fiscal_year = y.profile_year
    group by c.member_code
),

payers as (
    select
        p.iscm_code,
        count(distinct p.party)::integer as other_payers,
        (count(distinct p.party) filter (where p.contributions_without_amount > 0))::integer
            as other_payers_without_amount
    from {{ ref('mart_other_payers') }} as p
    inner join asked as y on p.fiscal_year = y.profile_year
    group by p.iscm_code
),

financing as (
    select
        s.iscm_code,
        string_agg(distinct s.schemes, '; ' order by s.schemes) as self_financing_schemes,
        max(s.iom_share_pct) as iom_share_pct,
        max(s.iom_share_change_points) as iom_share_change_points
    from {{ ref('mart_self_financing_by_state') }} as s
    inner join asked as y on s.fiscal_year = y.profile_year
    group by s.iscm_code
)

select
    m.member_code as iscm_code,
    m.member_name as iscm_name,
    m.member_kind,
    m.report_scope,
    m.agreed_type,
    m.iom_roles,
    m.secretariat,
    y.profile_year,
    f.first_year_with_money,
    coalesce(f.years_with_money, 0) as years_with_money,
    i.iom_money_names,
    i.iom_lower_usd,
    i.iom_central_usd,
    i.iom_upper_usd,
    case
        when i.iscm_code is null then 'not_reported'
        when i.iom_upper_usd is null then 'in_part'
        when i.iom_upper_usd = 0 then 'zero'
        else 'value'
    end as iom_money_state,
    -- a change between two bases would be none
    case when i.iom_money_names = p.iom_money_names then i.iom_central_usd - p.iom_central_usd end::numeric(18, 2)
        as iom_change_usd,
    case
        when i.iom_money_names = p.iom_money_names
            then round(100 * (i.iom_central_usd - p.iom_central_usd) / nullif(p.iom_central_usd, 0), 2)
    end::numeric(18, 2) as iom_change_pct,
    j.project_code as main_project_code,
    j.amount_basis as main_project_basis,
    j.share_pct as main_project_share_pct,
    j.share_upper_pct as main_project_share_upper_pct,
    j.end_month as main_project_end_month,
    j.end_state as main_project_end_state,
    s.full_time_staff,
    s.staff_state,
    s.fte_lower,
    s.fte_central,
    s.fte_upper,
    s.effort_state,
    s.net_lower_usd as staff_cost_lower_usd,
    s.net_upper_usd as staff_cost_upper_usd,
    s.cost_state as staff_cost_state,
    coalesce(e.meetings_known, 0) as meetings_known,
    coalesce(e.meetings_reported, 0) as meetings_reported,
    coalesce(e.reports_overdue, 0) as reports_overdue,
    e.last_meeting_on,
    e.iom_attendees,
    e.reports_without_all_attendees,
    e.requests,
    coalesce(c.criteria_with_value, 0) as criteria_with_value,
    coalesce(c.criteria_with_target, 0) as criteria_with_target,
    coalesce(o.other_payers, 0) as other_payers,
    coalesce(o.other_payers_without_amount, 0) as other_payers_without_amount,
    n.self_financing_schemes,
    n.iom_share_pct,
    n.iom_share_change_points,
    v.projects_coverage_pct,
    v.offices_coverage_pct,
    v.posts_coverage_pct,
    {{ build_id() }} as build_id
from {{ ref('mart_mechanisms') }} as m
cross join asked as y
left join since as f on m.member_code = f.iscm_code
left join {{ ref('int_iom_money_by_year') }} as i on m.member_code = i.iscm_code and y.profile_year = i.fiscal_year
left join {{ ref('int_iom_money_by_year') }} as p on m.member_code = p.iscm_code and y.profile_year = p.fiscal_year + 1
left join main_projects as j on m.member_code = j.iscm_code
inner join {{ ref('mart_staff_cost_by_iscm') }} as s on m.member_code = s.iscm_code and y.profile_year = s.fiscal_year
left join {{ ref('int_profile_events') }} as e on m.member_code = e.iscm_code
left join criteria as c on m.member_code = c.iscm_code
left join payers as o on m.member_code = o.iscm_code
left join financing as n on m.member_code = n.iscm_code
left join {{ ref('int_coverage_by_iscm') }} as v on m.member_code = v.iscm_code and y.profile_year = v.fiscal_year
