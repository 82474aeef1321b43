-- One row per file x report scope x fiscal year x money side x amount basis.
select
    submission_id,
    report_scope,
    fiscal_year,
    money_side,
    amount_basis,
    sum(amount_usd) as amount_usd,
    sum(lower_usd) as lower_usd,
    sum(central_usd) as central_usd,
    sum(upper_usd) as upper_usd,
    count(distinct line_key) as source_lines,
    count(distinct line_key) filter (where amount_usd is null) as lines_not_converted
from {{ ref('fct_investment_lines') }}
where submission_id in ({{ files_to_make() }})
group by submission_id, report_scope, fiscal_year, money_side, amount_basis
