-- One row per printed total: the sum of the cells of its own table (data rule R1, tolerance 0). A Yes counts as 1.
select
    t.claim_id,
    'sum_of_its_table' as check_rule,
    '' as part,
    trim_scale(sum(coalesce(p.claim_value, (p.statement = 'Yes')::integer))) as computed_value
from {{ ref('fct_claims') }} as t
left join {{ ref('fct_claims') }} as p
    on
        t.source_document = p.source_document
        and t.source_table = p.source_table
        and t.measure = p.measure
        and t.period_start is not distinct from p.period_start
        and t.period_end is not distinct from p.period_end
        and not p.is_total
where t.is_total and t.source_table is not null
group by t.claim_id
