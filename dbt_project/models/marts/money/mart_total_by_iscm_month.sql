-- One row per ISCM or event series x calendar month x money side x amount basis, where something was reported.
-- Amounts of longer periods are split by days: a month of a yearly allocation is a share of it, not a posting.
select
    s.iscm_code,
    m.name as iscm_name,
    s.month,
    s.money_side,
    s.amount_basis,
    sum(s.lower_usd)::numeric(18, 2) as lower_usd,
    case when sum(s.lines_not_converted) = 0 then sum(s.central_usd) end::numeric(18, 2) as central_usd,
    case when sum(s.lines_not_converted) = 0 then sum(s.upper_usd) end::numeric(18, 2) as upper_usd,
    sum(s.source_lines)::integer as source_lines,
    sum(s.lines_not_converted)::integer as lines_not_converted,
    {{ build_id() }} as build_id
from {{ ref('int_sums_by_month') }} as s
inner join {{ ref('ref_iscms') }} as m on s.iscm_code = m.code
group by s.iscm_code, m.name, s.month, s.money_side, s.amount_basis
