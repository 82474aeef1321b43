-- One row per assignment of a post: its share of the post in bounds, and the days that it covers of its year.
-- An assignment lies in one calendar year (contract rule period-one-year).
with shared as (
    select
        *,
        extract(year from period_start)::integer as fiscal_year,
        period_end - period_start + 1 as days_covered,
        (date_trunc('year', period_start::timestamp) + interval '1 year')::date
        - date_trunc('year', period_start::timestamp)::date as days_of_year,
        case when assignment_type = 'full_time' then 100 else percentage end as share_pct
    from {{ ref('stg_assignments') }}
    where assignment_type <> 'nil'
),

bounded as (
    select
        *,
        case
            when share_pct is null then 'not_known'
            when basis = 'estimate' then 'estimated'
            else 'known'
        end as share_state,
        -- an estimate is the best figure, but not a certain one; what nobody states may be anything
        case when basis = 'estimate' then 0 else coalesce(share_pct, 0) end::numeric(5, 2) as share_lower_pct,
        coalesce(share_pct, 0)::numeric(5, 2) as share_central_pct,
        coalesce(share_pct, 100)::numeric(5, 2) as share_upper_pct
    from shared
)

select
    'assignments/' || submission_id || '/' || row_number as line_key,
    assignment_id,
    post_id,
    iscm_code,
    fiscal_year,
    period_start,
    period_end,
    assignment_type,
    basis,
    tor_id,
    share_state,
    share_lower_pct,
    share_central_pct,
    share_upper_pct,
    days_covered,
    days_of_year,
    round(share_lower_pct * days_covered / (100 * days_of_year), 6)::numeric(10, 6) as fte_lower,
    round(share_central_pct * days_covered / (100 * days_of_year), 6)::numeric(10, 6) as fte_central,
    round(share_upper_pct * days_covered / (100 * days_of_year), 6)::numeric(10, 6) as fte_upper,
    submission_id,
    file_name,
    sheet,
    row_number
from bounded
