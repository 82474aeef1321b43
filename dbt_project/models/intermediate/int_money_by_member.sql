-- One row per measure x member x fiscal year x funding source class x amount basis; a member without any line in a
-- year has one row that says so.
with summed as (
    select
        measure,
        member_code,
        fiscal_year,
        funding_source_class,
        amount_basis,
        attribution,
        sum(amount_usd) as amount_usd,
        sum(lower_usd) as lower_usd,
        sum(central_usd) as central_usd,
        sum(upper_usd) as upper_usd,
        count(*)::integer as source_lines
    from {{ ref('fct_investment_lines') }}
    group by measure, member_code, fiscal_year, funding_source_class, amount_basis, attribution
),

members as (
    select distinct
        measure,
        member_code,
        member_name,
        member_kind,
        iscm_code,
        report_scope
    from {{ ref('fct_investment_lines') }}
    union
    -- whoever is in the register and was not reported is shown as not reported; a pool is no one's to report
    select
        measures.measure,
        m.code as member_code,
        m.name as member_name,
        m.member_kind,
        m.code as iscm_code,
        m.report_scope
    from {{ ref('ref_iscms') }} as m
    cross join (values ('osi'), ('project_support')) as measures (measure)
    where m.member_kind <> 'pool'
)

select
    members.measure,
    members.member_code,
    members.member_name,
    members.member_kind,
    members.iscm_code,
    members.report_scope,
    years.fiscal_year,
    coalesce(summed.funding_source_class, 'not_reported') as funding_source_class,
    coalesce(summed.amount_basis, 'not_reported') as amount_basis,
    coalesce(summed.attribution, 'not_reported') as attribution,
    summed.amount_usd::numeric(18, 2) as amount_usd,
    summed.lower_usd::numeric(18, 2) as lower_usd,
    summed.central_usd::numeric(18, 2) as central_usd,
    summed.upper_usd::numeric(18, 2) as upper_usd,
    case
        when summed.amount_usd is null then 'not_reported'
        when summed.amount_usd = 0 then 'zero'
        else 'value'
    end as amount_state,
    coalesce(summed.source_lines, 0) as source_lines
from members
cross join {{ ref('int_fiscal_years') }} as years
left join summed
    on
        members.measure = summed.measure
        and members.member_code = summed.member_code
        and years.fiscal_year = summed.fiscal_year
