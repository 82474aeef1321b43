-- One row per ISCM or event series x year x State (or group of States): what Member States were to pay and paid, and
-- IOM's share beside it. Expected and received are two measures; what is not known of one is not known of the share.
with by_basis as (
    select
        iscm_code,
        fiscal_year,
        party,
        amount_basis,
        max(party_country) as party_country,
        string_agg(distinct scheme, '; ' order by scheme) as schemes,
        string_agg(distinct funding_source_class, '; ' order by funding_source_class) as kinds_of_money,
        max(per_member_usd) as per_member_usd,
        sum(amount_usd) as amount_usd,
        case
            when count(amount_usd) = 0 then 'not_known'
            when count(amount_usd) < count(*) then 'in_part'
            when sum(amount_usd) = 0 then 'zero'
            else 'value'
        end as amount_state,
        count(*)::integer as contributions
    from {{ ref('int_contributions_by_year') }}
    where self_financing = 'yes' or funding_source_class = 'member_state_contribution'
    group by iscm_code, fiscal_year, party, amount_basis
),

paid as (
    select
        iscm_code,
        fiscal_year,
        party,
        max(party_country) as party_country,
        string_agg(distinct schemes, '; ' order by schemes) as schemes,
        max(per_member_usd) filter (where amount_basis = 'expected') as expected_per_member_usd,
        max(kinds_of_money) filter (where amount_basis = 'expected') as expected_kinds,
        max(amount_usd) filter (where amount_basis = 'expected') as expected_usd,
        coalesce(max(amount_state) filter (where amount_basis = 'expected'), 'not_reported') as expected_state,
        max(kinds_of_money) filter (where amount_basis = 'received') as received_kinds,
        max(amount_usd) filter (where amount_basis = 'received') as received_usd,
        coalesce(max(amount_state) filter (where amount_basis = 'received'), 'not_reported') as received_state,
        sum(contributions)::integer as contributions
    from by_basis
    group by iscm_code, fiscal_year, party
),

wholes as (
    select
        iscm_code,
        fiscal_year,
        case when bool_and(received_state in ('value', 'zero')) then sum(received_usd) end as all_received_usd
    from paid
    group by iscm_code, fiscal_year
),

shares as (
    select
        w.iscm_code,
        w.fiscal_year,
        w.all_received_usd,
        i.iom_money_names,
        i.iom_central_usd,
        100 * i.iom_central_usd / nullif(i.iom_central_usd + w.all_received_usd, 0) as iom_share
    from wholes as w
    left join {{ ref('int_iom_money_by_year') }} as i
        on w.iscm_code = i.iscm_code and w.fiscal_year = i.fiscal_year
)

select
    p.iscm_code,
    m.name as iscm_name,
    m.report_scope,
    p.fiscal_year,
    p.party,
    p.party_country,
    p.schemes,
    p.expected_per_member_usd::numeric(18, 2) as expected_per_member_usd,
    p.expected_kinds,
    p.expected_usd::numeric(18, 2) as expected_usd,
    p.expected_state,
    p.received_kinds,
    p.received_usd::numeric(18, 2) as received_usd,
    p.received_state,
    -- a fee that is due is not paid by goods
    case
        when
            p.expected_state in ('value', 'zero') and p.received_state in ('value', 'zero')
            and p.expected_kinds = p.received_kinds
            then p.expected_usd - p.received_usd
    end::numeric(18, 2) as outstanding_usd,
    s.all_received_usd::numeric(18, 2) as all_received_usd,
    s.iom_money_names,
    s.iom_central_usd,
    round(s.iom_share, 2)::numeric(18, 2) as iom_share_pct,
    case when s.iom_share is null then 'not_known' else 'value' end as iom_share_state,
    round(s.iom_share - before.iom_share, 2)::numeric(18, 2) as iom_share_change_points,
    p.contributions,
    {{ build_id() }} as build_id
from paid as p
inner join {{ ref('ref_iscms') }} as m on p.iscm_code = m.code
inner join shares as s on p.iscm_code = s.iscm_code and p.fiscal_year = s.fiscal_year
left join shares as before on p.iscm_code = before.iscm_code and p.fiscal_year = before.fiscal_year + 1
