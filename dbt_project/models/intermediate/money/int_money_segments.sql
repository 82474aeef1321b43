-- One row per scope x segment of its period: cut where a year begins and where a share of its project begins or ends.
-- Most lines lie in one month and are one segment.
{{ config(materialized='table') }}
with scopes as (
    select distinct
        scope_key,
        named_member,
        shared_code,
        project_code,
        currency,
        period_start,
        period_end
    from {{ ref('int_money_scopes') }}
),

share_days as (
    select
        project_code as shared_code,
        effective_from as day
    from {{ ref('int_shares') }}
    union
    select
        project_code,
        effective_to + 1 as day
    from {{ ref('int_shares') }}
    where effective_to < 'infinity'
),

cuts as (
    select
        scope_key,
        period_start as day
    from scopes
    union
    select
        s.scope_key,
        y.day::date as day
    from scopes as s
    cross join
        lateral generate_series(
            date_trunc('year', s.period_start::timestamp) + interval '1 year', s.period_end, interval '1 year'
        ) as y (day)
    where extract(year from s.period_start) < extract(year from s.period_end)
    union
    select
        s.scope_key,
        d.day
    from scopes as s
    inner join share_days as d
        on s.shared_code = d.shared_code and s.period_start < d.day and s.period_end >= d.day
),

segments as (
    select
        s.*,
        c.day as segment_start,
        coalesce(lead(c.day) over (partition by s.scope_key order by c.day) - 1, s.period_end) as segment_end
    from cuts as c
    inner join scopes as s on c.scope_key = s.scope_key
)

select
    scope_key,
    named_member,
    shared_code,
    project_code,
    currency,
    segment_start,
    segment_end,
    segment_end - segment_start + 1 as segment_days,
    period_end - period_start + 1 as period_days
from segments
