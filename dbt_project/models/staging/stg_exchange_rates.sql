-- One row per currency x first day of validity.
with landed as (
    {{ landed('exchange_rates') }}
)

select
    currency || '/' || valid_from as rate_key,
    currency,
    valid_from::date as valid_from,
    valid_to::date as valid_to,
    units_per_usd::numeric(18, 8) as units_per_usd,
    rate_type,
    published_on::date as published_on,
    {{ source_columns() }}
from landed
