-- What is told of a post on the first day neither loses nor doubles its assignment; nil statements are in the fact too.
select
    a.submission_id,
    a.row_number
from {{ ref('stg_assignments') }} as a
left join {{ ref('fct_assignments') }} as f
    on a.submission_id = f.submission_id and a.row_number = f.row_number and a.assignment_id = f.assignment_id
group by a.submission_id, a.row_number
having count(f.line_key) <> 1
