-- Each part of the files made in this build stands once: a part's key begins with its file, so files cannot collide.
-- Asked after the sums, so that nothing waits for it: depends_on: {{ ref('int_money_made') }}
select part_key
from {{ ref('fct_investment_lines') }}
where submission_id in ({{ files_to_make() }})
group by part_key
having count(*) > 1
