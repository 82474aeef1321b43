-- One row per part of the fact x ISCM x calendar month: its amount split by days, to the cent, so that months sum to
-- years. Most parts lie in one month, and have nothing to split.
with parts as (
    select
        *,
        date_trunc('month', period_start::timestamp)::date as first_month,
        date_trunc('month', period_end::timestamp)::date as last_month
    from {{ ref('int_parts_by_iscm') }}
),

months as (
    select
        p.*,
        greatest(m.first_day::date, p.period_start) as month_from,
        least((m.first_day + interval '1 month - 1 day')::date, p.period_end) as month_to,
        m.first_day::date as month
    from parts as p
    cross join
        lateral generate_series(
            p.first_month::timestamp, p.last_month, interval '1 month'
        ) as m (first_day)
    where p.first_month < p.last_month
)

select
    submission_id,
    part_key,
    line_key,
    iscm_code,
    project_code,
    first_month as month,
    period_end as last_day,
    money_side,
    amount_basis,
    amount_usd is not null as converted,
    lower_usd,
    central_usd,
    upper_usd
from parts
where first_month = last_month
union all
select
    submission_id,
    part_key,
    line_key,
    iscm_code,
    project_code,
    month,
    month_to as last_day,
    money_side,
    amount_basis,
    amount_usd is not null as converted,
{%- for bound in ('lower_usd', 'central_usd', 'upper_usd') %}
    {{ largest_remainder(
        bound, '(month_to - month_from + 1)', '(period_end - period_start + 1)', 'part_key, iscm_code', 'month'
    ) }} as {{ bound }}{{ ',' if not loop.last }}
{%- endfor %}
from months
