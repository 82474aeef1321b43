-- One row per measure x member x ISCM x fiscal year x funding source class x amount basis x attribution; a member
-- without any line in a year has one row that says so. A line without a rate has no amount in USD: then the sum is a
-- part only, and neither central nor upper are known.
{{ config(materialized='table') }}
with summed as (
    select
        measure,
        money_side,
        member_code,
        max(member_name) as member_name,
        member_kind,
        iscm_code,
        max(report_scope) as report_scope,
        fiscal_year,
        funding_source_class,
        amount_basis,
        attribution,
        sum(amount_usd) as amount_usd,
        sum(lower_usd) as lower_usd,
        sum(central_usd) as central_usd,
        sum(upper_usd) as upper_usd,
        sum(source_lines)::integer as source_lines,
        sum(lines_not_converted)::integer as lines_not_converted
    from {{ ref('int_sums_by_member') }}
    group by
        measure, money_side, member_code, member_kind, iscm_code, fiscal_year, funding_source_class, amount_basis,
        attribution
),

members as (
    select
        measure,
        member_code,
        max(member_name) as member_name,
        max(member_kind) as member_kind,
        max(iscm_code) as iscm_code,
        max(report_scope) as report_scope
    from summed
    group by measure, member_code
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
),

gaps as (
    select
        m.*,
        y.fiscal_year
    from members as m
    cross join {{ ref('int_fiscal_years') }} as y
    where
        not exists (
            select 1
            from summed as s
            where s.measure = m.measure and s.member_code = m.member_code and s.fiscal_year = y.fiscal_year
        )
)

select
    measure,
    money_side,
    member_code,
    member_name,
    member_kind,
    iscm_code,
    report_scope,
    fiscal_year,
    funding_source_class,
    amount_basis,
    attribution,
    amount_usd::numeric(18, 2) as amount_usd,
    lower_usd::numeric(18, 2) as lower_usd,
    case when lines_not_converted = 0 then central_usd end::numeric(18, 2) as central_usd,
    case when lines_not_converted = 0 then upper_usd end::numeric(18, 2) as upper_usd,
    case
        when amount_usd is null then 'not_converted'
        when lines_not_converted > 0 then 'partly_converted'
        when amount_usd = 0 then 'zero'
        else 'value'
    end as amount_state,
    source_lines,
    lines_not_converted
from summed
union all
select
    measure,
    null as money_side,
    member_code,
    member_name,
    member_kind,
    iscm_code,
    report_scope,
    fiscal_year,
    'not_reported' as funding_source_class,
    'not_reported' as amount_basis,
    'not_reported' as attribution,
    null::numeric(18, 2) as amount_usd,
    null::numeric(18, 2) as lower_usd,
    null::numeric(18, 2) as central_usd,
    null::numeric(18, 2) as upper_usd,
    'not_reported' as amount_state,
    0 as source_lines,
    0 as lines_not_converted
from gaps
