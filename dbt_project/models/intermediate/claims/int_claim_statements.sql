-- One row per claim x question that our figures can answer beside the figure itself: bounds, money outside a selection,
-- money of others, a change that a text explains. Each part names its conflict of the register. Words mean what the
-- tables print, allocations: money on other bases answers none of them.
with claims as (
    select * from {{ ref('fct_claims') }}
),

money as (
    select * from {{ ref('int_money_by_year') }}
),

-- I-04: money of a project whose share is not known, printed as exact; what is certain of it
bounds as (
    select
        c.claim_id,
        'certain_part' as check_rule,
        '' as part,
        sum(m.lower_usd) as computed_value,
        c.claim_value <> sum(m.lower_usd) as contradicted
    from claims as c
    left join money as m
        on
            c.measure = m.measure and c.basis = m.amount_basis and c.project_code = m.member_code
            and c.fiscal_year = m.fiscal_year
    where c.measure = 'project_support' and c.value_kind = 'number' and c.project_code is not null
    group by c.claim_id, c.claim_value
),

-- I-06: the total of the selected ISCMs beside OSI of all
selection as (
    select
        c.claim_id,
        'all_iscms' as check_rule,
        '' as part,
        sum(m.amount_usd) as computed_value,
        c.claim_value <> sum(m.amount_usd) as contradicted
    from claims as c
    left join money as m on c.measure = m.measure and c.basis = m.amount_basis and c.fiscal_year = m.fiscal_year
    where c.measure = 'osi' and c.is_total and c.fiscal_year is not null
    group by c.claim_id, c.claim_value
),

-- I-07: words that somebody was paid by OSI in a year
paid as (
    select
        c.claim_id,
        'osi_of_the_year' as check_rule,
        '' as part,
        sum(m.amount_usd) as computed_value,
        sum(m.amount_usd) = 0 as contradicted
    from claims as c
    left join money as m
        on
            c.measure = m.measure and c.member_code = m.member_code and m.amount_basis = 'allocation'
            and extract(year from c.period_start) = m.fiscal_year
    where c.measure = 'osi' and c.value_kind = 'statement' and c.period_start is not null
    group by c.claim_id
),

-- I-08: project support of 0 beside donors' money for the same year
others as (
    select
        c.claim_id,
        'external_co_funding' as check_rule,
        '' as part,
        sum(o.claim_value) as computed_value,
        true as contradicted
    from claims as c
    inner join claims as o
        on c.member_code = o.member_code and c.fiscal_year = o.fiscal_year and c.currency = o.currency
    where c.measure = 'project_support' and c.claim_value = 0 and o.measure = 'external_co_funding'
    group by c.claim_id
    having sum(o.claim_value) > 0
),

-- I-09: support that "has begun to decrease", year by year
decrease as (
    select
        c.claim_id,
        'growth_of_the_year' as check_rule,
        m.year_to::text as part,
        m.growth_pct as computed_value,
        m.change_usd > 0 as contradicted
    from claims as c
    inner join {{ ref('mart_contribution_to_change') }} as m
        on
            c.member_code = m.member_code and m.measure = 'project_support' and m.amount_basis = 'allocation'
    where
        c.claim_id = 'L900-COLOMBO-DECREASE' and m.consecutive
        and m.year_from >= extract(year from c.period_start) and m.year_to <= extract(year from c.period_end)
),

-- I-10: a fall laid to one project; what the ISCM of that project explains
explained as (
    select
        c.claim_id,
        'contribution_to_change' as check_rule,
        '' as part,
        m.contribution_pct as computed_value,
        m.contribution_pct < 100 as contradicted
    from claims as c
    left join {{ ref('mart_contribution_to_change') }} as m
        on
            c.member_code = m.member_code and m.measure = 'project_support' and m.amount_basis = 'allocation'
            and extract(year from c.period_start) = m.year_from and extract(year from c.period_end) = m.year_to
    where c.claim_id = 'L896-PROJECT-DROP'
),

-- I-20: the count of selected ISCMs beside those of Table 3 that are ISCMs
selected as (
    select
        c.claim_id,
        'iscms_of_table_3' as check_rule,
        '' as part,
        count(distinct r.code) as computed_value,
        c.claim_value <> count(distinct r.code) as contradicted
    from claims as c
    left join claims as t on c.source_document = t.source_document and t.source_table = 'Table 3'
    left join {{ ref('ref_iscms') }} as r on t.member_code = r.code and r.member_kind = 'iscm'
    where c.claim_id = 'L331-SELECTED'
    group by c.claim_id, c.claim_value
),

-- three staff in Bangkok and one in Canberra, all of their time (lines 615 and 984), in the latest year reported
posts as (
    select
        c.claim_id,
        'full_time_posts_of_the_office' as check_rule,
        '' as part,
        nullif(count(distinct a.post_id), 0) as computed_value,
        c.claim_value <> nullif(count(distinct a.post_id), 0) as contradicted
    from claims as c
    inner join
        (
            values
            ('L615-BALI-BANGKOK', 'CO-BANGKOK'), ('L984-BALI-BANGKOK', 'CO-BANGKOK'),
            ('L984-BALI-CANBERRA-FULL', 'CO-CANBERRA')
        ) as o (claim_id, duty_office)
        on c.claim_id = o.claim_id
    left join {{ ref('fct_assignments') }} as a
        on
            c.member_code = a.iscm_code and o.duty_office = a.duty_office and a.assignment_type = 'full_time'
            and extract(year from c.as_of_date) = a.fiscal_year
    group by c.claim_id, c.claim_value
)

select
    claim_id,
    check_rule,
    part,
    trim_scale(computed_value) as computed_value,
    contradicted
from (
    select * from bounds
    union all
    select * from selection
    union all
    select * from paid
    union all
    select * from others
    union all
    select * from decrease
    union all
    select * from explained
    union all
    select * from selected
    union all
    select * from posts
) as answers
