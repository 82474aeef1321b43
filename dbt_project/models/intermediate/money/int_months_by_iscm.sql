-- One row per part of the fact x ISCM x calendar month: its amount split by days, to the cent, so that months sum to
-- years.
with months as (
    select
        p.*,
        greatest(m.first_day::date, p.period_start) as month_from,
        least((m.first_day + interval '1 month - 1 day')::date, p.period_end) as month_to,
        m.first_day::date as month
    from {{ ref('int_parts_by_iscm') }} as p
    cross join lateral generate_series(
        date_trunc('month', p.period_start), p.period_end, interval '1 month'
    ) as m (first_day)
)

select
    submission_id,
    part_key,
    line_key,
    iscm_code,
    month,
    money_side,
    amount_basis,
    amount_usd is not null as converted,
{%- for bound in ('lower_usd', 'central_usd', 'upper_usd') %}
    {{ largest_remainder(
        bound, '(month_to - month_from + 1)', '(period_end - period_start + 1)', 'part_key, iscm_code', 'month'
    ) }} as {{ bound }}{{ ',' if not loop.last }}
{%- endfor %}
from months
