-- One row per grade x office x year: the standard cost that the newest register tells.
select distinct on (grade, duty_office, cost_year)
    grade,
    duty_office,
    cost_year,
    annual_cost_usd
from {{ ref('stg_standard_costs') }}
order by grade asc, duty_office asc, cost_year asc, register_start desc, submission_id desc
