-- Parts sum to the whole, to the cent, for every measure, scope, basis and pair of years; and the grain holds.
select
    measure,
    report_scope,
    amount_basis,
    year_from,
    year_to
from {{ ref('mart_contribution_to_change') }}
group by measure, report_scope, amount_basis, year_from, year_to
having
    sum(change_usd) is distinct from max(total_change_usd)
    or max(total_to_usd) - max(total_from_usd) is distinct from max(total_change_usd)
    or count(*) <> count(distinct member_code)
