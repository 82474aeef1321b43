-- One row per fiscal year, from the first to the last for which IOM's own money or staff is reported: the years in
-- which a gap is a gap.
with reported as (
    select extract(year from s.segment_start)::integer as fiscal_year
    from {{ ref('int_money_segments') }} as s
    inner join {{ ref('int_money_lines') }} as l on s.line_key = l.line_key
    where l.money_side <> 'others'
    union all
    select extract(year from period_start)::integer from {{ ref('stg_assignments') }}
)

select generate_series(min(fiscal_year), max(fiscal_year)) as fiscal_year
from reported
