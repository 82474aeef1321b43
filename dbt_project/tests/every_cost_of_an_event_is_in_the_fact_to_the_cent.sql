-- The five cost lines of a report, also those left blank, are all in the fact and sum to what was sent.
select e.event_id
from {{ ref('stg_event_reports') }} as e
left join {{ ref('fct_event_costs') }} as f on e.event_id = f.event_id
group by
    e.event_id, e.cost_travel, e.cost_venue, e.cost_interpretation, e.cost_participants, e.cost_consultants
having
    count(f.cost_line) <> 5
    or coalesce(sum(f.amount), 0)
    <> coalesce(e.cost_travel, 0) + coalesce(e.cost_venue, 0) + coalesce(e.cost_interpretation, 0)
    + coalesce(e.cost_participants, 0) + coalesce(e.cost_consultants, 0)
