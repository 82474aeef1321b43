-- One row per ISCM x project x reporting office x fiscal year x money side x amount basis, for the questions that the
-- money marts cannot answer because they know neither projects nor offices. Empty ISCM: money that is no single one's;
-- empty project: a line for an ISCM or pool itself.
select
    iscm_code,
    report_scope,
    project_code,
    reporting_office,
    fiscal_year,
    money_side,
    amount_basis,
    min(first_day) as first_day,
    max(last_day) as last_day,
    sum(lower_usd)::numeric(18, 2) as lower_usd,
    sum(central_usd)::numeric(18, 2) as central_usd,
    sum(upper_usd)::numeric(18, 2) as upper_usd,
    sum(source_lines)::integer as source_lines,
    sum(lines_not_converted)::integer as lines_not_converted
from {{ ref('int_sums_by_project') }}
group by iscm_code, report_scope, project_code, reporting_office, fiscal_year, money_side, amount_basis
