-- One row per ledger line (project x period).
with landed as (
    {{ landed('project_ledger') }}
)

select
    line_id,
    project_code,
    {{ money_columns() }},
    {{ source_columns() }}
from landed
