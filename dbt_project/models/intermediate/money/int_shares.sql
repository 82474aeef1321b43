-- One row per project or pool x ISCM x span of days: the share of its money that the ISCM has in that span.
-- A dedicated project is a share of 100 per cent that nobody has to approve; a project whose register says "unknown
-- share" and for which nothing else was sent is an unknown share. Both hold for ever.
with sent as (
    select
        project_code,
        iscm_code,
        share_status,
        share_pct,
        effective_from,
        coalesce(effective_to, 'infinity'::date) as effective_to
    from {{ ref('stg_project_iscm_shares') }}
),

registered as (
    select
        p.project_code,
        p.iscm_code,
        case p.iscm_link when 'dedicated' then 'whole' else 'unknown' end as share_status,
        case p.iscm_link when 'dedicated' then 100::numeric(7, 4) end as share_pct,
        '-infinity'::date as effective_from,
        'infinity'::date as effective_to
    from {{ ref('stg_projects') }} as p
    where
        p.iscm_link = 'dedicated'
        or (
            p.iscm_link = 'unknown_share'
            and not exists (
                select 1 from sent as s
                where s.project_code = p.project_code
            )
        )
)

select * from sent
union all
select * from registered
