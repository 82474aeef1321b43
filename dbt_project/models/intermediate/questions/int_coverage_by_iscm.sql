-- One row per ISCM or event series x year: what is known of the whole that a figure should cover. Where nobody told how
-- large the whole is there is no per cent: neither 0 nor 100.
with years as (
    select fiscal_year from {{ ref('int_fiscal_years') }}
    union
    select fiscal_year from {{ ref('fct_events') }}
    union
    select fiscal_year from {{ ref('int_contributions_by_year') }}
),

linked as (
    -- projects of which a register says that they serve the ISCM, in the years in which they do; no register says when
    -- a project began
    select
        iscm_code,
        project_code,
        '-infinity'::date as effective_from,
        coalesce(ends_on, 'infinity'::date) as effective_to
    from {{ ref('stg_projects') }}
    union
    select
        iscm_code,
        project_code,
        effective_from,
        coalesce(effective_to, 'infinity'::date) as effective_to
    from {{ ref('stg_project_iscm_shares') }}
    where project_code not in (
        select p.code
        from {{ ref('ref_iscms') }} as p
        where p.member_kind = 'pool'
    )
),

projects as (
    select
        l.iscm_code,
        y.fiscal_year,
        count(distinct l.project_code)::integer as projects_known,
        (count(distinct l.project_code) filter (where p.reviewed = 'yes'))::integer as projects_reviewed,
        bool_and(p.reviewed is not null) as all_say
    from linked as l
    inner join years as y
        on make_date(y.fiscal_year, 12, 31) >= l.effective_from and make_date(y.fiscal_year, 1, 1) <= l.effective_to
    left join {{ ref('stg_projects') }} as p on l.project_code = p.project_code
    group by l.iscm_code, y.fiscal_year
),

told as (
    select
        iscm_code,
        fiscal_year,
        reporting_office
    from {{ ref('int_money_by_project') }}
    where iscm_code is not null
    union
    select
        iscm_code,
        extract(year from period_start)::integer as fiscal_year,
        reporting_office
    from {{ ref('stg_assignments') }}
    union
    select
        member_code as iscm_code,
        fiscal_year,
        reporting_office
    from {{ ref('fct_events') }}
),

reporting as (
    -- the count of engaged offices is one of field offices: what Headquarters tells covers none of them
    select
        t.iscm_code,
        t.fiscal_year,
        count(*)::integer as offices_reporting
    from told as t
    inner join {{ ref('ref_offices') }} as o
        on t.reporting_office = o.code and o.office_kind in ('regional_office', 'country_office')
    group by t.iscm_code, t.fiscal_year
),

engaged as (
    -- a count of offices holds for the year in which it was made, not for others
    select
        member_code as iscm_code,
        extract(year from as_of_date)::integer as fiscal_year,
        max(value)::integer as offices_engaged
    from {{ ref('stg_source_claims') }}
    where measure = 'offices_engaged' and value_kind = 'number' and is_total = 'no' and member_code is not null
    group by member_code, extract(year from as_of_date)
),

counted as (
    select
        m.code as iscm_code,
        y.fiscal_year,
        case when p.all_say then p.projects_reviewed end as projects_reviewed,
        coalesce(p.projects_known, 0) as projects_known,
        coalesce(p.all_say, false) as projects_are_known,
        coalesce(r.offices_reporting, 0) as offices_reporting,
        e.offices_engaged,
        -- more offices than were counted: then the count is not the whole
        coalesce(e.offices_engaged > 0 and e.offices_engaged >= coalesce(r.offices_reporting, 0), false)
            as offices_are_known,
        coalesce(s.posts_with_effort, 0) as posts_with_effort,
        coalesce(s.posts_known, 0) as posts_known
    from {{ ref('ref_iscms') }} as m
    cross join years as y
    left join projects as p on m.code = p.iscm_code and y.fiscal_year = p.fiscal_year
    left join reporting as r on m.code = r.iscm_code and y.fiscal_year = r.fiscal_year
    left join engaged as e on m.code = e.iscm_code and y.fiscal_year = e.fiscal_year
    left join {{ ref('mart_staff_cost_by_iscm') }} as s on m.code = s.iscm_code and y.fiscal_year = s.fiscal_year
    where m.member_kind <> 'pool'
)

select
    iscm_code,
    fiscal_year,
    projects_reviewed,
    projects_known,
    case when projects_are_known then round(100.0 * projects_reviewed / projects_known, 2) end::numeric(5, 2)
        as projects_coverage_pct,
    case when projects_are_known then 'known' else 'not known' end as projects_coverage_state,
    offices_reporting,
    offices_engaged,
    case when offices_are_known then round(100.0 * offices_reporting / offices_engaged, 2) end::numeric(5, 2)
        as offices_coverage_pct,
    case when offices_are_known then 'known' else 'not known' end as offices_coverage_state,
    posts_with_effort,
    posts_known,
    case when posts_known > 0 then round(100.0 * posts_with_effort / posts_known, 2) end::numeric(5, 2)
        as posts_coverage_pct,
    case when posts_known > 0 then 'known' else 'not known' end as posts_coverage_state
from counted
