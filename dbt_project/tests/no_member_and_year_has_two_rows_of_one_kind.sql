-- The grain of the money marts: measure x member x ISCM x year x funding source class x amount basis x attribution.
select
    measure,
    member_code,
    iscm_code,
    fiscal_year,
    funding_source_class,
    amount_basis,
    attribution
from {{ ref('int_money_by_member') }}
group by measure, member_code, iscm_code, fiscal_year, funding_source_class, amount_basis, attribution
having count(*) > 1
