-- Full time means 100 per cent (data rule R4); another percentage beside it is a contradiction.
select assignment_id
from {{ ref('stg_assignments') }}
where assignment_type = 'full_time' and percentage <> 100
