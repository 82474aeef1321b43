-- One row per file x measure x member x ISCM x fiscal year x funding source class x amount basis x attribution.
select
    submission_id,
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
    count(distinct line_key) as source_lines,
    count(distinct line_key) filter (where amount_usd is null) as lines_not_converted
from {{ ref('fct_investment_lines') }}
where submission_id in ({{ files_to_make() }})
group by
    submission_id, measure, money_side, member_code, member_kind, iscm_code, fiscal_year,
    funding_source_class, amount_basis, attribution
