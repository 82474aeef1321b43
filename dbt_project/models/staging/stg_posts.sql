-- One row per post.
with landed as (
    {{ landed('posts') }}
)

select
    post_id,
    function_title,
    duty_office,
    funded_by,
    funded_share_pct::numeric(5, 2) as funded_share_pct,
    {{ source_columns() }}
from landed
