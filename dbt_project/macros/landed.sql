{#- Rows of a feed that this build is made from, with their way back to file, sheet and row.
    The set is fixed when the build opens (ops.candidate_inputs), so a file that lands meanwhile waits for the next. -#}
{% macro landed(feed) -%}
    select
        r.*,
        r._submission_id as submission_id,
        s.file_name,
        r._sheet as sheet,
        r._row_number as row_number
    from {{ source('raw', feed) }} as r
    inner join {{ source('ops', 'candidate_inputs') }} as i on r._submission_id = i.submission_id
    inner join {{ source('ops', 'submissions') }} as s on r._submission_id = s.submission_id
{%- endmacro %}
