-- One row per ISCM or event series x fiscal year. Headcount is a stock: it is never summed across years.
with counted as (
    select
        iscm_code,
        fiscal_year,
        count(distinct post_id) filter (where assignment_type = 'full_time')::integer as full_time_posts,
        bool_or(assignment_type = 'nil') as nil_stated,
        count(*)::integer as source_lines
    from {{ ref('fct_assignments') }}
    group by iscm_code, fiscal_year
)

select
    m.code as member_code,
    m.name as member_name,
    m.member_kind,
    m.code as iscm_code,
    m.report_scope,
    y.fiscal_year,
    -- zero needs a statement: no row at all means that nobody told us
    case when c.full_time_posts > 0 or c.nil_stated then c.full_time_posts end as full_time_staff,
    case
        when c.full_time_posts > 0 then 'value'
        when c.nil_stated then 'zero'
        else 'not_reported'
    end as staff_state,
    coalesce(c.source_lines, 0) as source_lines,
    {{ build_id() }} as build_id
from {{ ref('ref_iscms') }} as m
cross join {{ ref('int_fiscal_years') }} as y
left join counted as c on m.code = c.iscm_code and y.fiscal_year = c.fiscal_year
where m.member_kind <> 'pool'
