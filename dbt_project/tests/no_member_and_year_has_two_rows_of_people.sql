-- The grain of the marts on people: member x year, or year alone.
select
    'staff_cost' as mart,
    member_code,
    fiscal_year
from {{ ref('mart_staff_cost_by_iscm') }}
group by member_code, fiscal_year
having count(*) > 1
union all
select
    'tor_coverage' as mart,
    member_code,
    fiscal_year
from {{ ref('mart_tor_coverage') }}
group by member_code, fiscal_year
having count(*) > 1
union all
select
    'staff_cost_by_year' as mart,
    null as member_code,
    fiscal_year
from {{ ref('mart_staff_cost_by_year') }}
group by fiscal_year
having count(*) > 1
