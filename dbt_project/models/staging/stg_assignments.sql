-- One row per assignment (post x ISCM x period), or nil statement (ISCM x period).
with landed as (
    {{ landed('assignments') }}
)

select
    assignment_id || '/' || period_start as assignment_key,
    assignment_id,
    post_id,
    iscm_code,
    period_start::date as period_start,
    period_end::date as period_end,
    assignment_type,
    percentage::numeric(5, 2) as percentage,
    basis,
    tor_id,
    {{ source_columns() }}
from landed
