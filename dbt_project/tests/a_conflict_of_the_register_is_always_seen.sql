-- Every conflict of the register stands in the discrepancies, whatever its figures do.
select r.conflict_id
from {{ ref('ref_conflicts') }} as r
left join {{ ref('mart_discrepancies') }} as d on r.conflict_id = d.conflict_id
where d.conflict_id is null
