-- The grain of the claim checks: claim x rule x part.
select
    claim_id,
    check_rule,
    part
from {{ ref('mart_claim_checks') }}
group by claim_id, check_rule, part
having count(*) > 1
