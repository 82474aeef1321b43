-- Registers may repeat the number of an assignment for other days, never for the same ones.
select
    a.assignment_id,
    b.period_start
from {{ ref('stg_assignments') }} as a
inner join {{ ref('stg_assignments') }} as b
    on
        a.assignment_id = b.assignment_id
        and a.assignment_key < b.assignment_key
        and a.period_start <= b.period_end
        and a.period_end >= b.period_start
