-- One row per ISCM x amount basis x project: IOM's own money and money given to it for projects, in the twelve months
-- up to the last month for which the ISCM has any on that basis. What is still to come is not money of today: no month
-- lies behind the day of the build. Empty project: lines for the ISCM itself.
with last_months as (
    select
        iscm_code,
        amount_basis,
        date_trunc('month', max(least(last_day, {{ build_day() }})))::date as as_of_month
    from {{ ref('int_money_by_project') }}
    where iscm_code is not null and money_side <> 'others' and first_day <= {{ build_day() }}
    group by iscm_code, amount_basis
),

parts as (
    select
        f.part_key,
        f.line_key,
        f.iscm_code,
        f.amount_basis,
        f.project_code,
        f.period_start,
        f.period_end,
        f.lower_usd,
        f.central_usd,
        f.upper_usd,
        w.as_of_month
    from {{ ref('fct_investment_lines') }} as f
    inner join last_months as w on f.iscm_code = w.iscm_code and f.amount_basis = w.amount_basis
    where
        f.money_side <> 'others'
        and f.period_end >= w.as_of_month - interval '11 months'
        and f.period_start < w.as_of_month + interval '1 month'
),

months as (
    select
        p.*,
        m.first_day::date as month,
        least((m.first_day + interval '1 month - 1 day')::date, p.period_end)
        - greatest(m.first_day::date, p.period_start) + 1 as days,
        p.period_end - p.period_start + 1 as all_days
    from parts as p
    cross join
        lateral generate_series(
            date_trunc('month', p.period_start), p.period_end, interval '1 month'
        ) as m (first_day)
),

split as (
    select
        iscm_code,
        amount_basis,
        project_code,
        as_of_month,
        line_key,
        month,
        {{ largest_remainder('lower_usd', 'days', 'all_days', 'part_key', 'month') }} as lower_usd,
        {{ largest_remainder('central_usd', 'days', 'all_days', 'part_key', 'month') }} as central_usd,
        {{ largest_remainder('upper_usd', 'days', 'all_days', 'part_key', 'month') }} as upper_usd
    from months
)

select
    iscm_code,
    amount_basis,
    project_code,
    as_of_month,
    sum(lower_usd)::numeric(18, 2) as lower_usd,
    sum(central_usd)::numeric(18, 2) as central_usd,
    sum(upper_usd)::numeric(18, 2) as upper_usd,
    bool_and(upper_usd is not null) as converted,
    count(distinct line_key)::integer as source_lines
from split
where month between as_of_month - interval '11 months' and as_of_month
group by iscm_code, amount_basis, project_code, as_of_month
