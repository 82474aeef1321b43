-- One row per claim x rule x part: what the claim says and what our figures say.
with checks as (
    select
        *,
        null::boolean as contradicted
    from {{ ref('int_claim_figures') }}
    union all
    select
        *,
        null::boolean as contradicted
    from {{ ref('int_claim_totals') }}
    union all
    select
        *,
        null::boolean as contradicted
    from {{ ref('int_claim_shares') }}
    union all
    select
        *,
        null::boolean as contradicted
    from {{ ref('int_claim_growth') }}
    union all
    select * from {{ ref('int_claim_receivers') }}
    union all
    select * from {{ ref('int_claim_statements') }}
),

printed as (
    select
        k.claim_id,
        k.check_rule,
        k.part,
        k.computed_value,
        -- a percentage is compared as it is printed, half up from numeric; money and heads as they are
        case
            when c.unit = 'per_cent' and c.claim_value is not null
                then round(k.computed_value, scale(trim_scale(c.claim_value)))
            else k.computed_value
        end as computed_as_printed,
        k.contradicted,
        c.claim_value
    from checks as k
    inner join {{ ref('fct_claims') }} as c on k.claim_id = c.claim_id
)

select
    claim_id,
    check_rule,
    part,
    computed_value,
    computed_as_printed,
    trim_scale(claim_value - computed_as_printed) as difference,
    case
        when computed_value is null then 'not_computed'
        when coalesce(contradicted, claim_value <> computed_as_printed) then 'differs'
        else 'agrees'
    end as check_state
from printed
