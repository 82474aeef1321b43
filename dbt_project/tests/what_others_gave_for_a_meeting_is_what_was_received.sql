-- Contributions received for an event reach its meeting to the cent, kind by kind.
with behind as (
    select
        event_id,
        sum(amount) filter (where funding_source_class = 'external_co_funding') as external_co_funding_usd,
        sum(amount) filter (where funding_source_class = 'member_state_contribution') as member_state_contribution_usd,
        sum(amount) filter (where funding_source_class = 'in_kind') as in_kind_usd
    from {{ ref('stg_contributions') }}
    where amount_basis = 'received' and currency = 'USD' and amount_state = 'stated' and amount_scope = 'whole'
    group by event_id
    having event_id is not null
),

shown as (
    select
        event_id,
        sum(external_co_funding_usd) as external_co_funding_usd,
        sum(member_state_contribution_usd) as member_state_contribution_usd,
        sum(in_kind_usd) as in_kind_usd
    from {{ ref('mart_event_cost_by_meeting') }}
    group by event_id
    having event_id is not null
)

select coalesce(b.event_id, s.event_id) as event_id
from behind as b
full join shown as s on b.event_id = s.event_id
where
    (b.external_co_funding_usd, b.member_state_contribution_usd, b.in_kind_usd)
    is distinct from (s.external_co_funding_usd, s.member_state_contribution_usd, s.in_kind_usd)
