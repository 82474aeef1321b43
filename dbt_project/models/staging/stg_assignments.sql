-- One row per assignment (post x ISCM x period), or nil statement (ISCM x period).
with landed as (
    {{ landed('assignments') }}
)

select
    assignment_id,
    post_id,
    iscm_code,
    period_start::date as period_start,
    period_end::date as period_end,
    assignment_type,
    basis,
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
