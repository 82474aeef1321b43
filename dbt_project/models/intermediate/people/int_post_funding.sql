-- One row per post x funder x days in force: what the register that is in force on those days says.
with registers as (
    -- of two registers that begin on one day the later submission holds
    select distinct on (post_id, register_start)
        post_id,
        register_start,
        submission_id
    from {{ ref('stg_posts') }}
    order by post_id asc, register_start asc, submission_id desc
),

reigns as (
    -- a later register holds from its first day on; the past stays as the earlier one told it. What the first one
    -- says of earlier days (by its own dates) nobody contradicts.
    select
        post_id,
        submission_id,
        case when row_number() over by_start = 1 then '-infinity'::date else register_start end as reign_from,
        coalesce(lead(register_start) over by_start - 1, 'infinity'::date) as reign_to
    from registers
    window by_start as (partition by post_id order by register_start)
),

dated as (
    select
        p.post_id,
        p.function_title,
        p.duty_office,
        p.grade,
        p.funded_by,
        p.funded_share_pct,
        p.recovered,
        greatest(coalesce(p.valid_from, p.register_start), r.reign_from) as in_force_from,
        least(coalesce(p.valid_to, 'infinity'::date), r.reign_to) as in_force_to
    from {{ ref('stg_posts') }} as p
    inner join reigns as r on p.post_id = r.post_id and p.submission_id = r.submission_id
)

select *
from dated
where in_force_from <= in_force_to
