-- One row per project.
with landed as (
    {{ landed('projects') }}
)

select
    project_code,
    title,
    iscm_code,
    iscm_link,
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
