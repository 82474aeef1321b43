-- One row per event.
with landed as (
    {{ landed('event_reports') }}
)

select
    event_id,
    iscm_code,
    event_type,
    title,
    period_start::date as period_start,
    period_end::date as period_end,
    place,
    {{ source_columns() }}
from landed
