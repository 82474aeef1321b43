-- One row per measure x report scope x member x amount basis x fiscal year that is reported: kinds of money together,
-- bases never.
select
    measure,
    report_scope,
    member_code,
    member_name,
    member_kind,
    iscm_code,
    amount_basis,
    fiscal_year,
    sum(amount_usd)::numeric(18, 2) as amount_usd,
    sum(lower_usd)::numeric(18, 2) as lower_usd,
    sum(upper_usd)::numeric(18, 2) as upper_usd
from {{ ref('int_money_by_member') }}
where measure in ('osi', 'project_support') and amount_state <> 'not_reported'
group by
    measure, report_scope, member_code, member_name, member_kind, iscm_code, amount_basis, fiscal_year
