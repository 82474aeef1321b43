-- One row per accepted assignment, nil statements included: the grain from which headcount is counted.
with on_first_day as (
    -- a post may have several funders; all are named, with the sum of what they are known to pay
    select
        a.assignment_key,
        max(f.function_title) as function_title,
        max(f.duty_office) as duty_office,
        string_agg(f.funded_by, '; ' order by f.funded_by) as funded_by,
        sum(f.funded_share_pct)::numeric(5, 2) as funded_share_pct
    from {{ ref('stg_assignments') }} as a
    inner join {{ ref('int_post_funding') }} as f
        on a.post_id = f.post_id and a.period_start between f.in_force_from and f.in_force_to
    group by a.assignment_key
)

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
    a.percentage,
    a.tor_id,
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
left join on_first_day as p on a.assignment_key = p.assignment_key
