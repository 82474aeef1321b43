{% test filled(model, columns) -%}
    -- rows with an empty one of these columns. One query for all of them: asking costs dbt more than the answer
    select * from {{ model }}
    where num_nulls({{ columns | join(', ') }}) > 0
{%- endtest %}
