-- One row per scope (an ISCM, or ALL) x fiscal year that has a cost: whether it is withheld, and why.
-- docs/adr/0014-people-and-protection.md says what is protected and from whom. 3 posts are the smallest safe group.
with posts as (
    select * from {{ ref('int_staff_cost_posts') }}
),

sized as (
    select
        scope_code,
        fiscal_year,
        count(*) as posts,
        sum(gross_upper_usd) as size_usd,
        coalesce({{ smallest_group('post_id') }}, 3) as smallest_group
    from posts
    group by scope_code, fiscal_year
),

-- figures that can be subtracted: two years of one scope, two ISCMs of one year, a figure and what was shown before
pairs as (
    select
        a.scope_code,
        a.fiscal_year,
        b.scope_code as other_scope,
        b.fiscal_year as other_year,
        null::bigint as publication_number
    from sized as a
    inner join sized as b
        on
            (a.scope_code = b.scope_code and a.fiscal_year > b.fiscal_year)
            or (
                a.fiscal_year = b.fiscal_year
                and a.scope_code > b.scope_code
                and 'ALL' not in (a.scope_code, b.scope_code)
            )
    where a.smallest_group >= 3 and b.smallest_group >= 3
    union all
    select distinct
        s.scope_code,
        s.fiscal_year,
        s.scope_code as other_scope,
        s.fiscal_year as other_year,
        s.publication_number
    from {{ ref('int_staff_cost_shown') }} as s
    inner join sized as z on s.scope_code = z.scope_code and s.fiscal_year = z.fiscal_year
),

-- what stands behind a figure, today or as it was shown: posts, each with its cost
cells as (
    select
        null::bigint as publication_number,
        scope_code,
        fiscal_year,
        post_id,
        row({{ staff_cost_as_one() }}) as cost
    from posts
    union all
    select
        publication_number,
        scope_code,
        fiscal_year,
        post_id,
        row({{ staff_cost_as_one() }}) as cost
    from {{ ref('int_staff_cost_shown') }}
    where post_id is not null
),

sides as (
    select
        *,
        scope_code as side_scope,
        fiscal_year as side_year,
        null::bigint as side_publication
    from pairs
    union all
    select
        *,
        other_scope as side_scope,
        other_year as side_year,
        publication_number as side_publication
    from pairs
),

compared as (
    select
        s.scope_code,
        s.fiscal_year,
        s.other_scope,
        s.other_year,
        s.publication_number,
        c.post_id,
        -- the same post at the same cost on both sides cancels out
        count(*) = 1 or count(distinct c.cost) > 1 as differs
    from sides as s
    inner join cells as c
        on
            s.side_scope = c.scope_code
            and s.side_year = c.fiscal_year
            and s.side_publication is not distinct from c.publication_number
    group by s.scope_code, s.fiscal_year, s.other_scope, s.other_year, s.publication_number, c.post_id
),

differences as (
    select
        scope_code,
        fiscal_year,
        publication_number,
        count(*) filter (where differs) as posts_apart
    from compared
    group by scope_code, fiscal_year, other_scope, other_year, publication_number
),

judged as (
    select
        z.scope_code,
        z.fiscal_year,
        z.posts,
        z.size_usd,
        case
            when z.smallest_group < 3 then 'few_posts'
            when bool_or(d.publication_number is null and d.posts_apart between 1 and 2) then 'near_another_figure'
            when bool_or(d.publication_number is not null and d.posts_apart between 1 and 2)
                then 'near_an_earlier_figure'
        end as reason,
        -- what was shown unchanged is known: to withhold it now would hide nothing
        coalesce(bool_or(d.publication_number is not null and d.posts_apart = 0), false) as known
    from sized as z
    left join differences as d on z.scope_code = d.scope_code and z.fiscal_year = d.fiscal_year
    group by z.scope_code, z.fiscal_year, z.posts, z.size_usd, z.smallest_group
),

-- the year's total minus the cells that are shown is the sum of those that are not
left_over as (
    select
        p.fiscal_year,
        count(distinct p.scope_code) as cells,
        coalesce({{ smallest_group('p.post_id') }}, 3) as smallest_group
    from posts as p
    inner join judged as j on p.scope_code = j.scope_code and p.fiscal_year = j.fiscal_year
    where j.reason is not null and p.scope_code <> 'ALL'
    group by p.fiscal_year
),

next_smallest as (
    select distinct on (j.fiscal_year)
        j.fiscal_year,
        j.scope_code
    from judged as j
    inner join left_over as l on j.fiscal_year = l.fiscal_year
    inner join judged as total
        on j.fiscal_year = total.fiscal_year and total.scope_code = 'ALL' and total.reason is null
    where
        (l.cells < 2 or l.smallest_group < 3)
        and j.scope_code <> 'ALL' and j.reason is null and not j.known
    order by j.fiscal_year, j.posts, j.size_usd, j.scope_code
),

with_next as (
    select
        j.scope_code,
        j.fiscal_year,
        j.posts,
        case when n.scope_code is not null then 'by_difference' else j.reason end as reason
    from judged as j
    left join next_smallest as n on j.fiscal_year = n.fiscal_year and j.scope_code = n.scope_code
),

still_unsafe as (
    select p.fiscal_year
    from posts as p
    inner join with_next as w on p.scope_code = w.scope_code and p.fiscal_year = w.fiscal_year
    where w.reason is not null and p.scope_code <> 'ALL'
    group by p.fiscal_year
    having count(distinct p.scope_code) < 2 or coalesce({{ smallest_group('p.post_id') }}, 3) < 3
)

select
    w.scope_code,
    w.fiscal_year,
    w.posts,
    case
        when w.reason is null and w.scope_code = 'ALL' and u.fiscal_year is not null then 'by_difference'
        else w.reason
    end as reason
from with_next as w
left join still_unsafe as u on w.fiscal_year = u.fiscal_year
