-- One row per file whose money stands in the fact and in all sums, with its fingerprint and the code that made it.
-- Written last, taken back first (int_money_files): a build that ends in between makes its files again.
-- depends_on: {{ ref('int_sums_by_member') }}
-- depends_on: {{ ref('int_sums_by_iscm') }}
-- depends_on: {{ ref('int_sums_by_month') }}
-- depends_on: {{ ref('int_sums_by_project') }}
-- depends_on: {{ ref('int_sums_by_scope') }}
{{ config(materialized='incremental', incremental_strategy='append', on_schema_change='fail') }}
select
    submission_id,
    fingerprint,
    {{ running_code() }} as made_by
from {{ ref('int_money_files') }}
where state = 'make'
