-- One row per meeting that is known of: reported, or not reported and only known because somebody paid for it; and one
-- row per event series and year whose OSI belongs to no single meeting.
with reported as (
    select
        event_id,
        iscm_code as member_code,
        extract(year from period_start)::integer as fiscal_year,
        title,
        period_end as last_day,
        submitted_on,
        reporting_office,
        'reported' as meeting_state
    from {{ ref('stg_event_reports') }}
),

only_paid_for as (
    select
        c.event_id,
        min(c.iscm_code) as member_code,
        min(extract(year from c.period_start))::integer as fiscal_year,
        null as title,
        max(c.period_end) as last_day,
        null::date as submitted_on,
        min(c.reporting_office) as reporting_office,
        'not_reported' as meeting_state
    from {{ ref('stg_contributions') }} as c
    left join reported as r on c.event_id = r.event_id
    where c.event_id is not null and r.event_id is null
    group by c.event_id
),

known as (
    select * from reported
    union all
    select * from only_paid_for
),

series_osi as (
    select
        a.member_code,
        extract(year from a.period_start)::integer as fiscal_year
    from {{ ref('stg_osi_allocations') }} as a
    inner join {{ ref('ref_iscms') }} as m on a.member_code = m.code and m.member_kind = 'event_series'
    group by a.member_code, extract(year from a.period_start)
),

in_year as (
    select
        member_code,
        fiscal_year,
        count(*) as meetings
    from known
    group by member_code, fiscal_year
)

select
    k.event_id as meeting_key,
    k.event_id,
    k.member_code,
    k.fiscal_year,
    k.title,
    k.last_day,
    k.submitted_on,
    k.reporting_office,
    k.meeting_state,
    -- a series' OSI of a year is its one meeting's; of several it cannot be said whose it is
    s.member_code is not null and y.meetings = 1 as takes_osi
from known as k
inner join in_year as y on k.member_code = y.member_code and k.fiscal_year = y.fiscal_year
left join series_osi as s on k.member_code = s.member_code and k.fiscal_year = s.fiscal_year
union all
select
    s.member_code || '/' || s.fiscal_year as meeting_key,
    null as event_id,
    s.member_code,
    s.fiscal_year,
    null as title,
    null as last_day,
    null as submitted_on,
    null as reporting_office,
    'not_reported' as meeting_state,
    true as takes_osi
from series_osi as s
left join in_year as y on s.member_code = y.member_code and s.fiscal_year = y.fiscal_year
where y.meetings is null or y.meetings <> 1
