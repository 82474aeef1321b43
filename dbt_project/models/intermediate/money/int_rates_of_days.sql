-- One row per currency x day on which a segment begins: the rate that converts it, or why none does.
{{ config(materialized='table') }}
with days as (
    select distinct
        currency,
        segment_start as day
    from {{ ref('int_money_segments') }}
),

found as (
    select
        d.currency,
        d.day,
        count(distinct r.units_per_usd) as rates,
        min(r.units_per_usd) as units_per_usd,
        max(r.valid_from) as rate_date,
        bool_or(r.looks_inverted) as inverted
    from days as d
    left join {{ ref('int_exchange_rates') }} as r
        on d.currency = r.currency and d.day between r.valid_from and r.valid_to
    group by d.currency, d.day
),

judged as (
    select
        f.*,
        case
            when f.currency = 'USD' then 'own_currency'
            when f.rates > 1 then 'doubled'
            when f.inverted then 'inverted'
            when f.rates = 1 then 'converted'
            when exists (
                select 1 from {{ ref('int_exchange_rates') }} as r
                where r.currency = f.currency and r.valid_to < f.day
            ) then 'stale'
            else 'missing'
        end as rate_state
    from found as f
)

select
    currency,
    day,
    rate_state,
    case rate_state when 'own_currency' then 1 when 'converted' then units_per_usd end::numeric(18, 8)
        as units_per_usd,
    case rate_state when 'own_currency' then day when 'converted' then rate_date end as rate_date
from judged
