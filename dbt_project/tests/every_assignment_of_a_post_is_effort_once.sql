-- The days of the assignments of posts are the days of effort, row by row.
select
    a.submission_id,
    a.row_number
from {{ ref('stg_assignments') }} as a
left join {{ ref('int_staff_effort') }} as e on a.submission_id = e.submission_id and a.row_number = e.row_number
where a.assignment_type <> 'nil'
group by a.submission_id, a.row_number, a.period_start, a.period_end
having sum(e.days_covered) is distinct from a.period_end - a.period_start + 1
