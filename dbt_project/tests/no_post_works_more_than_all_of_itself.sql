-- On no day do the known shares of a post add up to more than the whole post; full time is the whole.
with first_days as (
    select distinct
        post_id,
        period_start
    from {{ ref('int_staff_effort') }}
)

select
    d.post_id,
    d.period_start as on_day,
    sum(o.share_central_pct) as share_pct
from first_days as d
inner join {{ ref('int_staff_effort') }} as o
    on d.post_id = o.post_id and d.period_start between o.period_start and o.period_end
group by d.post_id, d.period_start
having sum(o.share_central_pct) > 100
