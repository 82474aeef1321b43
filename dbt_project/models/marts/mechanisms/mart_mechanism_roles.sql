-- One row per ISCM or event series x role x holder x interval.
select
    r.iscm_code as member_code,
    m.name as member_name,
    m.member_kind,
    r.role,
    r.holder,
    r.office_code,
    r.shared_with,
    r.valid_from,
    r.valid_to,
    r.stated_from,
    r.stated_to,
    r.certainty,
    r.in_count,
    r.basis,
    r.conflict_id,
    r.source_line,
    {{ build_id() }} as build_id
from {{ ref('ref_iscm_roles') }} as r
inner join {{ ref('ref_iscms') }} as m on r.iscm_code = m.code
