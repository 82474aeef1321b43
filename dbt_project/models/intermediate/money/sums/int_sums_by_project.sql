-- One row per file x ISCM x report scope x project x reporting office x fiscal year x money side x amount basis. Empty
-- ISCM: money that is no single one's; empty project: a line for an ISCM or pool itself.
select
    submission_id,
    iscm_code,
    report_scope,
    project_code,
    reporting_office,
    fiscal_year,
    money_side,
    amount_basis,
    min(period_start) as first_day,
    max(period_end) as last_day,
    sum(lower_usd) as lower_usd,
    sum(central_usd) as central_usd,
    sum(upper_usd) as upper_usd,
    count(distinct line_key) as source_lines,
    count(distinct line_key) filter (where amount_usd is null) as lines_not_converted
from {{ ref('fct_investment_lines') }}
where submission_id in ({{ files_to_make() }})
group by
    submission_id, iscm_code, report_scope, project_code, reporting_office, fiscal_year, money_side, amount_basis
