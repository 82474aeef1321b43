-- One row per rate that was sent: the days on which it may be used, and whether it looks inverted. A rate without a
-- last day holds until the next one begins, and no longer than `max_rate_age_days`. It looks inverted when it is near
-- to 1 / the median of the earlier rates of its currency instead of near to that median.
with rates as (
    select
        r.rate_key,
        r.currency,
        r.valid_from,
        r.units_per_usd,
        coalesce(
            r.valid_to,
            least(
                (
                    select min(n.valid_from) - 1
                    from {{ ref('stg_exchange_rates') }} as n
                    where n.currency = r.currency and n.valid_from > r.valid_from
                ),
                r.valid_from + {{ var('max_rate_age_days') }}
            )
        ) as valid_to,
        (
            select percentile_disc(0.5) within group (order by e.units_per_usd)
            from {{ ref('stg_exchange_rates') }} as e
            where e.currency = r.currency and e.valid_from < r.valid_from
        ) as usual
    from {{ ref('stg_exchange_rates') }} as r
)

select
    rate_key,
    currency,
    valid_from,
    valid_to,
    units_per_usd,
    coalesce(
        units_per_usd * usual between 0.5 and 2 and units_per_usd / usual not between 0.5 and 2, false
    ) as looks_inverted
from rates
