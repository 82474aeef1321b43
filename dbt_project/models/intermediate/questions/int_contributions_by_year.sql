-- One row per contribution x calendar year that it touches, with its amount in USD where there is one: the money fact
-- knows the days and the rates, the contributions know who gives and what for.
{{ config(materialized='table') }}

with amounts as (
    select
        line_key,
        fiscal_year,
        case when count(*) = count(amount_usd) then sum(amount_usd) end::numeric(18, 2) as amount_usd
    from {{ ref('fct_investment_lines') }}
    where submission_id in (select s.submission_id from {{ ref('stg_contributions') }} as s)
    group by line_key, fiscal_year
)

select
    c.contribution_id,
    c.iscm_code,
    y.fiscal_year,
    c.party,
    c.party_type,
    c.party_country,
    c.funding_source_class,
    c.self_financing,
    c.scheme,
    c.purpose,
    c.amount_basis,
    c.certainty,
    a.amount_usd,
    case when c.amount_scope = 'per_member' and c.currency = 'USD' then c.amount end as per_member_usd,
    case
        when c.amount_state <> 'stated' then 'not_stated'
        when c.amount_scope = 'per_member' then 'per_member'
        when a.amount_usd is null then 'not_converted'
        else 'known'
    end as amount_state
from {{ ref('stg_contributions') }} as c
cross join
    lateral generate_series(
        extract(year from c.period_start)::integer, extract(year from c.period_end)::integer
    ) as y (fiscal_year)
left join amounts as a
    on 'contributions/' || c.submission_id || '/' || c.row_number = a.line_key and y.fiscal_year = a.fiscal_year
