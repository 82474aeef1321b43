-- One row per ISCM or event series x fiscal year x money side x amount basis: what IOM invested, with bounds.
-- Upper holds all money of which the ISCM's share is not known, also when several ISCMs may share it: uppers of ISCMs
-- do not add up to a total (mart_total_by_year does).
with summed as (
    select
        iscm_code,
        fiscal_year,
        money_side,
        amount_basis,
        sum(lower_usd) as lower_usd,
        sum(central_usd) as central_usd,
        sum(upper_usd) as upper_usd,
        sum(source_lines)::integer as source_lines,
        sum(lines_not_converted)::integer as lines_not_converted
    from {{ ref('int_sums_by_iscm') }}
    group by iscm_code, fiscal_year, money_side, amount_basis
)

select
    m.code as iscm_code,
    m.name as iscm_name,
    m.member_kind,
    m.report_scope,
    y.fiscal_year,
    coalesce(s.money_side, 'not_reported') as money_side,
    coalesce(s.amount_basis, 'not_reported') as amount_basis,
    s.lower_usd::numeric(18, 2) as lower_usd,
    case when s.lines_not_converted = 0 then s.central_usd end::numeric(18, 2) as central_usd,
    case when s.lines_not_converted = 0 then s.upper_usd end::numeric(18, 2) as upper_usd,
    case
        when s.iscm_code is null then 'not_reported'
        when s.lower_usd is null then 'not_converted'
        when s.lines_not_converted > 0 then 'partly_converted'
        when s.lower_usd = 0 and s.upper_usd = 0 then 'zero'
        else 'value'
    end as amount_state,
    s.lower_usd = s.upper_usd and s.lines_not_converted = 0 as is_precise,
    coalesce(s.source_lines, 0) as source_lines,
    coalesce(s.lines_not_converted, 0) as lines_not_converted,
    {{ build_id() }} as build_id
from {{ ref('ref_iscms') }} as m
cross join {{ ref('int_fiscal_years') }} as y
left join summed as s on m.code = s.iscm_code and y.fiscal_year = s.fiscal_year
where m.member_kind <> 'pool'
