-- Naming the ISCM of an event neither loses nor doubles its report.
select e.event_id
from {{ ref('stg_event_reports') }} as e
left join {{ ref('fct_events') }} as f on e.event_id = f.event_id
group by e.event_id
having count(f.event_id) <> 1
