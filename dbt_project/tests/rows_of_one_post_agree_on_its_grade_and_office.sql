-- Several funders of a post make several rows; on one day they tell of one post.
with first_days as (
    select distinct
        post_id,
        in_force_from
    from {{ ref('int_post_funding') }}
)

select
    d.post_id,
    d.in_force_from as on_day
from first_days as d
inner join {{ ref('int_post_funding') }} as o
    on d.post_id = o.post_id and d.in_force_from between o.in_force_from and o.in_force_to
group by d.post_id, d.in_force_from
having count(distinct o.grade) > 1 or count(distinct o.duty_office) > 1
