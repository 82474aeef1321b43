-- One row per OSI allocation, with the member that it is set aside for.
-- A pool without a declared key is a member of its own: it is never spread over ISCMs.
select
    'osi_allocations/' || a.submission_id || '/' || a.row_number as line_key,
    a.allocation_id as own_number,
    'osi' as measure,
    a.member_code,
    m.name as member_name,
    m.member_kind,
    case when m.member_kind <> 'pool' then a.member_code end as iscm_code,
    m.report_scope,
    null as project_code,
    a.funding_line,
    a.period_start,
    a.period_end,
    a.funding_source_class,
    a.amount_basis,
    'direct' as attribution,
    a.currency,
    a.amount,
    a.as_of_date,
    a.reporting_office,
    a.source_document,
    a.source_table,
    a.source_line,
    a.footnote,
    a.submission_id,
    a.file_name,
    a.sheet,
    a.row_number
from {{ ref('stg_osi_allocations') }} as a
inner join {{ ref('ref_iscms') }} as m on a.member_code = m.code
