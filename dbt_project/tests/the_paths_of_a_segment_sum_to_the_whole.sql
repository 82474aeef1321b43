-- Each amount reaches ISCMs by paths that sum to 100 per cent: the rest stays visible, and nothing is shared twice.
select
    scope_key,
    segment_start
from {{ ref('int_paths') }}
group by scope_key, segment_start
having sum(weight) <> 100 or min(weight) <= 0
