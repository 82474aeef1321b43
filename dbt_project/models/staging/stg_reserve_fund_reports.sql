-- One row per report line (ISCM x category of assistance x period).
with landed as (
    {{ landed('reserve_fund_reports') }}
)

select
    report_line_id,
    iscm_code,
    assistance_category,
    cases::integer as cases,
    highest_case_cost::numeric(12, 2) as highest_case_cost,
    reason_above_limit,
    {{ money_columns() }},
    {{ source_columns() }}
from landed
