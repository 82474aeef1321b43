-- What decides on protection is the cost of the fact: of each ISCM and year, and once more of all together.
with behind as (
    select
        fiscal_year,
        coalesce(iscm_code, 'ALL') as scope_code,
        sum(gross_lower_usd) as gross_lower_usd,
        sum(gross_upper_usd) as gross_upper_usd,
        sum(net_lower_usd) as net_lower_usd
    from {{ ref('fct_staff_effort') }}
    where cost_state <> 'not_known'
    group by grouping sets ((fiscal_year, iscm_code), (fiscal_year))
),

posts as (
    select
        fiscal_year,
        scope_code,
        sum(gross_lower_usd) as gross_lower_usd,
        sum(gross_upper_usd) as gross_upper_usd,
        sum(net_lower_usd) as net_lower_usd
    from {{ ref('int_staff_cost_posts') }}
    group by fiscal_year, scope_code
)

select
    coalesce(b.fiscal_year, p.fiscal_year) as fiscal_year,
    coalesce(b.scope_code, p.scope_code) as scope_code
from behind as b
full join posts as p on b.fiscal_year = p.fiscal_year and b.scope_code = p.scope_code
where
    (b.gross_lower_usd, b.gross_upper_usd, b.net_lower_usd)
    is distinct from (p.gross_lower_usd, p.gross_upper_usd, p.net_lower_usd)
