-- One row per file x measure x member x ISCM x fiscal year x funding source class x amount basis x attribution.
select
    p.submission_id,
    p.measure,
    p.money_side,
    p.member_code,
    max(p.member_name) as member_name,
    p.member_kind,
    p.iscm_code,
    max(p.report_scope) as report_scope,
    p.fiscal_year,
    p.funding_source_class,
    p.amount_basis,
    p.attribution,
    sum(p.amount_usd) as amount_usd,
    sum(p.lower_usd) as lower_usd,
    sum(p.central_usd) as central_usd,
    sum(p.upper_usd) as upper_usd,
    count(distinct p.line_key) as source_lines,
    count(distinct p.line_key) filter (where p.amount_usd is null) as lines_not_converted
from {{ ref('fct_investment_lines') }} as p
inner join {{ ref('int_money_files') }} as f on p.submission_id = f.submission_id
where f.state = 'make'
group by
    p.submission_id, p.measure, p.money_side, p.member_code, p.member_kind, p.iscm_code, p.fiscal_year,
    p.funding_source_class, p.amount_basis, p.attribution
