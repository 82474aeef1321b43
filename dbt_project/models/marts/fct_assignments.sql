-- One row per accepted assignment, nil statements included: the grain from which headcount is counted.
select
    'assignments/' || a.submission_id || '/' || a.row_number as line_key,
    a.assignment_id,
    a.post_id,
    p.function_title,
    p.duty_office,
    p.funded_by,
    p.funded_share_pct,
    a.iscm_code,
    extract(year from a.period_start)::integer as fiscal_year,
    a.period_start,
    a.period_end,
    a.assignment_type,
    a.basis,
    a.reporting_office,
    a.source_document,
    a.source_table,
    a.source_line,
    a.footnote,
    a.submission_id,
    a.file_name,
    a.sheet,
    a.row_number,
    {{ build_id() }} as build_id
from {{ ref('stg_assignments') }} as a
left join {{ ref('stg_posts') }} as p on a.post_id = p.post_id
