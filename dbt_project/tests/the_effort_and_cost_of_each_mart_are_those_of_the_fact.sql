-- Lines, full-time equivalents and cost of each ISCM and year, and of each year, are those of the fact.
-- Cost that is withheld has nothing to be compared with.
with behind as (
    select
        fiscal_year,
        coalesce(iscm_code, 'ALL') as scope_code,
        count(*) as lines,
        sum(fte_central) as fte_central,
        sum(fte_upper) as fte_upper,
        sum(gross_lower_usd) as gross_lower_usd,
        sum(recovered_lower_usd) as recovered_lower_usd,
        sum(net_lower_usd) as net_lower_usd
    from {{ ref('fct_staff_effort') }}
    group by grouping sets ((fiscal_year, iscm_code), (fiscal_year))
),

marts as (
    select
        fiscal_year,
        iscm_code as scope_code,
        source_lines,
        fte_central,
        fte_upper,
        gross_lower_usd,
        recovered_lower_usd,
        net_lower_usd,
        cost_state
    from {{ ref('mart_staff_cost_by_iscm') }}
    union all
    select
        fiscal_year,
        'ALL' as scope_code,
        source_lines,
        fte_central,
        fte_upper,
        gross_lower_usd,
        recovered_lower_usd,
        net_lower_usd,
        cost_state
    from {{ ref('mart_staff_cost_by_year') }}
),

shown as (
    select
        fiscal_year,
        scope_code,
        sum(source_lines) as lines,
        sum(fte_central) as fte_central,
        sum(fte_upper) as fte_upper,
        sum(gross_lower_usd) as gross_lower_usd,
        sum(recovered_lower_usd) as recovered_lower_usd,
        sum(net_lower_usd) as net_lower_usd,
        bool_or(cost_state = 'protected') as is_protected
    from marts
    group by fiscal_year, scope_code
)

select
    coalesce(b.fiscal_year, s.fiscal_year) as fiscal_year,
    coalesce(b.scope_code, s.scope_code) as scope_code
from behind as b
full join shown as s on b.fiscal_year = s.fiscal_year and b.scope_code = s.scope_code
where
    (coalesce(b.lines, 0), b.fte_central, b.fte_upper)
    is distinct from (coalesce(s.lines, 0), s.fte_central, s.fte_upper)
    or (
        s.is_protected is not true
        and (b.gross_lower_usd, b.recovered_lower_usd, b.net_lower_usd)
        is distinct from (s.gross_lower_usd, s.recovered_lower_usd, s.net_lower_usd)
    )
