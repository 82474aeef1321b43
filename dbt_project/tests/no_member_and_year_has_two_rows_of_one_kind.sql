-- The grain of the money marts: member x year x funding source class x amount basis.
select
    'osi' as mart,
    member_code,
    fiscal_year,
    funding_source_class,
    amount_basis
from {{ ref('mart_osi_by_iscm') }}
group by member_code, fiscal_year, funding_source_class, amount_basis
having count(*) > 1
union all
select
    'project_support' as mart,
    member_code,
    fiscal_year,
    funding_source_class,
    amount_basis
from {{ ref('mart_project_support_by_iscm') }}
group by member_code, fiscal_year, funding_source_class, amount_basis
having count(*) > 1
