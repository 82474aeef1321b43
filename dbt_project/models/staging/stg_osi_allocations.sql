-- One row per OSI allocation (funding line x period).
with landed as (
    {{ landed('osi_allocations') }}
)

select
    allocation_id,
    funding_line,
    member_code,
    {{ money_columns() }},
    {{ source_columns() }}
from landed
