-- One row per reporting office x ISCM or event series x year of events x part that IOM played.
select
    reporting_office,
    member_code,
    member_name,
    fiscal_year,
    coalesce(invited_as, 'not_reported') as invited_as,
    count(*)::integer as event_reports,
    sum(attendees_headquarters)::integer as attendees_headquarters,
    sum(attendees_regional_offices)::integer as attendees_regional_offices,
    sum(attendees_country_offices)::integer as attendees_country_offices,
    sum(days_preparation)::numeric(10, 2) as days_preparation,
    sum(days_travel)::numeric(10, 2) as days_travel,
    sum(days_attendance)::numeric(10, 2) as days_attendance,
    sum(participants_supported)::integer as participants_supported,
    sum(partners_new)::integer as partners_new,
    count(*) filter (
        where num_nulls(attendees_headquarters, attendees_regional_offices, attendees_country_offices) > 0
    )::integer as reports_without_all_attendees,
    count(*) filter (
        where num_nulls(days_preparation, days_travel, days_attendance) > 0
    )::integer as reports_without_all_days,
    count(*) filter (where partners_new is null)::integer as reports_without_partners,
    {{ build_id() }} as build_id
from {{ ref('fct_events') }}
group by reporting_office, member_code, member_name, fiscal_year, coalesce(invited_as, 'not_reported')
