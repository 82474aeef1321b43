-- One row per segment x path by which some of it reaches an ISCM, or stays unattributed; the weights of a segment sum
-- to 100. A line for an ISCM, or of a dedicated project, is direct. Otherwise the shares that hold on the segment's
-- first day decide, and the rest stays visible: nobody's known share is stretched, and an unknown one is neither 0
-- nor 100.
with segments as (
    select
        s.line_key,
        s.segment_start,
        l.named_member,
        l.shared_code
    from {{ ref('int_money_segments') }} as s
    inner join {{ ref('int_money_lines') }} as l on s.line_key = l.line_key
),

shared as (
    select
        s.line_key,
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
        line_key,
        segment_start,
        sum(weight) as weight
    from shared
    group by line_key, segment_start
),

possible as (
    select
        s.line_key,
        s.segment_start,
        count(distinct sh.iscm_code) filter (where sh.share_pct is null) as unknown_shares,
        min(sh.iscm_code) filter (where sh.share_pct is null) as one_of_them,
        count(sh.iscm_code) as shares,
        bool_or(s.named_member is not null) as pooled
    from segments as s
    left join {{ ref('int_shares') }} as sh
        on s.shared_code = sh.project_code and s.segment_start between sh.effective_from and sh.effective_to
    where s.shared_code is not null
    group by s.line_key, s.segment_start
)

select
    line_key,
    segment_start,
    named_member as iscm_code,
    'direct' as attribution,
    'whole' as share_status,
    100::numeric(7, 4) as weight
from segments
where shared_code is null
union all
select
    line_key,
    segment_start,
    iscm_code,
    attribution,
    share_status,
    weight
from shared
union all
select
    p.line_key,
    p.segment_start,
    case when p.unknown_shares = 1 then p.one_of_them end as iscm_code,
    'unattributed' as attribution,
    case
        when p.pooled then 'pooled'
        when p.unknown_shares > 0 then 'unknown'
        when p.shares = 0 then 'not_linked'
        else 'no_share'
    end as share_status,
    (100 - coalesce(k.weight, 0))::numeric(7, 4) as weight
from possible as p
left join known as k on p.line_key = k.line_key and p.segment_start = k.segment_start
where coalesce(k.weight, 0) < 100
