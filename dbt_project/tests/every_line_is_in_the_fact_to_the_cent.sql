-- Splitting, sharing and joining lose nothing and double nothing: the parts of each line sum to it, in whatever builds
-- they were made.
select l.line_key
from {{ ref('int_money_lines') }} as l
left join {{ ref('fct_investment_lines') }} as f on l.submission_id = f.submission_id and l.line_key = f.line_key
group by l.line_key, l.amount
having sum(f.amount) is distinct from l.amount
