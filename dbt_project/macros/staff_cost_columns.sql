{#- The cost columns of a mart of staff cost: what is withheld is empty, whatever is known of it. -#}
{% macro staff_cost_columns(sums, protection) -%}
    {%- for part in ['gross', 'recovered', 'net'] %}
    case when {{ protection }}.reason is null then {{ sums }}.{{ part }}_lower_usd end::numeric(18, 2)
        as {{ part }}_lower_usd,
    case when {{ protection }}.reason is null then {{ sums }}.{{ part }}_central_usd end::numeric(18, 2)
        as {{ part }}_central_usd,
    case when {{ protection }}.reason is null then {{ sums }}.{{ part }}_upper_usd end::numeric(18, 2)
        as {{ part }}_upper_usd,
    {%- endfor %}
    case when {{ protection }}.reason is not null then 'protected' else coalesce({{ sums }}.cost_state, 'not_reported') end
        as cost_state
{%- endmacro %}
