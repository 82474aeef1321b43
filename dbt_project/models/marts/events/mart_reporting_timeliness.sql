-- One row per office x year of events. A report is due some days after the last day of its event (data rule R15); what
-- is overdue is judged on the day of the build.
with meetings as (
    select
        m.*,
        m.last_day + {{ var('event_report_days', 14) }} as due_on,
        e.questions_asked,
        e.questions_answered
    from {{ ref('int_meetings') }} as m
    left join {{ ref('fct_events') }} as e on m.event_id = e.event_id
    -- the rest of a series' year is no event that somebody could report on
    where m.event_id is not null
)

select
    reporting_office,
    fiscal_year,
    count(*)::integer as reports_known_of,
    count(*) filter (where meeting_state = 'reported')::integer as reports_delivered,
    count(*) filter (where submitted_on <= due_on)::integer as delivered_in_time,
    count(*) filter (where submitted_on > due_on)::integer as delivered_late,
    count(*) filter (where meeting_state = 'reported' and submitted_on is null)::integer as delivered_undated,
    count(*) filter (where meeting_state <> 'reported' and due_on < {{ build_day() }})::integer as overdue,
    count(*) filter (where meeting_state <> 'reported' and due_on >= {{ build_day() }})::integer as not_yet_due,
    coalesce(sum(questions_asked), 0)::integer as questions_asked,
    coalesce(sum(questions_answered), 0)::integer as questions_answered,
    round(100.0 * sum(questions_answered) / sum(questions_asked), 1)::numeric(4, 1) as completeness_pct,
    {{ build_id() }} as build_id
from meetings
group by reporting_office, fiscal_year
