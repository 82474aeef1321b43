-- One row per measure x member x ISCM x fiscal year x funding source class x amount basis x attribution: money of every
-- kind side by side. Kinds and bases are never summed without being named.
select
    *,
    {{ build_id() }} as build_id
from {{ ref('int_money_by_member') }}
where amount_state <> 'not_reported'
