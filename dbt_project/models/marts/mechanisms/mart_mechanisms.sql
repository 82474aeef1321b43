-- One row per ISCM or event series.
with claims as (
    select
        iscm_code,
        count(*)::integer as type_claims,
        string_agg(distinct claimed_type, ', ' order by claimed_type) as types_claimed,
        -- what is said of several together contradicts nothing
        count(distinct claimed_type) filter (where claimed_type <> 'rcp_or_irf') > 1 as type_conflict
    from {{ ref('ref_iscm_type_claims') }}
    group by iscm_code
),

roles as (
    select
        r.iscm_code,
        string_agg(distinct r.role, ', ' order by r.role) filter (where r.holder = 'IOM') as iom_roles,
        bool_or(r.role = 'technical_secretariat' and r.holder = 'IOM') as iom_is_technical_secretariat,
        string_agg(distinct r.role || ': ' || r.holder, ', ' order by r.role || ': ' || r.holder)
        filter (where r.role like '%secretariat') as secretariat
    from {{ ref('ref_iscm_roles') }} as r
    where
        r.in_count = 'yes'
        and (r.valid_to is null or r.valid_to >= {{ build_day() }})
    group by r.iscm_code
),

engaged as (
    select
        member_code,
        sum(value)::integer as offices_engaged
    from {{ ref('stg_source_claims') }}
    where measure = 'offices_engaged' and value_kind = 'number' and is_total = 'no' and member_code is not null
    group by member_code
)

select
    m.code as member_code,
    m.name as member_name,
    m.full_name,
    m.member_kind,
    m.member_kind = 'iscm' as counts_as_iscm,
    m.report_scope,
    m.agreed_type,
    m.agreed_type_reason,
    coalesce(c.type_claims, 0) as type_claims,
    c.types_claimed,
    coalesce(c.type_conflict, false) as type_conflict,
    r.iom_roles,
    coalesce(r.iom_is_technical_secretariat, false) as iom_is_technical_secretariat,
    r.secretariat,
    e.offices_engaged,
    case
        when e.offices_engaged is null then 'not_reported'
        when e.offices_engaged = 0 then 'zero'
        else 'value'
    end as offices_engaged_state,
    m.source_line,
    {{ build_id() }} as build_id
from {{ ref('ref_iscms') }} as m
left join claims as c on m.code = c.iscm_code
left join roles as r on m.code = r.iscm_code
left join engaged as e on m.code = e.member_code
where m.member_kind <> 'pool'
