-- One target for each criterion, ISCM, year and variant: a second one would double the row that is measured against it.
select
    criterion,
    iscm_code,
    fiscal_year,
    variant
from {{ ref('ref_criterion_targets') }}
group by criterion, iscm_code, fiscal_year, variant
having count(*) > 1
