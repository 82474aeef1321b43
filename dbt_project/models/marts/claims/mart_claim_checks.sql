-- One row per claim x rule x part that our figures can answer, whether they agree or not.
select
    c.claim_id,
    k.check_rule,
    k.part,
    c.subject,
    c.subject_code,
    c.measure,
    c.period_start,
    c.period_end,
    c.claim_value,
    c.statement,
    c.unit,
    c.currency,
    k.computed_value::numeric(24, 6) as computed_value,
    k.computed_as_printed::numeric(24, 6) as computed_as_printed,
    k.difference::numeric(24, 6) as difference,
    k.check_state,
    c.conflict_id,
    c.source_document,
    c.source_table,
    c.source_line,
    {{ build_id() }} as build_id
from {{ ref('int_claim_checks') }} as k
inner join {{ ref('fct_claims') }} as c on k.claim_id = c.claim_id
