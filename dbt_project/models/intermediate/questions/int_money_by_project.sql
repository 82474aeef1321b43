-- One row per ISCM x project x reporting office x fiscal year x money side x amount basis: the fact read once, for the
-- questions that the money marts cannot answer because they know neither projects nor offices. Empty ISCM: money that
-- is no single one's; empty project: a line for an ISCM or pool itself.
{{ config(materialized='table') }}

select
    iscm_code,
    report_scope,
    project_code,
    reporting_office,
    fiscal_year,
    money_side,
    amount_basis,
    min(period_start) as first_day,
    max(period_end) as last_day,
    sum(lower_usd)::numeric(18, 2) as lower_usd,
    sum(central_usd)::numeric(18, 2) as central_usd,
    sum(upper_usd)::numeric(18, 2) as upper_usd,
    count(distinct line_key)::integer as source_lines,
    (count(distinct line_key) filter (where amount_usd is null))::integer as lines_not_converted
from {{ ref('fct_investment_lines') }}
group by iscm_code, report_scope, project_code, reporting_office, fiscal_year, money_side, amount_basis
