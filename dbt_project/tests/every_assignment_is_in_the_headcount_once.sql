-- The lines behind the headcount of an ISCM and year are the assignments of the fact, each once.
with behind as (
    select
        iscm_code,
        fiscal_year,
        count(*) as lines
    from {{ ref('fct_assignments') }}
    group by iscm_code, fiscal_year
),

shown as (
    select
        iscm_code,
        fiscal_year,
        sum(source_lines) as lines
    from {{ ref('mart_full_time_staff_by_iscm') }}
    group by iscm_code, fiscal_year
)

select
    coalesce(b.iscm_code, s.iscm_code) as iscm_code,
    coalesce(b.fiscal_year, s.fiscal_year) as fiscal_year
from behind as b
full join shown as s on b.iscm_code = s.iscm_code and b.fiscal_year = s.fiscal_year
where coalesce(b.lines, 0) <> coalesce(s.lines, 0)
