-- One row per assignment (post x ISCM x period), or nil statement (ISCM x period).
with landed as (
    {{ landed('assignments') }}
)

select
    assignment_id,
    post_id,
    iscm_code,
    period_start::date as period_start,
    period_end::date as period_end,
    assignment_type,
    basis,
    {{ source_columns() }}
from landed
