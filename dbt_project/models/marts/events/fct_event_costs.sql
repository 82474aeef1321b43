-- One row per event report x cost line. A report has one currency and one kind of money; a blank cost is not reported.
select
    e.event_id,
    c.cost_line,
    e.iscm_code as member_code,
    extract(year from e.period_start)::integer as fiscal_year,
    coalesce(e.funding_source_class, 'not_reported') as funding_source_class,
    coalesce(e.amount_basis, 'not_reported') as amount_basis,
    e.project_code,
    e.currency,
    c.amount,
    case
        when c.amount is null then 'not_reported'
        when c.amount = 0 then 'zero'
        else 'value'
    end as amount_state,
    e.reporting_office,
    e.submission_id,
    e.file_name,
    e.sheet,
    e.row_number,
    {{ build_id() }} as build_id
from {{ ref('stg_event_reports') }} as e
cross join lateral (
    values
    ('travel', e.cost_travel),
    ('venue', e.cost_venue),
    ('interpretation', e.cost_interpretation),
    ('participants', e.cost_participants),
    ('consultants', e.cost_consultants)
) as c (cost_line, amount)
