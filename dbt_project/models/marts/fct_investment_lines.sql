-- One row per accepted source line: the grain from which every money mart is a sum.
with lines as (
    select * from {{ ref('int_osi_lines') }}
    union all
    select * from {{ ref('int_project_support_lines') }}
)

select
    line_key,
    own_number,
    measure,
    member_code,
    member_name,
    member_kind,
    iscm_code,
    report_scope,
    project_code,
    funding_line,
    extract(year from period_start)::integer as fiscal_year,
    period_start,
    period_end,
    funding_source_class,
    amount_basis,
    attribution,
    currency,
    amount,
    -- the contracts let only USD in until exchange rates are a feed
    amount as amount_usd,
    case when attribution = 'direct' then amount else 0 end::numeric(18, 2) as lower_usd,
    case when attribution = 'direct' then amount else 0 end::numeric(18, 2) as central_usd,
    amount as upper_usd,
    as_of_date,
    reporting_office,
    source_document,
    source_table,
    source_line,
    footnote,
    submission_id,
    file_name,
    sheet,
    row_number,
    {{ build_id() }} as build_id
from lines
