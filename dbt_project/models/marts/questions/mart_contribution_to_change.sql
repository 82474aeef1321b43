-- One row per measure x report scope x amount basis x member x pair of years (from, to): what each member adds to the
-- change between two years. A member that is not reported in one of them is left out of the total, and says so.
with amounts as (
    -- what is not attributed of a project has several names when what is known of its shares changes; it is one member
    select
        measure,
        report_scope,
        amount_basis,
        member_code,
        max(member_name) as member_name,
        max(member_kind) as member_kind,
        fiscal_year,
        sum(amount_usd) as amount_usd
    from {{ ref('int_money_by_year') }}
    group by measure, report_scope, amount_basis, member_code, fiscal_year
),

members as (
    select
        measure,
        report_scope,
        amount_basis,
        member_code,
        max(member_name) as member_name,
        max(member_kind) as member_kind
    from amounts
    group by measure, report_scope, amount_basis, member_code
),

years as (
    select
        a.fiscal_year as year_from,
        b.fiscal_year as year_to
    from {{ ref('int_fiscal_years') }} as a
    inner join {{ ref('int_fiscal_years') }} as b on a.fiscal_year < b.fiscal_year
),

changes as (
    select
        m.measure,
        m.report_scope,
        m.amount_basis,
        m.member_code,
        m.member_name,
        m.member_kind,
        y.year_from,
        y.year_to,
        a.amount_usd as amount_from_usd,
        b.amount_usd as amount_to_usd,
        b.amount_usd - a.amount_usd as change_usd
    from members as m
    cross join years as y
    left join amounts as a
        on
            m.measure = a.measure and m.report_scope = a.report_scope and m.amount_basis = a.amount_basis
            and m.member_code = a.member_code and y.year_from = a.fiscal_year
    left join amounts as b
        on
            m.measure = b.measure and m.report_scope = b.report_scope and m.amount_basis = b.amount_basis
            and m.member_code = b.member_code and y.year_to = b.fiscal_year
),

totals as (
    select
        *,
        sum(amount_from_usd) filter (where change_usd is not null) over whole as total_from_usd,
        sum(amount_to_usd) filter (where change_usd is not null) over whole as total_to_usd,
        sum(change_usd) over whole as total_change_usd
    from changes
    window whole as (partition by measure, report_scope, amount_basis, year_from, year_to)
)

select
    measure,
    report_scope,
    amount_basis,
    member_code,
    member_name,
    member_kind,
    year_from,
    year_to,
    year_to = year_from + 1 as consecutive,
    amount_from_usd::numeric(18, 2) as amount_from_usd,
    amount_to_usd::numeric(18, 2) as amount_to_usd,
    change_usd::numeric(18, 2) as change_usd,
    -- numeric throughout: round() of a numeric rounds half up; growth from nothing is not a number
    round(100 * change_usd / nullif(amount_from_usd, 0), 2)::numeric(18, 2) as growth_pct,
    round(100 * change_usd / nullif(total_change_usd, 0), 1)::numeric(18, 1) as contribution_pct,
    total_from_usd::numeric(18, 2) as total_from_usd,
    total_to_usd::numeric(18, 2) as total_to_usd,
    total_change_usd::numeric(18, 2) as total_change_usd,
    round(100 * total_change_usd / nullif(total_from_usd, 0), 2)::numeric(18, 2) as total_growth_pct,
    case when change_usd is null then 'not_reported' when change_usd = 0 then 'zero' else 'value' end as change_state,
    {{ build_id() }} as build_id
from totals
