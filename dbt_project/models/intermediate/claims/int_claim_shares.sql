-- One row per printed percentage whose numerator and denominator are known: the percentage, half up from numeric.
select
    claim_id,
    'share_of_answers' as check_rule,
    '' as part,
    trim_scale(100 * numerator::numeric / denominator) as computed_value
from {{ ref('fct_claims') }}
where unit = 'per_cent' and numerator is not null and denominator is not null
