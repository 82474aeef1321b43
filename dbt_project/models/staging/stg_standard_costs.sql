-- One row per grade x office x year, as one register tells it.
with landed as (
    {{ landed('standard_costs') }}
)

select
    concat_ws('/', grade, duty_office, cost_year, reporting_period) as cost_key,
    {{ register_start() }} as register_start,
    grade,
    duty_office,
    cost_year::integer as cost_year,
    annual_cost_usd::numeric(18, 2) as annual_cost_usd,
    cost_basis,
    evidence,
    approved_by_function,
    approved_on::date as approved_on,
    {{ source_columns() }}
from landed
