-- One row per part of the fact that was made in this build x ISCM that it reaches or may reach, with what it adds to
-- the ISCM's bounds. Money of unknown share adds nothing to lower and central, and all of it to the upper bound of each
-- ISCM that may share it.
with parts as (
    select p.*
    from {{ ref('fct_investment_lines') }} as p
    inner join {{ ref('int_money_files') }} as f on p.submission_id = f.submission_id
    where f.state = 'make'
)

select
    submission_id,
    part_key,
    line_key,
    iscm_code,
    fiscal_year,
    period_start,
    period_end,
    money_side,
    amount_basis,
    amount_usd,
    lower_usd,
    central_usd,
    central_usd as upper_usd
from parts
where attribution <> 'unattributed'
union all
select
    p.submission_id,
    p.part_key,
    p.line_key,
    m.iscm_code,
    p.fiscal_year,
    p.period_start,
    p.period_end,
    p.money_side,
    p.amount_basis,
    p.amount_usd,
    p.lower_usd,
    p.central_usd,
    p.upper_usd
from parts as p
cross join lateral string_to_table(p.may_reach, ',') as m (iscm_code)
