-- One row per ISCM or event series x fiscal year: posts whose terms of reference name the work, and staffing plans.
with posts as (
    select distinct
        iscm_code,
        fiscal_year,
        post_id
    from {{ ref('int_staff_effort') }}
),

told as (
    -- a post may have several documents: one that names the ISCM is enough
    select
        p.iscm_code,
        p.fiscal_year,
        p.post_id,
        coalesce(bool_or(t.iscm_named = 'yes'), false) as naming,
        coalesce(bool_or(t.iscm_named = 'no'), false) as not_naming,
        count(t.tor_id) > 0 as has_terms
    from posts as p
    left join {{ ref('int_terms_in_force') }} as t
        on
            p.iscm_code = t.iscm_code
            and p.fiscal_year = t.fiscal_year
            and p.post_id = t.post_id
            and t.document_type = 'terms_of_reference'
    group by p.iscm_code, p.fiscal_year, p.post_id
),

counted as (
    select
        iscm_code,
        fiscal_year,
        count(*)::integer as posts_known,
        count(*) filter (where has_terms)::integer as posts_with_terms,
        count(*) filter (where naming)::integer as posts_naming,
        count(*) filter (where not_naming and not naming)::integer as posts_not_naming,
        count(*) filter (where has_terms and not naming and not not_naming)::integer as posts_not_stated
    from told
    group by iscm_code, fiscal_year
),

planned as (
    -- a count that one of the plans leaves blank is not known
    select
        iscm_code,
        fiscal_year,
        count(*)::integer as staffing_plans,
        case when count(posts_needed) = count(*) then sum(posts_needed)::integer end as posts_needed,
        case when count(posts_filled) = count(*) then sum(posts_filled)::integer end as posts_filled,
        case when count(posts_funded) = count(*) then sum(posts_funded)::integer end as posts_funded
    from {{ ref('int_terms_in_force') }}
    where document_type = 'staffing_plan'
    group by iscm_code, fiscal_year
)

select
    m.code as member_code,
    m.name as member_name,
    m.member_kind,
    m.code as iscm_code,
    m.report_scope,
    y.fiscal_year,
    coalesce(c.posts_known, 0) as posts_known,
    coalesce(c.posts_with_terms, 0) as posts_with_terms,
    coalesce(c.posts_naming, 0) as posts_naming,
    coalesce(c.posts_not_naming, 0) as posts_not_naming,
    coalesce(c.posts_not_stated, 0) as posts_not_stated,
    round(100.0 * c.posts_naming / c.posts_known, 2)::numeric(5, 2) as tor_coverage_pct,
    case when c.iscm_code is null then 'not_reported' when c.posts_naming = 0 then 'zero' else 'value' end as tor_state,
    coalesce(p.staffing_plans, 0) as staffing_plans,
    p.posts_needed,
    p.posts_filled,
    p.posts_funded,
    case when p.iscm_code is null then 'not_reported' when p.posts_needed = 0 then 'zero' else 'value' end
        as plan_state,
    {{ build_id() }} as build_id
from {{ ref('ref_iscms') }} as m
cross join {{ ref('int_fiscal_years') }} as y
left join counted as c on m.code = c.iscm_code and y.fiscal_year = c.fiscal_year
left join planned as p on m.code = p.iscm_code and y.fiscal_year = p.fiscal_year
where m.member_kind <> 'pool'
