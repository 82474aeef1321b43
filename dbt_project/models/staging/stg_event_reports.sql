-- One row per event.
with landed as (
    {{ landed('event_reports') }}
)

select
    event_id,
    iscm_code,
    event_type,
    title,
    period_start::date as period_start,
    period_end::date as period_end,
    place,
    reporting_office,
    source_document,
    source_table,
    source_line::integer as source_line,
    footnote,
    submission_id,
    file_name,
    sheet,
    row_number
from landed
