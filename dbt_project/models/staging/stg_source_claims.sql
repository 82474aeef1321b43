-- One row per printed figure (document x place x subject x period).
with landed as (
    {{ landed('source_claims') }}
)

select
    claim_id,
    subject,
    member_code,
    project_code,
    funding_source_class,
    measure,
    period_start::date as period_start,
    period_end::date as period_end,
    value_kind,
    value::numeric(20, 4) as value,
    statement,
    unit,
    currency,
    numerator::integer as numerator,
    denominator::integer as denominator,
    basis,
    certainty,
    is_total,
    as_of_date::date as as_of_date,
    contradicts,
    conflict_id,
    treatment,
    source_page::integer as source_page,
    {{ source_columns() }}
from landed
