-- One row per post x funder x first day, as one register tells it.
with landed as (
    {{ landed('posts') }}
)

select
    concat_ws('/', post_id, coalesce(funded_by, ''), coalesce(valid_from, ''), reporting_period) as post_key,
    post_id,
    function_title,
    duty_office,
    grade,
    funded_by,
    funded_share_pct::numeric(5, 2) as funded_share_pct,
    coalesce(recovered, 'not_stated') as recovered,
    valid_from::date as valid_from,
    valid_to::date as valid_to,
    {{ register_start() }} as register_start,
    {{ source_columns() }}
from landed
