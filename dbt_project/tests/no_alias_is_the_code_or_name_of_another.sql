-- A wording stands for one thing: no alias of an ISCM or office is itself a code, a name or, in another case, an alias.
with wordings as (
    select alias as wording from {{ ref('ref_iscm_aliases') }}
    union all
    select alias as wording from {{ ref('ref_office_aliases') }}
    union all
    -- a name that equals its own code is one wording
    select distinct names.wording
    from {{ ref('ref_iscms') }} as m
    cross join lateral (values (lower(m.code)), (lower(m.name))) as names (wording)
    union all
    select distinct names.wording
    from {{ ref('ref_offices') }} as o
    cross join lateral (values (lower(o.code)), (lower(o.name))) as names (wording)
)

select lower(wording) as wording
from wordings
group by lower(wording)
having count(*) > 1
