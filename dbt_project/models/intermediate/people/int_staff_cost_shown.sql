-- One row per earlier publication x scope x fiscal year x post: what lay behind each cell that it showed.
with cells as (
    {{ shown_staff_cost('mart_staff_cost_by_iscm', 'iscm_code') }}
),

totals as (
    {{ shown_staff_cost('mart_staff_cost_by_year', "'ALL'") }}
)

select * from cells
union all
select * from totals
