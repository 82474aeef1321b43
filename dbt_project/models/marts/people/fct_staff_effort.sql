-- One row per accepted assignment of a post: effort and cost in bounds, the grain from which every staff mart is a sum.
with products as (
    -- multiplied first and divided once, so that nothing is rounded on the way
    select
        e.line_key,
        sum(e.share_lower_pct * s.days * s.annual_lower_usd) as gross_lower,
        sum(e.share_central_pct * s.days * s.annual_central_usd) as gross_central,
        sum(e.share_upper_pct * s.days * s.annual_upper_usd) as gross_upper,
        sum(e.share_lower_pct * s.days * s.annual_lower_usd * s.recovered_lower_pct) / 100 as recovered_lower,
        sum(e.share_central_pct * s.days * s.annual_central_usd * s.recovered_lower_pct) / 100 as recovered_central,
        sum(e.share_upper_pct * s.days * s.annual_upper_usd * s.recovered_upper_pct) / 100 as recovered_upper,
        sum(e.share_lower_pct * s.days * s.annual_lower_usd * s.recovered_upper_pct) / 100 as most_recovered_of_lower,
        sum(e.share_upper_pct * s.days * s.annual_upper_usd * s.recovered_lower_pct) / 100 as least_recovered_of_upper,
        bool_or(s.cost_state = 'not_known') as any_not_known,
        bool_or(s.cost_state = 'bounds') as any_bounds,
        100 * max(e.days_of_year) as divisor
    from {{ ref('int_staff_effort') }} as e
    inner join {{ ref('int_effort_stretches') }} as s on e.line_key = s.line_key
    group by e.line_key
),

rounded as (
    -- a stretch without a standard cost makes the whole assignment's cost unknown: a part would pass for the whole
    select
        line_key,
        case when any_not_known then 'not_known' when any_bounds then 'bounds' else 'value' end as cost_state,
        case when not any_not_known then round(gross_lower / divisor, 2) end as gross_lower_usd,
        case when not (any_not_known or any_bounds) then round(gross_central / divisor, 2) end as gross_central_usd,
        case when not any_not_known then round(gross_upper / divisor, 2) end as gross_upper_usd,
        case when not any_not_known then round(recovered_lower / divisor, 2) end as recovered_lower_usd,
        case when not (any_not_known or any_bounds) then round(recovered_central / divisor, 2) end
            as recovered_central_usd,
        case when not any_not_known then round(recovered_upper / divisor, 2) end as recovered_upper_usd,
        round(most_recovered_of_lower / divisor, 2) as most_recovered_of_lower_usd,
        round(least_recovered_of_upper / divisor, 2) as least_recovered_of_upper_usd
    from products
)

select
    e.line_key,
    e.assignment_id,
    e.post_id,
    e.iscm_code,
    e.fiscal_year,
    e.period_start,
    e.period_end,
    e.assignment_type,
    e.basis,
    e.tor_id,
    e.share_state,
    e.share_lower_pct,
    e.share_central_pct,
    e.share_upper_pct,
    e.days_covered,
    e.days_of_year,
    e.fte_lower,
    e.fte_central,
    e.fte_upper,
    r.gross_lower_usd::numeric(18, 2) as gross_lower_usd,
    r.gross_central_usd::numeric(18, 2) as gross_central_usd,
    r.gross_upper_usd::numeric(18, 2) as gross_upper_usd,
    r.recovered_lower_usd::numeric(18, 2) as recovered_lower_usd,
    r.recovered_central_usd::numeric(18, 2) as recovered_central_usd,
    r.recovered_upper_usd::numeric(18, 2) as recovered_upper_usd,
    (r.gross_lower_usd - r.most_recovered_of_lower_usd)::numeric(18, 2) as net_lower_usd,
    (r.gross_central_usd - r.recovered_central_usd)::numeric(18, 2) as net_central_usd,
    (r.gross_upper_usd - r.least_recovered_of_upper_usd)::numeric(18, 2) as net_upper_usd,
    r.cost_state,
    e.submission_id,
    e.file_name,
    e.sheet,
    e.row_number,
    {{ build_id() }} as build_id
from {{ ref('int_staff_effort') }} as e
inner join rounded as r on e.line_key = r.line_key
