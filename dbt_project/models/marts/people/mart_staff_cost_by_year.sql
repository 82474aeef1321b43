-- One row per fiscal year: effort and standard cost of all ISCMs and event series together.
with summed as (
    select
        fiscal_year,
        count(distinct post_id)::integer as posts_known,
        count(distinct post_id) filter (where share_state <> 'not_known')::integer as posts_with_effort,
        sum(fte_lower)::numeric(12, 6) as fte_lower,
        sum(fte_central)::numeric(12, 6) as fte_central,
        sum(fte_upper)::numeric(12, 6) as fte_upper,
        count(*)::integer as source_lines,
        {{ staff_cost_sums() }}
    from {{ ref('fct_staff_effort') }}
    group by fiscal_year
)

select
    y.fiscal_year,
    coalesce(s.posts_known, 0) as posts_known,
    coalesce(s.posts_with_effort, 0) as posts_with_effort,
    round(100.0 * s.posts_with_effort / s.posts_known, 2)::numeric(5, 2) as effort_coverage_pct,
    s.fte_lower,
    s.fte_central,
    s.fte_upper,
    {{ staff_cost_columns('s', 'p') }},
    coalesce(s.source_lines, 0) as source_lines,
    {{ build_id() }} as build_id
from {{ ref('int_fiscal_years') }} as y
left join summed as s on y.fiscal_year = s.fiscal_year
left join {{ ref('int_staff_cost_protection') }} as p on p.scope_code = 'ALL' and y.fiscal_year = p.fiscal_year
