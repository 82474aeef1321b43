-- One row per meeting that is known of, and per event series and year whose OSI belongs to no single meeting.
-- Kinds of money stand side by side; the one sum names what is in it. What a report says was spent is a use of that
-- money, not more of it.
with sources as (
    select
        meeting_key,
        max(amount_usd) filter (where source_kind = 'osi') as osi_usd,
        max(amount_state) filter (where source_kind = 'osi') as osi_state,
        max(amount_usd) filter (where source_kind = 'external_co_funding') as external_co_funding_usd,
        max(amount_state) filter (where source_kind = 'external_co_funding') as external_co_funding_state,
        max(amount_usd) filter (where source_kind = 'member_state_contribution') as member_state_contribution_usd,
        max(amount_state) filter (where source_kind = 'member_state_contribution') as member_state_contribution_state,
        max(amount_usd) filter (where source_kind = 'in_kind') as in_kind_usd,
        max(amount_state) filter (where source_kind = 'in_kind') as in_kind_state,
        sum(lines_without_amount)::integer as lines_without_amount
    from {{ ref('int_meeting_sources') }}
    group by meeting_key
),

spent as (
    select
        event_id,
        sum(amount) filter (where currency = 'USD') as reported_costs_usd,
        count(*) filter (where amount is not null and currency <> 'USD')::integer as costs_in_other_currency,
        count(*) filter (where amount is null)::integer as cost_lines_not_reported
    from {{ ref('fct_event_costs') }}
    group by event_id
)

select
    m.meeting_key,
    m.event_id,
    m.member_code,
    r.name as member_name,
    r.member_kind,
    m.fiscal_year,
    m.title,
    m.meeting_state,
    s.osi_usd::numeric(18, 2) as osi_usd,
    coalesce(s.osi_state, 'not_reported') as osi_state,
    s.external_co_funding_usd::numeric(18, 2) as external_co_funding_usd,
    coalesce(s.external_co_funding_state, 'not_reported') as external_co_funding_state,
    s.member_state_contribution_usd::numeric(18, 2) as member_state_contribution_usd,
    coalesce(s.member_state_contribution_state, 'not_reported') as member_state_contribution_state,
    s.in_kind_usd::numeric(18, 2) as in_kind_usd,
    coalesce(s.in_kind_state, 'not_reported') as in_kind_state,
    coalesce(s.lines_without_amount, 0) as lines_without_amount,
    case
        when num_nonnulls(s.osi_usd, s.external_co_funding_usd, s.member_state_contribution_usd) > 0
            then
                coalesce(s.osi_usd, 0) + coalesce(s.external_co_funding_usd, 0)
                + coalesce(s.member_state_contribution_usd, 0)
    end::numeric(18, 2) as sum_of_sources_usd,
    nullif(
        concat_ws(
            ' + ',
            case when s.osi_usd is not null then 'OSI allocated' end,
            case when s.external_co_funding_usd is not null then 'external co-funding received' end,
            case when s.member_state_contribution_usd is not null then 'Member-State contributions received' end
        ),
        ''
    ) as sum_of_sources_names,
    c.reported_costs_usd::numeric(18, 2) as reported_costs_usd,
    case
        when c.reported_costs_usd is null then 'not_reported'
        when c.reported_costs_usd = 0 then 'zero'
        else 'value'
    end as reported_costs_state,
    coalesce(c.costs_in_other_currency, 0) as costs_in_other_currency,
    c.cost_lines_not_reported,
    {{ build_id() }} as build_id
from {{ ref('int_meetings') }} as m
inner join {{ ref('ref_iscms') }} as r on m.member_code = r.code
left join sources as s on m.meeting_key = s.meeting_key
left join spent as c on m.event_id = c.event_id
