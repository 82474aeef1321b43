-- One row per ISCM, event series or pool x fiscal year x component x amount basis x kinds of money: what IOM invests,
-- with bounds and coverage. Components stand side by side and are never added up (docs/adr/0016). Every ISCM and series
-- has a row for each component and year, reported or not; a pool has rows only where it has money.
with sides as (
    select
        money_side,
        string_agg(name, '; ' order by name) as kinds_of_money
    from {{ ref('ref_source_classes') }}
    group by money_side
),

money as (
    select
        iscm_code,
        fiscal_year,
        money_side,
        amount_basis,
        lower_usd,
        central_usd,
        upper_usd,
        amount_state,
        source_lines
    from {{ ref('mart_total_by_iscm') }}
    where amount_state <> 'not_reported'
    union all
    -- a pool without a key is certain as a whole and no ISCM's in part
    select
        member_code as iscm_code,
        fiscal_year,
        money_side,
        amount_basis,
        sum(lower_usd) as lower_usd,
        case when sum(lines_not_converted) = 0 then sum(central_usd) end as central_usd,
        case when sum(lines_not_converted) = 0 then sum(upper_usd) end as upper_usd,
        case
            when sum(lines_not_converted) > 0 then 'partly_converted'
            when sum(upper_usd) = 0 then 'zero'
            else 'value'
        end as amount_state,
        sum(source_lines)::integer as source_lines
    from {{ ref('mart_money_by_iscm') }}
    where member_kind = 'pool'
    group by member_code, fiscal_year, money_side, amount_basis
),

events as (
    select
        c.member_code,
        c.fiscal_year,
        c.amount_basis,
        coalesce(s.name, c.funding_source_class) as kinds_of_money,
        sum(c.amount) filter (where c.currency = 'USD') as reported_usd,
        -- a cost line left blank, or in a currency that nothing here converts, makes the sum a part
        bool_and(coalesce(c.amount is not null and c.currency = 'USD', false)) as complete,
        count(distinct c.event_id)::integer as source_lines
    from {{ ref('fct_event_costs') }} as c
    left join {{ ref('ref_source_classes') }} as s on c.funding_source_class = s.code
    group by c.member_code, c.fiscal_year, c.amount_basis, coalesce(s.name, c.funding_source_class)
),

without_amount as (
    select
        iscm_code,
        fiscal_year,
        amount_basis,
        count(*)::integer as contributions
    from {{ ref('int_contributions_by_year') }}
    where amount_state in ('not_stated', 'per_member')
    group by iscm_code, fiscal_year, amount_basis
),

money_and_unknown as (
    -- who is known to give, and not how much, leaves the sum of others' money a part
    select
        coalesce(m.iscm_code, u.iscm_code) as iscm_code,
        coalesce(m.fiscal_year, u.fiscal_year) as fiscal_year,
        coalesce(m.money_side, 'others') as money_side,
        coalesce(m.amount_basis, u.amount_basis) as amount_basis,
        m.lower_usd,
        case when u.iscm_code is null then m.central_usd end as central_usd,
        case when u.iscm_code is null then m.upper_usd end as upper_usd,
        case
            when u.iscm_code is null and m.amount_state in ('value', 'zero') then m.amount_state
            when m.lower_usd is null then 'not_known'
            else 'in_part'
        end as component_state,
        coalesce(m.source_lines, 0) + coalesce(u.contributions, 0) as source_lines
    from money as m
    full join without_amount as u
        on
            m.iscm_code = u.iscm_code and m.fiscal_year = u.fiscal_year and m.amount_basis = u.amount_basis
            and m.money_side = 'others'
),

reported as (
    select
        m.iscm_code,
        m.fiscal_year,
        m.money_side as component,
        m.amount_basis,
        s.kinds_of_money,
        m.lower_usd,
        m.central_usd,
        m.upper_usd,
        m.component_state,
        m.source_lines
    from money_and_unknown as m
    inner join sides as s on m.money_side = s.money_side
    union all
    select
        iscm_code,
        fiscal_year,
        'staff_cost_net' as component,
        'standard_cost' as amount_basis,
        'Standard cost of posts, less what others pay back' as kinds_of_money,
        net_lower_usd as lower_usd,
        net_central_usd as central_usd,
        net_upper_usd as upper_usd,
        case when cost_state = 'value' and net_upper_usd = 0 then 'zero' else cost_state end as component_state,
        source_lines
    from {{ ref('mart_staff_cost_by_iscm') }}
    where cost_state <> 'not_reported'
    union all
    select
        member_code as iscm_code,
        fiscal_year,
        'event_cost' as component,
        amount_basis,
        kinds_of_money,
        reported_usd as lower_usd,
        case when complete then reported_usd end as central_usd,
        case when complete then reported_usd end as upper_usd,
        case
            when reported_usd is null then 'not_known'
            when not complete then 'in_part'
            when reported_usd = 0 then 'zero'
            else 'value'
        end as component_state,
        source_lines
    from events
),

wanted as (
    select
        c.iscm_code,
        c.fiscal_year,
        components.component
    from {{ ref('int_coverage_by_iscm') }} as c
    cross join (
        values ('iom_own'), ('iom_projects'), ('staff_cost_net'), ('event_cost'), ('others')
    ) as components (component)
    union
    select
        iscm_code,
        fiscal_year,
        component
    from reported
)

select
    w.iscm_code,
    m.name as iscm_name,
    m.member_kind,
    m.report_scope,
    w.fiscal_year,
    w.component,
    coalesce(r.amount_basis, 'not_reported') as amount_basis,
    coalesce(r.kinds_of_money, 'not_reported') as kinds_of_money,
    r.lower_usd::numeric(18, 2) as lower_usd,
    r.central_usd::numeric(18, 2) as central_usd,
    r.upper_usd::numeric(18, 2) as upper_usd,
    coalesce(r.component_state, 'not_reported') as component_state,
    case
        when r.component_state <> 'protected'
            then r.component_state in ('value', 'zero', 'bounds') and r.lower_usd = r.upper_usd
    end as is_precise,
    coalesce(r.source_lines, 0) as source_lines,
    c.projects_reviewed,
    c.projects_known,
    c.projects_coverage_pct,
    coalesce(c.projects_coverage_state, 'not known') as projects_coverage_state,
    c.offices_reporting,
    c.offices_engaged,
    c.offices_coverage_pct,
    coalesce(c.offices_coverage_state, 'not known') as offices_coverage_state,
    c.posts_with_effort,
    c.posts_known,
    c.posts_coverage_pct,
    coalesce(c.posts_coverage_state, 'not known') as posts_coverage_state,
    {{ build_id() }} as build_id
from wanted as w
inner join {{ ref('ref_iscms') }} as m on w.iscm_code = m.code
left join reported as r
    on w.iscm_code = r.iscm_code and w.fiscal_year = r.fiscal_year and w.component = r.component
left join {{ ref('int_coverage_by_iscm') }} as c on w.iscm_code = c.iscm_code and w.fiscal_year = c.fiscal_year
