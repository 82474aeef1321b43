-- Joining what paid for a meeting neither loses nor doubles what was spent on it.
with behind as (
    select
        event_id,
        sum(amount) filter (where currency = 'USD') as costs_usd,
        count(*) filter (where amount is null) as not_reported
    from {{ ref('fct_event_costs') }}
    group by event_id
),

shown as (
    select
        event_id,
        sum(reported_costs_usd) as costs_usd,
        sum(cost_lines_not_reported) as not_reported
    from {{ ref('mart_event_cost_by_meeting') }}
    where meeting_state = 'reported'
    group by event_id
)

select coalesce(b.event_id, s.event_id) as event_id
from behind as b
full join shown as s on b.event_id = s.event_id
where (b.costs_usd, b.not_reported) is distinct from (s.costs_usd, s.not_reported)
