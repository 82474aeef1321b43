-- One row per scope (an ISCM, or ALL) x fiscal year x post whose cost is known or bounded: what lies behind a cell.
with scoped as (
    select
        iscm_code as scope_code,
        *
    from {{ ref('fct_staff_effort') }}
    where cost_state <> 'not_known'
    union all
    select
        'ALL' as scope_code,
        *
    from {{ ref('fct_staff_effort') }}
    where cost_state <> 'not_known'
)

select
    s.scope_code,
    s.fiscal_year,
    s.post_id,
    {{ staff_cost_of_post('s') }}
from scoped as s
group by s.scope_code, s.fiscal_year, s.post_id
