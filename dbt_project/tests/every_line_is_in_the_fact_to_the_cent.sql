-- Splitting, sharing and joining lose nothing and double nothing: the parts of each line sum to it, in whatever builds
-- they were made.
-- Asked after the sums, so that nothing waits for it: depends_on: {{ ref('int_money_made') }}
with parts as (
    select
        line_key,
        sum(amount) as amount
    from {{ ref('fct_investment_lines') }}
    where submission_id in ({{ files_to_make() }})
    group by line_key
)

select l.line_key
from {{ ref('int_money_lines') }} as l
left join parts as p on l.line_key = p.line_key
where p.amount is distinct from l.amount
