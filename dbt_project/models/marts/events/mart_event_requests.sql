-- One row per ISCM or event series x year of events x kind of support, where an event was reported.
with asked as (
    select
        e.member_code,
        e.member_name,
        e.fiscal_year,
        k.support_kind,
        k.requests,
        k.given
    from {{ ref('fct_events') }} as e
    cross join lateral (
        values
        ('administrative', e.requests_administrative, e.support_administrative),
        ('technical', e.requests_technical, e.support_technical),
        ('logistical', e.requests_logistical, e.support_logistical),
        ('liaison', e.requests_liaison, e.support_liaison)
    ) as k (support_kind, requests, given)
)

select
    member_code,
    member_name,
    fiscal_year,
    support_kind,
    count(*)::integer as event_reports,
    sum(requests)::integer as requests,
    case
        when sum(requests) is null then 'not_reported'
        when sum(requests) = 0 then 'zero'
        else 'value'
    end as requests_state,
    count(requests)::integer as reports_with_requests_answered,
    count(*) filter (where given = 'yes')::integer as events_supported,
    count(given)::integer as reports_with_support_answered,
    {{ build_id() }} as build_id
from asked
group by member_code, member_name, fiscal_year, support_kind
