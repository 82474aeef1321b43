-- Pricing an assignment neither loses nor doubles its full-time equivalents.
select e.line_key
from {{ ref('int_staff_effort') }} as e
left join {{ ref('fct_staff_effort') }} as f on e.line_key = f.line_key
group by e.line_key, e.fte_lower, e.fte_central, e.fte_upper
having
    (sum(f.fte_lower), sum(f.fte_central), sum(f.fte_upper)) is distinct from (e.fte_lower, e.fte_central, e.fte_upper)
