-- One row per OSI allocation (funding line x period).
with landed as (
    {{ landed('osi_allocations') }}
)

select
    allocation_id,
    funding_line,
    member_code,
    period_start::date as period_start,
    period_end::date as period_end,
    funding_source_class,
    amount_basis,
    currency,
    {{ as_money('amount') }} as amount,
    as_of_date::date as as_of_date,
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
