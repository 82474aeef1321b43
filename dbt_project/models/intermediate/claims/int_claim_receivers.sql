-- One row per statement that an ISCM receives OSI or project support x ISCM, and one per selected ISCM that has money
-- and is not named: what it received in the years of the statement, unknown shares at 100 per cent.
with statements as (
    select
        claim_id,
        source_document,
        member_code,
        replace(measure, 'receives_', '') as measure,
        extract(year from period_start)::integer as year_from,
        extract(year from period_end)::integer as year_to
    from {{ ref('fct_claims') }}
    where measure in ('receives_osi', 'receives_project_support')
),

named as (
    select *
    from statements
    where member_code is not null and year_from is not null
),

-- the statement as a whole, which stands for those whom it does not name
lists as (
    select
        w.claim_id,
        w.measure,
        w.source_document,
        min(n.year_from) as year_from,
        max(n.year_to) as year_to
    from statements as w
    inner join named as n on w.measure = n.measure and w.source_document = n.source_document
    where w.member_code is null
    group by w.claim_id, w.measure, w.source_document
),

received as (
    select
        measure,
        iscm_code,
        fiscal_year,
        upper_usd
    from {{ ref('int_money_by_year') }}
    where report_scope = 'Selected ISCMs' and iscm_code is not null and amount_basis = 'allocation'
),

answers as (
    select
        n.claim_id,
        n.member_code as part,
        true as is_named,
        sum(r.upper_usd) as computed_value
    from named as n
    left join received as r
        on n.measure = r.measure and n.member_code = r.iscm_code and r.fiscal_year between n.year_from and n.year_to
    group by n.claim_id, n.member_code
    union all
    select
        w.claim_id,
        r.iscm_code as part,
        false as is_named,
        sum(r.upper_usd) as computed_value
    from lists as w
    inner join received as r on w.measure = r.measure and r.fiscal_year between w.year_from and w.year_to
    where
        not exists (
            select 1
            from named as n
            where
                n.measure = w.measure and n.source_document = w.source_document and n.member_code = r.iscm_code
        )
    group by w.claim_id, r.iscm_code
)

select
    claim_id,
    'received' as check_rule,
    part,
    trim_scale(computed_value) as computed_value,
    -- named without money, or money without being named; whatever is not reported decides nothing
    case when is_named then computed_value = 0 else computed_value > 0 end as contradicted
from answers
