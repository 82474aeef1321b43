-- One row per document x ISCM x fiscal year on whose last day it is in force, as the newest register tells it.
with newest as (
    select distinct on (tor_id, iscm_code)
        tor_id,
        iscm_code,
        document_type,
        post_id,
        iscm_named,
        posts_needed,
        posts_filled,
        posts_funded,
        -- a document without dates is known to be in force in the year of which it is told, no more
        coalesce(valid_from, date_trunc('year', as_of_date::timestamp)::date) as in_force_from,
        coalesce(
            valid_to,
            case
                when valid_from is null then (date_trunc('year', as_of_date::timestamp) + interval '1 year')::date - 1
            end,
            'infinity'::date
        ) as in_force_to
    from {{ ref('stg_terms_of_reference') }}
    order by tor_id asc, iscm_code asc, as_of_date desc, submission_id desc
)

select
    n.tor_id,
    n.iscm_code,
    y.fiscal_year,
    n.document_type,
    n.post_id,
    n.iscm_named,
    n.posts_needed,
    n.posts_filled,
    n.posts_funded
from newest as n
inner join {{ ref('int_fiscal_years') }} as y
    on make_date(y.fiscal_year, 12, 31) between n.in_force_from and n.in_force_to
