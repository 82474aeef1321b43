-- One row per ISCM x amount basis x project: IOM's own money and money given to it for projects, in the twelve months
-- up to the last month for which the ISCM has any on that basis. What is still to come is not money of today: no month
-- lies behind the day of the build. Empty project: lines for the ISCM itself.
with last_months as (
    select
        iscm_code,
        amount_basis,
        max(month) as as_of_month
    from {{ ref('int_sums_by_month') }}
    where money_side <> 'others' and month <= {{ build_day() }}
    group by iscm_code, amount_basis
),

months as (
    select
        s.iscm_code,
        s.amount_basis,
        s.project_code,
        s.lower_usd,
        s.central_usd,
        s.upper_usd,
        s.lines_not_converted,
        w.as_of_month
    from {{ ref('int_sums_by_month') }} as s
    inner join last_months as w on s.iscm_code = w.iscm_code and s.amount_basis = w.amount_basis
    where s.money_side <> 'others' and s.month between w.as_of_month - interval '11 months' and w.as_of_month
)

select
    iscm_code,
    amount_basis,
    project_code,
    as_of_month,
    sum(lower_usd)::numeric(18, 2) as lower_usd,
    sum(central_usd)::numeric(18, 2) as central_usd,
    sum(upper_usd)::numeric(18, 2) as upper_usd,
    sum(lines_not_converted) = 0 as converted
from months
group by iscm_code, amount_basis, project_code, as_of_month
