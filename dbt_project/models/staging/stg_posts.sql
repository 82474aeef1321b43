-- One row per post.
with landed as (
    {{ landed('posts') }}
)

select
    post_id,
    function_title,
    duty_office,
    funded_by,
    funded_share_pct::numeric(5, 2) as funded_share_pct,
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
