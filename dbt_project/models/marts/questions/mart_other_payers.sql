-- One row per ISCM or event series x year x party x kind of money x basis: who else pays. Who is known to give, and not
-- how much, has a row without an amount.
select
    c.iscm_code,
    m.name as iscm_name,
    m.report_scope,
    c.fiscal_year,
    c.party,
    c.party_type,
    c.party_country,
    c.funding_source_class,
    c.amount_basis,
    sum(c.amount_usd)::numeric(18, 2) as amount_usd,
    case
        when count(c.amount_usd) = 0 then 'not_known'
        when count(c.amount_usd) < count(*) then 'in_part'
        when sum(c.amount_usd) = 0 then 'zero'
        else 'value'
    end as payer_state,
    string_agg(distinct c.amount_state, ', ' order by c.amount_state) filter (where c.amount_usd is null)
        as why_not_known,
    string_agg(distinct c.purpose, '; ' order by c.purpose) as purposes,
    string_agg(distinct c.certainty, ', ' order by c.certainty) as certainty,
    count(*)::integer as contributions,
    count(*) filter (where c.amount_usd is null)::integer as contributions_without_amount,
    {{ build_id() }} as build_id
from {{ ref('int_contributions_by_year') }} as c
inner join {{ ref('ref_iscms') }} as m on c.iscm_code = m.code
group by
    c.iscm_code, m.name, m.report_scope, c.fiscal_year, c.party, c.party_type, c.party_country,
    c.funding_source_class, c.amount_basis
