-- One row per ISCM or event series x fiscal year: people, effort and standard cost, three measures side by side.
with summed as (
    select
        iscm_code,
        fiscal_year,
        count(distinct post_id)::integer as posts_known,
        count(distinct post_id) filter (where share_state <> 'not_known')::integer as posts_with_effort,
        count(distinct post_id) filter (where cost_state <> 'not_known')::integer as posts_priced,
        sum(fte_lower)::numeric(12, 6) as fte_lower,
        sum(fte_central)::numeric(12, 6) as fte_central,
        sum(fte_upper)::numeric(12, 6) as fte_upper,
        count(*)::integer as source_lines,
        {{ staff_cost_sums() }}
    from {{ ref('fct_staff_effort') }}
    group by iscm_code, fiscal_year
)

select
    h.member_code,
    h.member_name,
    h.member_kind,
    h.iscm_code,
    h.report_scope,
    h.fiscal_year,
    h.full_time_staff,
    h.staff_state,
    coalesce(s.posts_known, 0) as posts_known,
    coalesce(s.posts_with_effort, 0) as posts_with_effort,
    coalesce(s.posts_priced, 0) as posts_priced,
    round(100.0 * s.posts_with_effort / s.posts_known, 2)::numeric(5, 2) as effort_coverage_pct,
    s.fte_lower,
    s.fte_central,
    s.fte_upper,
    -- a nil statement speaks of full-time staff only: no row of a post leaves the effort unknown
    case when s.iscm_code is null then 'not_reported' when s.fte_upper = 0 then 'zero' else 'value' end as effort_state,
    {{ staff_cost_columns('s', 'p') }},
    coalesce(s.source_lines, 0) as source_lines,
    {{ build_id() }} as build_id
from {{ ref('mart_full_time_staff_by_iscm') }} as h
left join summed as s on h.iscm_code = s.iscm_code and h.fiscal_year = s.fiscal_year
left join {{ ref('int_staff_cost_protection') }} as p
    on h.iscm_code = p.scope_code and h.fiscal_year = p.fiscal_year
