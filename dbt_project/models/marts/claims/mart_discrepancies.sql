-- One row per pair that disagrees (two claims, or a claim and a computed figure) or could not be computed, and at least
-- one per conflict of the register. Whatever agrees and is in no register has no row.
with claims as (
    select * from {{ ref('fct_claims') }}
),

register as (
    select * from {{ ref('ref_conflicts') }}
),

-- which conflict a rule answers, where its claims do not say
rules (check_rule, conflict_id) as (
    values
    ('certain_part', 'I-04'), ('growth_without_pools', 'I-05'), ('all_iscms', 'I-06'), ('osi_of_the_year', 'I-07'),
    ('external_co_funding', 'I-08')
),

pairs as (
    select
        'claim_and_claim' as discrepancy_kind,
        p.pair_kind as compared_by,
        '' as part,
        p.claim_id,
        p.other_claim_id,
        b.claim_value as other_value,
        b.statement as other_statement,
        b.unit as other_unit,
        p.difference,
        coalesce(a.conflict_id, b.conflict_id) as conflict_id
    from {{ ref('int_claim_pairs') }} as p
    inner join claims as a on p.claim_id = a.claim_id
    inner join claims as b on p.other_claim_id = b.claim_id
    where p.pair_kind <> 'same_figure' or p.difference <> 0
),

checks as (
    select
        'claim_and_computed' as discrepancy_kind,
        k.check_rule as compared_by,
        k.part,
        k.claim_id,
        null as other_claim_id,
        k.computed_value as other_value,
        null as other_statement,
        case
            when k.check_rule in ('growth_of_the_year', 'contribution_to_change') then 'per_cent'
            else coalesce(c.unit, 'money')
        end as other_unit,
        k.difference,
        coalesce(r.conflict_id, c.conflict_id) as conflict_id,
        k.check_state
    from {{ ref('int_claim_checks') }} as k
    inner join claims as c on k.claim_id = c.claim_id
    left join rules as r on k.check_rule = r.check_rule
    where k.check_state <> 'agrees'
),

found as (
    select
        p.*,
        case
            when p.difference is null then 'recorded'
            when p.difference <> 0 then 'differs'
            when r.kind = 'possible_double_count' then 'same_amount'
            else 'agrees_now'
        end as discrepancy_state
    from pairs as p
    left join register as r on p.conflict_id = r.conflict_id
    union all
    select * from checks
),

-- a conflict about which no figure disagrees: words, names, roles, or figures that agree by now
registered as (
    select
        c.claim_id,
        r.conflict_id,
        case when r.handling = 'computed' then 'agrees_now' else 'recorded' end as discrepancy_state
    from register as r
    left join claims as c on r.conflict_id = c.conflict_id
    where
        not exists (
            select 1
            from found as f
            where f.conflict_id = r.conflict_id
        )
),

-- a claim whose conflict the register does not know yet, or that names a claim which nobody sent
unknown as (
    select
        c.claim_id,
        c.conflict_id,
        'recorded' as discrepancy_state
    from claims as c
    left join register as r on c.conflict_id = r.conflict_id
    left join claims as o on c.contradicts = o.claim_id
    where
        (
            (c.conflict_id is not null and r.conflict_id is null)
            or (c.contradicts is not null and o.claim_id is null)
        )
        and not exists (
            select 1
            from found as f
            where c.claim_id in (f.claim_id, f.other_claim_id)
        )
        and not exists (
            select 1
            from registered as q
            where q.claim_id = c.claim_id
        )
),

rest as (
    select
        'recorded' as discrepancy_kind,
        'recorded' as compared_by,
        '' as part,
        claim_id,
        null as other_claim_id,
        null::numeric as other_value,
        null as other_statement,
        null as other_unit,
        null::numeric as difference,
        conflict_id,
        discrepancy_state
    from (
        select * from registered
        union all
        select * from unknown
    ) as alone
),

every as (
    select * from found
    union all
    select * from rest
)

select
    concat_ws(
        '/', e.compared_by, coalesce(e.claim_id, e.conflict_id), e.other_claim_id, nullif(e.part, '')
    ) as discrepancy_key,
    e.conflict_id,
    coalesce(r.severity, 'not_rated') as severity,
    coalesce(r.kind, 'not_in_register') as conflict_kind,
    r.conflict,
    e.discrepancy_kind,
    e.compared_by,
    e.part,
    e.claim_id,
    c.subject,
    c.subject_code,
    c.measure,
    c.period_start,
    c.period_end,
    c.claim_value,
    c.statement,
    c.unit,
    c.currency,
    e.other_claim_id,
    e.other_value::numeric(24, 6) as other_value,
    e.other_statement,
    e.other_unit,
    e.difference::numeric(24, 6) as difference,
    e.discrepancy_state,
    coalesce(r.treatment, c.treatment, 'Not in the register yet: to be judged; both figures stand') as treatment,
    r.source_lines,
    c.source_document,
    {{ build_id() }} as build_id
from every as e
left join claims as c on e.claim_id = c.claim_id
left join register as r on e.conflict_id = r.conflict_id
