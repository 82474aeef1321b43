-- One row per report scope x fiscal year x money side x amount basis: what IOM invested in all ISCMs together.
-- Money whose share is not known counts once here, however many ISCMs may have a part of it.
select
    report_scope,
    fiscal_year,
    money_side,
    amount_basis,
    sum(amount_usd)::numeric(18, 2) as amount_usd,
    sum(lower_usd)::numeric(18, 2) as lower_usd,
    case when sum(lines_not_converted) = 0 then sum(central_usd) end::numeric(18, 2) as central_usd,
    case when sum(lines_not_converted) = 0 then sum(upper_usd) end::numeric(18, 2) as upper_usd,
    sum(source_lines)::integer as source_lines,
    sum(lines_not_converted)::integer as lines_not_converted,
    {{ build_id() }} as build_id
from {{ ref('int_sums_by_scope') }}
group by report_scope, fiscal_year, money_side, amount_basis
