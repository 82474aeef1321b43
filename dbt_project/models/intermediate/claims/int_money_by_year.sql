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
from (
    select
        'osi' as measure,
        report_scope,
        member_code,
        member_name,
        member_kind,
        iscm_code,
        amount_basis,
        fiscal_year,
        amount_state,
        amount_usd,
        lower_usd,
        upper_usd
    from {{ ref('mart_osi_by_iscm') }}
    union all
    select
        'project_support' as measure,
        report_scope,
        member_code,
        member_name,
        member_kind,
        iscm_code,
        amount_basis,
        fiscal_year,
        amount_state,
        amount_usd,
        lower_usd,
        upper_usd
    from {{ ref('mart_project_support_by_iscm') }}
) as money
where amount_state <> 'not_reported'
group by
    measure, report_scope, member_code, member_name, member_kind, iscm_code, amount_basis, fiscal_year
