{% test filled(model, columns) -%}
    -- rows with an empty one of these columns; one question for all of them, for dbt, asking costs more than the answer
    select * from {{ model }}
    where num_nulls({{ columns | join(', ') }}) > 0
{%- endtest %}
