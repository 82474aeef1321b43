-- The funded shares of a post add up to at most 100 per cent on every day (data rule R5); the rest is not stated.
with first_days as (
    select distinct
        post_id,
        in_force_from
    from {{ ref('int_post_funding') }}
)

select
    d.post_id,
    d.in_force_from as on_day,
    sum(o.funded_share_pct) as funded_pct
from first_days as d
inner join {{ ref('int_post_funding') }} as o
    on d.post_id = o.post_id and d.in_force_from between o.in_force_from and o.in_force_to
group by d.post_id, d.in_force_from
having sum(o.funded_share_pct) > 100
