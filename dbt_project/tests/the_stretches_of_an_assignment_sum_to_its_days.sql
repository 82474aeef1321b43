-- Cutting an assignment where grade, office or funding change, and joining funders and costs, keeps each day once.
select e.line_key
from {{ ref('int_staff_effort') }} as e
left join {{ ref('int_effort_stretches') }} as s on e.line_key = s.line_key
group by e.line_key, e.days_covered
having sum(s.days) is distinct from e.days_covered
