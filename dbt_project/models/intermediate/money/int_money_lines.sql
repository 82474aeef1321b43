-- One row per line of the files that are to be made in this build; in a build from nothing, every line.
{{ config(materialized='table') }}
select s.*
from {{ ref('int_money_sent') }} as s
inner join {{ ref('int_money_files') }} as f on s.submission_id = f.submission_id
where f.state = 'make'
