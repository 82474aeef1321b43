-- A line to be made is known by one key that is its alone.
-- Asked after the sums, so that nothing waits for it: depends_on: {{ ref('int_money_made') }}
select line_key
from {{ ref('int_money_lines') }}
group by line_key
having count(*) > 1 or line_key is null
