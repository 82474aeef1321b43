-- One row per ISCM or event series x amount basis x project: the share of its money of twelve months that ends with the
-- project, and how many months ahead that is. Lines for the ISCM itself are one row that ends with no project.
with ends as (
    -- a project without a stated end lasts as long as money is known for it, on whatever basis
    select
        m.iscm_code,
        m.project_code,
        max(p.title) as project_title,
        max(p.ends_on) as ends_on,
        max(m.last_day) as money_until
    from {{ ref('int_sums_by_month') }} as m
    left join {{ ref('stg_projects') }} as p on m.project_code = p.project_code
    where m.money_side <> 'others'
    group by m.iscm_code, m.project_code
),

dated as (
    select
        r.*,
        e.project_title,
        e.ends_on,
        e.money_until,
        case
            when r.project_code is not null
                then date_trunc('month', coalesce(e.ends_on, e.money_until)::timestamp)::date
        end as end_month,
        sum(r.lower_usd) over whole as whole_lower_usd,
        sum(r.central_usd) over whole as whole_central_usd,
        sum(r.upper_usd) over whole as whole_upper_usd,
        bool_and(r.converted) over whole as whole_converted
    from {{ ref('int_recent_project_money') }} as r
    left join ends as e on r.iscm_code = e.iscm_code and r.project_code = e.project_code
    window whole as (partition by r.iscm_code, r.amount_basis)
),

shared as (
    -- the least and the most that the share can be: with the least of its own beside the most of all others, and so on
    select
        *,
        case
            when whole_converted
                then round(100 * lower_usd / nullif(lower_usd + whole_upper_usd - upper_usd, 0), 2)
        end as share_lower_pct,
        case when whole_converted then round(100 * central_usd / nullif(whole_central_usd, 0), 2) end as share_pct,
        case
            when whole_converted
                then round(100 * upper_usd / nullif(upper_usd + whole_lower_usd - lower_usd, 0), 2)
        end as share_upper_pct,
        (12 * extract(year from age(end_month, as_of_month)) + extract(month from age(end_month, as_of_month)))::integer
            as months_ahead
    from dated
)

select
    s.iscm_code,
    m.name as iscm_name,
    m.report_scope,
    s.amount_basis,
    s.as_of_month,
    coalesce(s.project_code, 'no_project') as project_code,
    s.project_title,
    s.lower_usd,
    case when s.converted then s.central_usd end::numeric(18, 2) as central_usd,
    case when s.converted then s.upper_usd end::numeric(18, 2) as upper_usd,
    case when s.whole_converted then s.whole_central_usd end::numeric(18, 2) as whole_central_usd,
    s.share_lower_pct::numeric(18, 2) as share_lower_pct,
    s.share_pct::numeric(18, 2) as share_pct,
    s.share_upper_pct::numeric(18, 2) as share_upper_pct,
    case
        when not s.whole_converted then 'not_known'
        when s.whole_upper_usd = 0 then 'zero'
        else 'value'
    end as share_state,
    s.ends_on,
    s.money_until,
    case
        when s.project_code is null then 'no_project'
        when s.ends_on is not null then 'stated'
        else 'last_line'
    end as end_state,
    s.end_month,
    s.months_ahead,
    -- a project with the others that end before it or with it
    case
        when s.months_ahead is not null and s.whole_converted
            then
                sum(s.share_pct) filter (where s.months_ahead is not null) over (
                    partition by s.iscm_code, s.amount_basis order by s.months_ahead
                )
    end::numeric(18, 2) as ended_share_pct,
    coalesce(s.share_upper_pct > {{ var('dependency_alert_pct', 50) }} and s.project_code is not null, false)
        as depends_on_it,
    {{ build_id() }} as build_id
from shared as s
inner join {{ ref('ref_iscms') }} as m on s.iscm_code = m.code
