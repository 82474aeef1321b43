-- One row per file of money x scope: lines of one scope (whose money, currency, period) take the same path at the same
-- rate. What a file holds never changes, so only files that are new here are read.
{{ config(materialized='incremental', incremental_strategy='append', on_schema_change='fail',
    pre_hook=["{{ forget_made_by_other_code() }}", "{{ forget_files_of_other_builds() }}"]) }}
select distinct
    submission_id,
    scope_key,
    money_side,
    named_member,
    shared_code,
    project_code,
    currency,
    period_start,
    period_end
from {{ ref('int_money_sent') }}
where
    submission_id in (
        select i.submission_id from {{ source('ops', 'candidate_inputs') }} as i
        {% if is_incremental() -%}
            except
            select t.submission_id from {{ this }} as t
        {%- endif %}
    )
