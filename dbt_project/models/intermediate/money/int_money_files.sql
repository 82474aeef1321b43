-- One row per file of money that was ever received: whether what is made of it stands, is to be made in this build, or
-- is no part of it. It is to be made when it is new, or when anything that decides its lines is no longer what it was:
-- shares, rates, the register of projects. Its fingerprint holds all of that.
{{ config(materialized='table', post_hook="{{ forget_made() }}") }}
with scopes as (
    select
        s.scope_key,
        md5(string_agg(
            concat_ws(
                '|', s.segment_start, s.segment_end, r.rate_state, r.units_per_usd, r.rate_date, p.attribution,
                p.share_status, p.weight, coalesce(p.iscm_code, ''), p.may_reach, coalesce(j.title, 'not registered')
            ),
            '/' order by s.segment_start, p.attribution, p.iscm_code
        )) as decided_by
    from {{ ref('int_money_segments') }} as s
    inner join {{ ref('int_rates_of_days') }} as r on s.currency = r.currency and s.segment_start = r.day
    inner join {{ ref('int_paths') }} as p on s.scope_key = p.scope_key and s.segment_start = p.segment_start
    left join {{ ref('stg_projects') }} as j on s.project_code = j.project_code
    group by s.scope_key
),

files as (
    select
        f.submission_id,
        md5(string_agg(f.scope_key || s.decided_by, '/' order by f.scope_key)) as fingerprint
    from {{ ref('int_money_scopes') }} as f
    inner join scopes as s on f.scope_key = s.scope_key
    group by f.submission_id
),

made as (
    {{ files_made() }}
)

select
    s.submission_id,
    f.fingerprint,
    case
        when f.submission_id is null then 'out'
        when f.fingerprint = m.fingerprint then 'made'
        else 'make'
    end as state
from {{ source('ops', 'submissions') }} as s
left join files as f on s.submission_id = f.submission_id
left join made as m on s.submission_id = m.submission_id
where s.feed in ('osi_allocations', 'project_ledger', 'contributions')
