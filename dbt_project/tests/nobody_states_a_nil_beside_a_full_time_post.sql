-- A nil statement and a full-time post for the same ISCM and year contradict each other.
select
    iscm_code,
    fiscal_year
from {{ ref('fct_assignments') }}
group by iscm_code, fiscal_year
having bool_or(assignment_type = 'nil') and bool_or(assignment_type = 'full_time')
