-- One row per project.
with landed as (
    {{ landed('projects') }}
)

select
    project_code,
    title,
    iscm_code,
    iscm_link,
    {{ source_columns() }}
from landed
