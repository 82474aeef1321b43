-- One row per part of the fact x ISCM that it reaches or may reach, with what it adds to the ISCM's bounds. Money of
-- unknown share adds nothing to lower and central, and all of it to the upper bound of each ISCM that may share it.
select
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
from {{ ref('fct_investment_lines') }}
where attribution <> 'unattributed'
union all
select
    f.part_key,
    f.line_key,
    s.iscm_code,
    f.fiscal_year,
    f.period_start,
    f.period_end,
    f.money_side,
    f.amount_basis,
    f.amount_usd,
    f.lower_usd,
    f.central_usd,
    f.upper_usd
from {{ ref('fct_investment_lines') }} as f
inner join {{ ref('int_shares') }} as s
    on
        f.project_code = s.project_code
        and f.period_start between s.effective_from and s.effective_to
        and s.share_pct is null
where f.share_status = 'unknown'
