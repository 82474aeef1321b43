-- One row per project.
with landed as (
    {{ landed('projects') }}
)

select
    project_code,
    title,
    iscm_code,
    iscm_link,
    theme,
    ends_on::date as ends_on,
    reviewed,
    {{ source_columns() }}
from landed
