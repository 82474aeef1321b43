-- One row per printed growth of OSI x with or without pools: a pool makes the base larger and no ISCM's money grow.
with claims as (
    select
        claim_id,
        extract(year from period_start)::integer as year_from,
        extract(year from period_end)::integer as year_to
    from {{ ref('fct_claims') }}
    where measure = 'osi_growth' and value_kind = 'number' and unit = 'per_cent'
),

sums as (
    select
        year_from,
        year_to,
        sum(amount_from_usd) as with_from,
        sum(change_usd) as with_change,
        sum(amount_from_usd) filter (where member_kind <> 'pool') as without_from,
        sum(change_usd) filter (where member_kind <> 'pool') as without_change
    from {{ ref('mart_contribution_to_change') }}
    where
        measure = 'osi' and report_scope = 'Selected ISCMs' and amount_basis = 'allocation'
        and change_usd is not null
    group by year_from, year_to
)

select
    c.claim_id,
    'growth' as check_rule,
    '' as part,
    trim_scale(100 * s.with_change / nullif(s.with_from, 0)) as computed_value
from claims as c
left join sums as s on c.year_from = s.year_from and c.year_to = s.year_to
union all
select
    c.claim_id,
    'growth_without_pools' as check_rule,
    '' as part,
    trim_scale(100 * s.without_change / nullif(s.without_from, 0)) as computed_value
from claims as c
left join sums as s on c.year_from = s.year_from and c.year_to = s.year_to
