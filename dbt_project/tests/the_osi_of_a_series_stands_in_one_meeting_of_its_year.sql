-- OSI of an event series reaches the meetings of its year to the cent, whichever of them it stands in.
with behind as (
    select
        a.member_code,
        extract(year from a.period_start)::integer as fiscal_year,
        sum(a.amount) filter (where a.currency = 'USD') as osi_usd
    from {{ ref('stg_osi_allocations') }} as a
    inner join {{ ref('ref_iscms') }} as m on a.member_code = m.code and m.member_kind = 'event_series'
    group by a.member_code, extract(year from a.period_start)
),

shown as (
    select
        member_code,
        fiscal_year,
        sum(osi_usd) as osi_usd
    from {{ ref('mart_event_cost_by_meeting') }}
    group by member_code, fiscal_year
)

select
    coalesce(b.member_code, s.member_code) as member_code,
    coalesce(b.fiscal_year, s.fiscal_year) as fiscal_year
from behind as b
full join shown as s on b.member_code = s.member_code and b.fiscal_year = s.fiscal_year
where b.osi_usd is distinct from s.osi_usd
