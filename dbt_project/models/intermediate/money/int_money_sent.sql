-- One row per accepted line of money, as sent: in its own currency, for the member or the project that the sender
-- named. A contribution without a stated amount, or stated for each member of a group, has no amount to add up: it is
-- not here.
with sent as (
    select
        'osi_allocations' as feed,
        allocation_id as own_number,
        member_code as named_member,
        null as project_code,
        funding_line,
        period_start,
        period_end,
        funding_source_class,
        amount_basis,
        currency,
        amount,
        as_of_date,
        {{ source_columns() }}
    from {{ ref('stg_osi_allocations') }}
    union all
    select
        'project_ledger' as feed,
        line_id,
        null as named_member,
        project_code,
        null as funding_line,
        period_start,
        period_end,
        funding_source_class,
        amount_basis,
        currency,
        amount,
        as_of_date,
        {{ source_columns() }}
    from {{ ref('stg_project_ledger') }}
    union all
    select
        'contributions' as feed,
        contribution_id,
        iscm_code as named_member,
        project_code,
        party as funding_line,
        period_start,
        period_end,
        funding_source_class,
        amount_basis,
        currency,
        amount,
        as_of_date,
        {{ source_columns() }}
    from {{ ref('stg_contributions') }}
    where amount_state = 'stated' and amount_scope <> 'per_member'
),

lines as (
    select
        s.feed || '/' || s.submission_id || '/' || s.row_number as line_key,
        s.*,
        c.measure,
        c.money_side,
        -- what is named for an ISCM is its own; only a project or a pool is shared
        case when m.member_kind is null or m.member_kind = 'pool' then coalesce(s.project_code, s.named_member) end
            as shared_code
    from sent as s
    inner join {{ ref('ref_source_classes') }} as c on s.funding_source_class = c.code
    left join {{ ref('ref_iscms') }} as m on s.named_member = m.code
)

select
    *,
    concat_ws(
        '|', money_side, coalesce(named_member, ''), coalesce(shared_code, ''), coalesce(project_code, ''), currency,
        period_start, period_end
    ) as scope_key
from lines
