-- One row per segment of a scope x path by which some of it reaches an ISCM, or stays unattributed; the weights of a
-- segment sum to 100. What is named for an ISCM, or is a dedicated project's, is direct. Otherwise the shares that hold
-- on the segment's first day decide, and the rest stays visible: nobody's known share is stretched, and an unknown one
-- is neither 0 nor 100.
{{ config(materialized='table') }}
with segments as (
    select * from {{ ref('int_money_segments') }}
),

shared as (
    select
        s.scope_key,
        s.segment_start,
        sh.iscm_code,
        case
            when sh.share_status = 'whole' then 'direct'
            when s.named_member is not null then 'pool_key'
            when sh.share_status = 'approved' then 'approved_share'
            else 'estimated_share'
        end as attribution,
        sh.share_status,
        sh.share_pct::numeric(7, 4) as weight
    from segments as s
    inner join {{ ref('int_shares') }} as sh
        on s.shared_code = sh.project_code and s.segment_start between sh.effective_from and sh.effective_to
    where sh.share_pct > 0
),

known as (
    select
        scope_key,
        segment_start,
        sum(weight) as weight
    from shared
    group by scope_key, segment_start
),

possible as (
    select
        s.scope_key,
        s.segment_start,
        string_agg(sh.iscm_code, ',' order by sh.iscm_code) filter (where sh.share_pct is null) as may_reach,
        count(sh.iscm_code) as shares,
        bool_or(s.named_member is not null) as pooled
    from segments as s
    left join {{ ref('int_shares') }} as sh
        on s.shared_code = sh.project_code and s.segment_start between sh.effective_from and sh.effective_to
    where s.shared_code is not null
    group by s.scope_key, s.segment_start
)

select
    scope_key,
    segment_start,
    named_member as iscm_code,
    'direct' as attribution,
    'whole' as share_status,
    100::numeric(7, 4) as weight,
    null as may_reach
from segments
where shared_code is null
union all
select
    scope_key,
    segment_start,
    iscm_code,
    attribution,
    share_status,
    weight,
    null as may_reach
from shared
union all
select
    p.scope_key,
    p.segment_start,
    case when not p.pooled and position(',' in p.may_reach) = 0 then p.may_reach end as iscm_code,
    'unattributed' as attribution,
    case
        when p.pooled then 'pooled'
        when p.may_reach is not null then 'unknown'
        when p.shares = 0 then 'not_linked'
        else 'no_share'
    end as share_status,
    (100 - coalesce(k.weight, 0))::numeric(7, 4) as weight,
    case when not p.pooled then p.may_reach end as may_reach
from possible as p
left join known as k on p.scope_key = k.scope_key and p.segment_start = k.segment_start
where coalesce(k.weight, 0) < 100
