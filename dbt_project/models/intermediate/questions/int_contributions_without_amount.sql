-- One row per ISCM x year x basis in which somebody is known to give and how much is not: no amount is stated, or only
-- what each member of a group gives. The money fact has no line for them.
select
    c.iscm_code,
    y.fiscal_year,
    c.amount_basis,
    count(*)::integer as contributions
from {{ ref('stg_contributions') }} as c
cross join
    lateral generate_series(
        extract(year from c.period_start)::integer, extract(year from c.period_end)::integer
    ) as y (fiscal_year)
where c.amount_state <> 'stated' or c.amount_scope = 'per_member'
group by c.iscm_code, y.fiscal_year, c.amount_basis
