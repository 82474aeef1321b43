-- One row per type of ISCM, and one for all types. The figures printed, and how many of them the source names.
with printed as (
    select
        t.iscm_type,
        c.claim_id,
        c.value::integer as printed_count
    from {{ ref('ref_iscm_counts') }} as t
    left join {{ ref('stg_source_claims') }} as c on t.claim_id = c.claim_id
),

named as (
    select
        agreed_type as iscm_type,
        count(*)::integer as named_count
    from {{ ref('ref_iscms') }}
    where member_kind = 'iscm'
    group by agreed_type
),

by_type as (
    select
        p.claim_id,
        p.printed_count,
        coalesce(p.iscm_type, n.iscm_type) as iscm_type,
        coalesce(n.named_count, 0) as named_count
    from printed as p
    full join named as n on p.iscm_type = n.iscm_type
)

select
    iscm_type,
    claim_id,
    printed_count,
    named_count,
    null::integer as not_named_count,
    {{ build_id() }} as build_id
from by_type
union all
select
    'all' as iscm_type,
    null as claim_id,
    -- without one of the printed figures their sum is not known
    case when every(printed_count is not null or iscm_type = 'not_stated') then sum(printed_count) end::integer,
    sum(named_count)::integer as named_count,
    case
        when every(printed_count is not null or iscm_type = 'not_stated') then sum(printed_count) - sum(named_count)
    end::integer as not_named_count,
    {{ build_id() }} as build_id
from by_type
