-- On no day do the known shares of a project or pool sum to more than 100 per cent, or one ISCM has two of them.
-- They can only begin to do so on the first day of a share.
select
    a.project_code,
    a.effective_from
from {{ ref('int_shares') }} as a
inner join {{ ref('int_shares') }} as b
    on a.project_code = b.project_code and a.effective_from between b.effective_from and b.effective_to
group by a.project_code, a.iscm_code, a.effective_from
having sum(b.share_pct) > 100 or count(*) > count(distinct b.iscm_code)
