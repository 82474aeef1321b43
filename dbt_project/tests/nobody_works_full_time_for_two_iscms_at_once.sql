-- Full time means the whole post: it cannot belong to two ISCMs on the same day (data rule R4).
select
    a.post_id,
    a.iscm_code,
    b.iscm_code as other_iscm_code
from {{ ref('fct_assignments') }} as a
inner join {{ ref('fct_assignments') }} as b
    on
        a.post_id = b.post_id
        and a.iscm_code < b.iscm_code
        and a.period_start <= b.period_end
        and a.period_end >= b.period_start
where a.assignment_type = 'full_time' and b.assignment_type = 'full_time'
