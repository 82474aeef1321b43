-- An ISCM's role lies with a holder once on any day (data rule R6). A date that is not stated is open.
with numbered as (
    select
        iscm_code,
        role,
        holder,
        row_number() over () as place,
        daterange(valid_from, valid_to, '[]') as days
    from {{ ref('ref_iscm_roles') }}
)

select
    a.iscm_code,
    a.role,
    a.holder
from numbered as a
inner join numbered as b
    on
        a.iscm_code = b.iscm_code
        and a.role = b.role
        and a.holder = b.holder
        and a.place < b.place
        and a.days && b.days
