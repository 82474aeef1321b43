-- One row per fiscal year, from the first to the last for which IOM's own money or staff is reported: the years in
-- which a gap is a gap.
with reported as (
    select
        extract(year from min(period_start))::integer as first_year,
        extract(year from max(period_end))::integer as last_year
    from {{ ref('int_money_scopes') }}
    where money_side <> 'others'
    union all
    -- an assignment begins in the first year of its effort
    select
        extract(year from min(period_start))::integer as first_year,
        extract(year from max(period_start))::integer as last_year
    from {{ ref('stg_assignments') }}
)

select generate_series(min(first_year), max(last_year)) as fiscal_year
from reported
