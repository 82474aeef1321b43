-- One row per document (in one version) x ISCM, as one register tells it.
with landed as (
    {{ landed('terms_of_reference') }}
)

select
    concat_ws('/', tor_id, iscm_code, reporting_period) as document_key,
    tor_id,
    iscm_code,
    document_type,
    post_id,
    function_title,
    duty_office,
    iscm_named,
    version,
    valid_from::date as valid_from,
    valid_to::date as valid_to,
    term,
    posts_needed::integer as posts_needed,
    posts_filled::integer as posts_filled,
    posts_funded::integer as posts_funded,
    share_pct::numeric(7, 4) as share_pct,
    approved_by_function,
    approved_on::date as approved_on,
    as_of_date::date as as_of_date,
    {{ source_columns() }}
from landed
