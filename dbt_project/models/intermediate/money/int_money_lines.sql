-- One row per line of the files that are to be made in this build; in a build from nothing, every line.
{{ config(materialized='table') }}
select *
from {{ ref('int_money_sent') }}
where submission_id in ({{ files_to_make() }})
