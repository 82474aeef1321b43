-- The days for which the source states a role lie in order, and within its first and last day.
select
    iscm_code,
    role,
    holder
from {{ ref('ref_iscm_roles') }}
where
    stated_from > stated_to
    or valid_from > valid_to
    or stated_from < valid_from
    or stated_to > valid_to
