-- One row per meeting x kind of money that paid for it. Only what was received counts; an amount that is not stated, is
-- given per member or stands in another currency is a line whose amount in USD is not known.
with lines as (
    select
        m.meeting_key,
        'osi' as source_kind,
        case when a.currency = 'USD' then a.amount end as amount_usd
    from {{ ref('int_meetings') }} as m
    inner join {{ ref('stg_osi_allocations') }} as a
        on m.member_code = a.member_code and m.fiscal_year = extract(year from a.period_start)
    where m.takes_osi
    union all
    select
        m.meeting_key,
        c.funding_source_class as source_kind,
        case
            when c.currency = 'USD' and c.amount_state = 'stated' and c.amount_scope = 'whole' then c.amount
        end as amount_usd
    from {{ ref('int_meetings') }} as m
    inner join {{ ref('stg_contributions') }} as c on m.event_id = c.event_id
    where c.amount_basis = 'received'
)

select
    meeting_key,
    source_kind,
    sum(amount_usd)::numeric(18, 2) as amount_usd,
    case
        when sum(amount_usd) is null then 'not_reported'
        when sum(amount_usd) = 0 then 'zero'
        else 'value'
    end as amount_state,
    count(*) filter (where amount_usd is null)::integer as lines_without_amount
from lines
group by meeting_key, source_kind
