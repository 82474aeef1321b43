-- One row per assignment x stretch of days in which the post's grade, office and funding stand still.
with breaks as (
    select
        line_key,
        period_start as first_day
    from {{ ref('int_staff_effort') }}
    union
    select
        e.line_key,
        f.in_force_from as first_day
    from {{ ref('int_staff_effort') }} as e
    inner join {{ ref('int_post_funding') }} as f
        on e.post_id = f.post_id and e.period_start < f.in_force_from and e.period_end >= f.in_force_from
    union
    select
        e.line_key,
        f.in_force_to + 1 as first_day
    from {{ ref('int_staff_effort') }} as e
    inner join {{ ref('int_post_funding') }} as f
        on e.post_id = f.post_id and e.period_start <= f.in_force_to and e.period_end > f.in_force_to
),

stretches as (
    select
        e.line_key,
        e.post_id,
        e.fiscal_year,
        b.first_day,
        coalesce(lead(b.first_day) over (partition by e.line_key order by b.first_day) - 1, e.period_end) as last_day
    from {{ ref('int_staff_effort') }} as e
    inner join breaks as b on e.line_key = b.line_key
),

described as (
    select
        s.line_key,
        s.fiscal_year,
        s.first_day,
        s.last_day - s.first_day + 1 as days,
        -- rows of one post agree (test rows_of_one_post_agree_on_its_grade_and_office)
        max(f.grade) as grade,
        max(f.duty_office) as duty_office,
        coalesce(sum(f.funded_share_pct) filter (where f.recovered = 'yes'), 0) as recovered_pct,
        coalesce(sum(f.funded_share_pct) filter (where f.recovered = 'no'), 0) as own_pct
    from stretches as s
    left join {{ ref('int_post_funding') }} as f
        on s.post_id = f.post_id and s.first_day between f.in_force_from and f.in_force_to
    group by s.line_key, s.fiscal_year, s.first_day, s.last_day
),

priced as (
    select
        d.line_key,
        d.first_day,
        d.days,
        d.recovered_pct,
        d.own_pct,
        d.grade,
        min(c.annual_cost_usd) as annual_lower_usd,
        -- a grade that is not known has no best figure, only the cheapest and the dearest of the office and year
        case when d.grade is not null then min(c.annual_cost_usd) end as annual_central_usd,
        max(c.annual_cost_usd) as annual_upper_usd
    from described as d
    left join {{ ref('int_standard_costs') }} as c
        on d.duty_office = c.duty_office and d.fiscal_year = c.cost_year and coalesce(d.grade, c.grade) = c.grade
    group by d.line_key, d.first_day, d.days, d.recovered_pct, d.own_pct, d.grade
)

select
    line_key,
    first_day,
    days,
    annual_lower_usd::numeric(18, 2) as annual_lower_usd,
    annual_central_usd::numeric(18, 2) as annual_central_usd,
    annual_upper_usd::numeric(18, 2) as annual_upper_usd,
    -- what no funder is known to pay back may still be paid back, unless it is known to be IOM's own
    recovered_pct::numeric(5, 2) as recovered_lower_pct,
    (100 - own_pct)::numeric(5, 2) as recovered_upper_pct,
    case
        when annual_lower_usd is null then 'not_known'
        when grade is null then 'bounds'
        else 'value'
    end as cost_state
from priced
