-- One row per line of money x segment of its period: cut where a year begins and where a share of its project begins or
-- ends. The amount is split by days, to the cent; most lines lie in one month and are one segment.
with lines as (
    select
        line_key,
        period_start,
        period_end,
        amount,
        shared_code
    from {{ ref('int_money_lines') }}
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
        line_key,
        period_start as day
    from lines
    union
    select
        l.line_key,
        y.day::date as day
    from lines as l
    cross join
        lateral generate_series(
            date_trunc('year', l.period_start) + interval '1 year', l.period_end, interval '1 year'
        ) as y (day)
    where extract(year from l.period_start) < extract(year from l.period_end)
    union
    select
        l.line_key,
        d.day
    from lines as l
    inner join share_days as d
        on l.shared_code = d.shared_code and l.period_start < d.day and l.period_end >= d.day
),

segments as (
    select
        l.line_key,
        l.amount as line_amount,
        l.period_end - l.period_start + 1 as line_days,
        c.day as segment_start,
        coalesce(lead(c.day) over (partition by l.line_key order by c.day) - 1, l.period_end) as segment_end
    from cuts as c
    inner join lines as l on c.line_key = l.line_key
)

select
    line_key,
    segment_start,
    segment_end,
    {{ largest_remainder(
        'line_amount', '(segment_end - segment_start + 1)', 'line_days', 'line_key', 'segment_start'
    ) }} as amount
from segments
