-- One row per ISCM or event series x calendar month x money side x amount basis, where something was reported.
-- Amounts of longer periods are split by days: a month of a yearly allocation is a share of it, not a posting.
select
    p.iscm_code,
    m.name as iscm_name,
    p.month,
    p.money_side,
    p.amount_basis,
    sum(p.lower_usd)::numeric(18, 2) as lower_usd,
    case when bool_and(p.converted) then sum(p.central_usd) end::numeric(18, 2) as central_usd,
    case when bool_and(p.converted) then sum(p.upper_usd) end::numeric(18, 2) as upper_usd,
    count(distinct p.line_key)::integer as source_lines,
    (count(distinct p.line_key) filter (where not p.converted))::integer as lines_not_converted,
    {{ build_id() }} as build_id
from {{ ref('int_months_by_iscm') }} as p
inner join {{ ref('ref_iscms') }} as m on p.iscm_code = m.code
group by p.iscm_code, m.name, p.month, p.money_side, p.amount_basis
