-- One row per ISCM or event series of which a meeting is known: what was reported of its meetings, over all years.
with meetings as (
    select
        member_code,
        count(*)::integer as meetings_known,
        (count(*) filter (where meeting_state = 'reported'))::integer as meetings_reported,
        (count(*) filter (
            where meeting_state <> 'reported' and last_day + {{ var('event_report_days', 14) }} < {{ build_day() }}
        ))::integer as reports_overdue,
        max(last_day) as last_meeting_on
    from {{ ref('int_meetings') }}
    -- the rest of a series' year is no meeting
    where event_id is not null
    group by member_code
),

attended as (
    select
        member_code,
        sum(attendees_headquarters) as from_headquarters,
        sum(attendees_regional_offices) as from_regional_offices,
        sum(attendees_country_offices) as from_country_offices,
        sum(reports_without_all_attendees)::integer as reports_without_all_attendees
    from {{ ref('mart_event_participation') }}
    group by member_code
),

asked as (
    select
        member_code,
        sum(requests)::integer as requests
    from {{ ref('mart_event_requests') }}
    group by member_code
)

select
    m.member_code as iscm_code,
    m.meetings_known,
    m.meetings_reported,
    m.reports_overdue,
    m.last_meeting_on,
    -- what no report says is not known; what some say is a part
    case
        when num_nonnulls(a.from_headquarters, a.from_regional_offices, a.from_country_offices) > 0
            then
                coalesce(a.from_headquarters, 0) + coalesce(a.from_regional_offices, 0)
                + coalesce(a.from_country_offices, 0)
    end::integer as iom_attendees,
    a.reports_without_all_attendees,
    q.requests
from meetings as m
left join attended as a on m.member_code = a.member_code
left join asked as q on m.member_code = q.member_code
