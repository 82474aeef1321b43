-- Each part of the files made in this build stands once: a part's key begins with its file, so files cannot collide.
select p.part_key
from {{ ref('fct_investment_lines') }} as p
inner join {{ ref('int_money_files') }} as f on p.submission_id = f.submission_id
where f.state = 'make'
group by p.part_key
having count(*) > 1
