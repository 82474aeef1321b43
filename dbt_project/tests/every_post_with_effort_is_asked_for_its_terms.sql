-- Terms of reference and staffing plans, several of a post, change neither number of posts: known, and told of.
with behind as (
    select
        iscm_code,
        fiscal_year,
        count(distinct post_id) as posts
    from {{ ref('int_staff_effort') }}
    group by iscm_code, fiscal_year
),

shown as (
    select
        iscm_code,
        fiscal_year,
        sum(posts_known) as posts,
        sum(posts_naming + posts_not_naming + posts_not_stated) as told,
        sum(posts_with_terms) as with_terms
    from {{ ref('mart_tor_coverage') }}
    group by iscm_code, fiscal_year
)

select
    coalesce(b.iscm_code, s.iscm_code) as iscm_code,
    coalesce(b.fiscal_year, s.fiscal_year) as fiscal_year
from behind as b
full join shown as s on b.iscm_code = s.iscm_code and b.fiscal_year = s.fiscal_year
where coalesce(b.posts, 0) <> coalesce(s.posts, 0) or s.told <> s.with_terms
