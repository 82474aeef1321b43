-- One row per accepted source line x segment of its period x path by which it reaches an ISCM or stays unattributed:
-- the grain from which every money mart is a sum. Lines of a file are made again only when something that decides them
-- has changed (int_money_files); build_id says in which build.
{{ config(materialized='incremental', incremental_strategy='append', on_schema_change='fail',
    pre_hook="{{ forget_files() }}", indexes=[{'columns': ['submission_id']}], post_hook="analyze {{ this }}") }}
with converted as (
    select
        s.line_key,
        s.scope_key,
        s.segment_start,
        s.segment_end,
        s.amount,
        r.rate_state,
        r.units_per_usd,
        r.rate_date,
        round(s.amount / r.units_per_usd, 2)::numeric(18, 2) as amount_usd
    from {{ ref('int_line_segments') }} as s
    inner join {{ ref('int_rates_of_days') }} as r on s.currency = r.currency and s.segment_start = r.day
),

parts as (
    select
        c.line_key,
        c.segment_start,
        c.segment_end,
        c.rate_state,
        c.units_per_usd,
        c.rate_date,
        p.iscm_code,
        p.attribution,
        p.share_status,
        p.weight,
        p.may_reach,
        {{ largest_remainder(
            'c.amount', 'p.weight', '100', 'c.line_key, c.segment_start', 'p.attribution, p.iscm_code'
        ) }} as amount,
        {{ largest_remainder(
            'c.amount_usd', 'p.weight', '100', 'c.line_key, c.segment_start', 'p.attribution, p.iscm_code'
        ) }} as amount_usd
    from converted as c
    inner join {{ ref('int_paths') }} as p on c.scope_key = p.scope_key and c.segment_start = p.segment_start
),

named as (
    select
        p.*,
        l.own_number,
        l.feed,
        l.measure,
        l.money_side,
        l.named_member,
        l.project_code,
        coalesce(l.funding_line, j.title) as funding_line,
        l.funding_source_class,
        l.amount_basis,
        l.currency,
        l.amount as line_amount,
        l.as_of_date,
        l.reporting_office,
        l.source_document,
        l.source_table,
        l.source_line,
        l.footnote,
        l.submission_id,
        l.file_name,
        l.sheet,
        l.row_number,
        j.project_code is not null as registered,
        coalesce(m.name, p.iscm_code) as iscm_name,
        m.member_kind as iscm_kind,
        m.report_scope as iscm_scope,
        pool.name as pool_name,
        pool.report_scope as pool_scope
    from parts as p
    inner join {{ ref('int_money_lines') }} as l on p.line_key = l.line_key
    left join {{ ref('stg_projects') }} as j on l.project_code = j.project_code
    left join {{ ref('ref_iscms') }} as m on p.iscm_code = m.code
    left join {{ ref('ref_iscms') }} as pool on l.shared_code = pool.code
)

select
    line_key || '/' || segment_start || '/' || attribution || '/' || coalesce(iscm_code, '') as part_key,
    line_key,
    own_number,
    feed,
    measure,
    money_side,
    named_member,
    case when attribution <> 'unattributed' then iscm_code else coalesce(named_member, project_code) end as member_code,
    case
        when attribution <> 'unattributed' then iscm_name
        when share_status = 'pooled' then pool_name
        when share_status = 'no_share' then project_code || ' (rest of its shares)'
        when not registered and share_status = 'not_linked' then project_code || ' (not in the register of projects)'
        when share_status = 'not_linked' then project_code || ' (linked to no ISCM)'
        else project_code || ' (share of ' || coalesce(iscm_name, 'several ISCMs') || ' not known)'
    end as member_name,
    case
        when attribution <> 'unattributed' then iscm_kind
        when share_status = 'pooled' then 'pool'
        else 'unattributed_project'
    end as member_kind,
    iscm_code,
    coalesce(iscm_scope, pool_scope, 'Not linked') as report_scope,
    project_code,
    funding_line,
    extract(year from segment_start)::integer as fiscal_year,
    segment_start as period_start,
    segment_end as period_end,
    funding_source_class,
    amount_basis,
    attribution,
    share_status,
    weight as share_pct,
    may_reach,
    currency,
    line_amount,
    amount,
    rate_state,
    units_per_usd,
    rate_date,
    amount_usd,
    case when share_status in ('whole', 'approved', 'pooled') then amount_usd else 0 * amount_usd end::numeric(18, 2)
        as lower_usd,
    case when share_status in ('whole', 'approved', 'pooled', 'estimated') then amount_usd else 0 * amount_usd
    end::numeric(18, 2) as central_usd,
    case when share_status = 'no_share' then 0 * amount_usd else amount_usd end::numeric(18, 2) as upper_usd,
    as_of_date,
    reporting_office,
    source_document,
    source_table,
    source_line,
    footnote,
    submission_id,
    file_name,
    sheet,
    row_number,
    {{ build_id() }} as build_id
from named
