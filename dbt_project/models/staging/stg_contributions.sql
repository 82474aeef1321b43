-- One row per contribution (party x ISCM x purpose x period x basis).
with landed as (
    {{ landed('contributions') }}
)

select
    contribution_id,
    iscm_code,
    party,
    party_type,
    party_country,
    {{ money_columns() }},
    contribution_type,
    self_financing,
    scheme,
    agreement,
    purpose,
    event_id,
    project_code,
    on_iom_books,
    amount_state,
    amount_scope,
    certainty,
    {{ source_columns() }}
from landed
