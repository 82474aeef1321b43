-- One row per fiscal year, from the first to the last that any feed reports: the years in which a gap is a gap.
with reported as (
    select extract(year from period_start)::integer as fiscal_year from {{ ref('stg_osi_allocations') }}
    union all
    select extract(year from period_start)::integer from {{ ref('stg_project_ledger') }}
    union all
    select extract(year from period_start)::integer from {{ ref('stg_assignments') }}
)

select generate_series(min(fiscal_year), max(fiscal_year)) as fiscal_year
from reported
