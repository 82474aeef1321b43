-- One row per line to be made x segment of its period, with its part of the amount: split by days, to the cent.
select
    l.line_key,
    l.scope_key,
    l.currency,
    s.segment_start,
    s.segment_end,
    {{ largest_remainder('l.amount', 's.segment_days', 's.period_days', 'l.line_key', 's.segment_start') }} as amount
from {{ ref('int_money_lines') }} as l
inner join {{ ref('int_money_segments') }} as s on l.scope_key = s.scope_key
