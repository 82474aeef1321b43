-- One row per pair of claims x why they are set side by side: the same figure in two places, one that contradicts the
-- other, or the same subject a year apart where one is a multiple of the other (a digit may be missing).
{%- set multiple = 8 %}
with claims as (
    select * from {{ ref('fct_claims') }}
),

pairs as (
    select
        'same_figure' as pair_kind,
        a.claim_id,
        b.claim_id as other_claim_id
    from claims as a
    inner join claims as b
        on
            a.measure = b.measure
            and a.subject_code = b.subject_code
            and a.period_start = b.period_start
            and a.period_end = b.period_end
            and a.unit = b.unit
            and a.basis = b.basis
            and a.funding_source_class is not distinct from b.funding_source_class
            and a.currency is not distinct from b.currency
            and (a.source_document, coalesce(a.source_line, 0)) <> (b.source_document, coalesce(b.source_line, 0))
            and a.claim_id < b.claim_id
    where a.value_kind = 'number' and b.value_kind = 'number'
    union
    -- each pair once, whichever of the two names the other
    select
        'contradicts' as pair_kind,
        least(a.claim_id, b.claim_id) as claim_id,
        greatest(a.claim_id, b.claim_id) as other_claim_id
    from claims as a
    inner join claims as b on a.contradicts = b.claim_id
    union
    select
        'order_of_magnitude' as pair_kind,
        b.claim_id,
        a.claim_id as other_claim_id
    from claims as a
    inner join claims as b
        on
            a.source_document = b.source_document
            and a.source_line = b.source_line
            and a.measure = b.measure
            and a.subject_code = b.subject_code
            and a.funding_source_class is not distinct from b.funding_source_class
            and a.currency = b.currency
            and a.fiscal_year + 1 = b.fiscal_year
    where
        a.claim_value > 0 and b.claim_value > 0
        and (a.claim_value >= {{ multiple }} * b.claim_value or b.claim_value >= {{ multiple }} * a.claim_value)
),

once as (
    -- two that stand for the same figure and name each other are one pair
    select
        claim_id,
        other_claim_id,
        min(pair_kind) as pair_kind
    from pairs
    group by claim_id, other_claim_id
)

select
    p.pair_kind,
    p.claim_id,
    p.other_claim_id,
    -- only what is of one unit and period can be subtracted; years apart are another question
    trim_scale(case
        when p.pair_kind = 'order_of_magnitude' then a.claim_value - b.claim_value
        when
            a.unit = b.unit and coalesce(a.currency, '') = coalesce(b.currency, '')
            and concat_ws('/', a.period_start, a.period_end) = concat_ws('/', b.period_start, b.period_end)
            then a.claim_value - b.claim_value
    end) as difference
from once as p
inner join claims as a on p.claim_id = a.claim_id
inner join claims as b on p.other_claim_id = b.claim_id
