-- One row per ISCM or event series x fiscal year with money of IOM's own or given to it for projects: each of the two
-- on the basis nearest to what was spent, named in the row, because the two may come on different ones.
with nearest as (
    select distinct on (iscm_code, fiscal_year, money_side)
        iscm_code,
        fiscal_year,
        money_side,
        amount_basis,
        lower_usd,
        central_usd,
        upper_usd
    from {{ ref('mart_total_by_iscm') }}
    where money_side in ('iom_own', 'iom_projects')
    order by
        iscm_code, fiscal_year, money_side,
        array_position(array['actual', 'commitment', 'allocation', 'budget'], amount_basis)
)

select
    iscm_code,
    fiscal_year,
    string_agg(money_side || ' (' || amount_basis || ')', ' + ' order by money_side) as iom_money_names,
    sum(lower_usd)::numeric(18, 2) as iom_lower_usd,
    case when count(*) = count(central_usd) then sum(central_usd) end::numeric(18, 2) as iom_central_usd,
    case when count(*) = count(upper_usd) then sum(upper_usd) end::numeric(18, 2) as iom_upper_usd
from nearest
group by iscm_code, fiscal_year
