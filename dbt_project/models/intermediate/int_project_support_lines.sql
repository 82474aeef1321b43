-- One row per ledger line, attributed by exactly one path.
-- A dedicated project is direct. A project whose share for its ISCM is not known, or that is not in the register, stays
-- a member of its own: unknown is neither 0 nor 100 per cent.
select
    'project_ledger/' || l.submission_id || '/' || l.row_number as line_key,
    l.line_id as own_number,
    'project_support' as measure,
    case when p.iscm_link = 'dedicated' then p.iscm_code else l.project_code end as member_code,
    case
        when p.iscm_link = 'dedicated' then m.name
        when p.project_code is not null then l.project_code || ' (share of ' || m.name || ' not known)'
        else l.project_code || ' (not in the register of projects)'
    end as member_name,
    case when p.iscm_link = 'dedicated' then m.member_kind else 'unattributed_project' end as member_kind,
    p.iscm_code,
    coalesce(m.report_scope, 'Not linked') as report_scope,
    l.project_code,
    p.title as funding_line,
    l.period_start,
    l.period_end,
    l.funding_source_class,
    l.amount_basis,
    case when p.iscm_link = 'dedicated' then 'direct' else 'unattributed' end as attribution,
    l.currency,
    l.amount,
    l.as_of_date,
    l.reporting_office,
    l.source_document,
    l.source_table,
    l.source_line,
    l.footnote,
    l.submission_id,
    l.file_name,
    l.sheet,
    l.row_number
from {{ ref('stg_project_ledger') }} as l
left join {{ ref('stg_projects') }} as p on l.project_code = p.project_code
left join {{ ref('ref_iscms') }} as m on p.iscm_code = m.code
