-- One row per project (or pool) x ISCM x span of time; a blank per cent is an unknown share, neither 0 nor 100.
with landed as (
    {{ landed('project_iscm_shares') }}
)

select
    project_code || '/' || iscm_code || '/' || effective_from as share_key,
    project_code,
    iscm_code,
    effective_from::date as effective_from,
    effective_to::date as effective_to,
    share_status,
    share_pct::numeric(7, 4) as share_pct,
    share_basis,
    evidence,
    approved_by_function,
    approved_on::date as approved_on,
    {{ source_columns() }}
from landed
