-- One row per claim that gives an amount or a headcount of one year: the same figure in our marts. A printed total is
-- that of the selected ISCMs; a claim without a kind of money is all kinds of its subject. Not there: no value.
with figures as (
    select
        'osi' as measure,
        member_code,
        report_scope,
        funding_source_class,
        amount_basis as basis,
        fiscal_year,
        amount_usd as amount
    from {{ ref('mart_osi_by_iscm') }}
    union all
    select
        'project_support' as measure,
        member_code,
        report_scope,
        funding_source_class,
        amount_basis as basis,
        fiscal_year,
        amount_usd as amount
    from {{ ref('mart_project_support_by_iscm') }}
    union all
    select
        'full_time_staff' as measure,
        member_code,
        report_scope,
        null as funding_source_class,
        'headcount' as basis,
        fiscal_year,
        full_time_staff as amount
    from {{ ref('mart_full_time_staff_by_iscm') }}
)

select
    c.claim_id,
    'figure_of_a_year' as check_rule,
    '' as part,
    trim_scale(sum(f.amount)) as computed_value
from {{ ref('fct_claims') }} as c
left join figures as f
    on
        c.measure = f.measure
        and c.basis = f.basis
        and c.fiscal_year = f.fiscal_year
        and case when c.is_total then f.report_scope = 'Selected ISCMs' else c.subject_code = f.member_code end
        and coalesce(c.funding_source_class, f.funding_source_class, '') = coalesce(f.funding_source_class, '')
where
    c.measure in ('osi', 'project_support', 'full_time_staff')
    and c.value_kind = 'number'
    and c.fiscal_year is not null
    and (c.currency is null or c.currency = 'USD')
group by c.claim_id
