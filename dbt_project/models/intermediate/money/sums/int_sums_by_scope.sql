-- One row per file x report scope x fiscal year x money side x amount basis.
select
    p.submission_id,
    p.report_scope,
    p.fiscal_year,
    p.money_side,
    p.amount_basis,
    sum(p.amount_usd) as amount_usd,
    sum(p.lower_usd) as lower_usd,
    sum(p.central_usd) as central_usd,
    sum(p.upper_usd) as upper_usd,
    count(distinct p.line_key) as source_lines,
    count(distinct p.line_key) filter (where p.amount_usd is null) as lines_not_converted
from {{ ref('fct_investment_lines') }} as p
inner join {{ ref('int_money_files') }} as f on p.submission_id = f.submission_id
where f.state = 'make'
group by p.submission_id, p.report_scope, p.fiscal_year, p.money_side, p.amount_basis
