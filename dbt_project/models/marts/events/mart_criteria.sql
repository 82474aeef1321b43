-- One row per performance criterion x ISCM or event series x year x variant (kind of support or of money).
with years as (
    select fiscal_year from {{ ref('int_fiscal_years') }}
    union
    select fiscal_year from {{ ref('fct_events') }}
),

from_events as (
    select
        e.member_code,
        e.fiscal_year,
        v.criterion,
        v.value,
        v.answers
    from (
        select
            member_code,
            fiscal_year,
            sum(partners_new) as partners,
            count(partners_new) as partners_answered,
            -- means are weighted by the answers behind them
            sum((knowledge_after - knowledge_before) * knowledge_answers) as knowledge,
            sum(knowledge_answers) filter (where knowledge_after - knowledge_before is not null) as knowledge_answered,
            sum(satisfaction_score * satisfaction_answers) as satisfaction,
            sum(satisfaction_answers) filter (where satisfaction_score is not null) as satisfaction_answered,
            count(*) filter (where priorities_on_agenda = 'yes') as agendas,
            count(priorities_on_agenda) as agendas_answered
        from {{ ref('fct_events') }}
        group by member_code, fiscal_year
    ) as e
    cross join lateral (
        values
        (1, e.partners::numeric, e.partners_answered),
        (4, e.knowledge / nullif(e.knowledge_answered, 0), e.knowledge_answered),
        (8, e.satisfaction / nullif(e.satisfaction_answered, 0), e.satisfaction_answered),
        (9, case when e.agendas_answered > 0 then e.agendas end::numeric, e.agendas_answered)
    ) as v (criterion, value, answers)
),

money as (
    select
        iscm_code,
        fiscal_year,
        funding_source_class,
        amount_basis,
        central_usd,
        upper_usd,
        source_lines
    from {{ ref('mart_osi_by_iscm') }}
    where amount_state <> 'not_reported'
    union all
    select
        iscm_code,
        fiscal_year,
        funding_source_class,
        amount_basis,
        central_usd,
        upper_usd,
        source_lines
    from {{ ref('mart_project_support_by_iscm') }}
    where amount_state <> 'not_reported'
),

measured as (
    select
        criterion,
        member_code,
        fiscal_year,
        'all' as variant,
        value,
        answers
    from from_events
    union all
    select
        6 as criterion,
        iscm_code as member_code,
        fiscal_year,
        funding_source_class || ', ' || amount_basis as variant,
        -- money of which only the upper bound is known is not a zero
        case when sum(central_usd) <> 0 or sum(upper_usd) = 0 then sum(central_usd) end as value,
        sum(source_lines) as answers
    from money
    where iscm_code is not null
    group by iscm_code, fiscal_year, funding_source_class, amount_basis
    union all
    select
        7 as criterion,
        member_code,
        fiscal_year,
        support_kind as variant,
        requests as value,
        reports_with_requests_answered as answers
    from {{ ref('mart_event_requests') }}
),

variants as (
    select
        criterion,
        'all' as variant
    from {{ ref('ref_criteria') }}
    where criterion not in (6, 7)
    union all
    select
        7 as criterion,
        kinds.variant
    from (values ('administrative'), ('technical'), ('logistical'), ('liaison')) as kinds (variant)
),

wanted as (
    select
        v.criterion,
        m.code as member_code,
        y.fiscal_year,
        v.variant
    from variants as v
    cross join {{ ref('ref_iscms') }} as m
    cross join years as y
    where m.member_kind <> 'pool'
    union all
    -- whatever kinds of money there are; one row that says so where there is none
    select
        6 as criterion,
        m.code as member_code,
        y.fiscal_year,
        coalesce(f.variant, 'all') as variant
    from {{ ref('ref_iscms') }} as m
    cross join years as y
    left join measured as f on f.criterion = 6 and m.code = f.member_code and y.fiscal_year = f.fiscal_year
    where m.member_kind <> 'pool'
)

select
    w.criterion,
    c.name as criterion_name,
    w.member_code,
    r.name as member_name,
    r.member_kind,
    w.fiscal_year,
    w.variant,
    c.unit,
    f.value::numeric(20, 4) as value,
    case
        when f.value is null then 'not_reported'
        when f.value = 0 then 'zero'
        else 'value'
    end as value_state,
    coalesce(f.answers, 0)::integer as answers,
    c.definition,
    t.baseline,
    t.target,
    t.threshold,
    case when t.target is null then 'no target set' else 'target set' end as target_state,
    {{ build_id() }} as build_id
from wanted as w
inner join {{ ref('ref_criteria') }} as c on w.criterion = c.criterion
inner join {{ ref('ref_iscms') }} as r on w.member_code = r.code
left join measured as f
    on
        w.criterion = f.criterion
        and w.member_code = f.member_code
        and w.fiscal_year = f.fiscal_year
        and w.variant = f.variant
left join {{ ref('ref_criterion_targets') }} as t
    on
        w.criterion = t.criterion
        and w.member_code = t.iscm_code
        and w.fiscal_year = t.fiscal_year
        and w.variant = t.variant
