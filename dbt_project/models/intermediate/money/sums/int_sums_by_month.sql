-- One row per file x ISCM x project x month x money side x amount basis; no project: lines for the ISCM itself.
select
    submission_id,
    iscm_code,
    project_code,
    month,
    money_side,
    amount_basis,
    max(last_day) as last_day,
    sum(lower_usd) as lower_usd,
    sum(central_usd) as central_usd,
    sum(upper_usd) as upper_usd,
    count(distinct line_key) as source_lines,
    count(distinct line_key) filter (where not converted) as lines_not_converted
from {{ ref('int_months_by_iscm') }}
group by submission_id, iscm_code, project_code, month, money_side, amount_basis
