-- One row per file x ISCM x fiscal year x money side x amount basis.
select
    submission_id,
    iscm_code,
    fiscal_year,
    money_side,
    amount_basis,
    sum(lower_usd) as lower_usd,
    sum(central_usd) as central_usd,
    sum(upper_usd) as upper_usd,
    count(distinct line_key) as source_lines,
    count(distinct line_key) filter (where amount_usd is null) as lines_not_converted
from {{ ref('int_parts_by_iscm') }}
group by submission_id, iscm_code, fiscal_year, money_side, amount_basis
