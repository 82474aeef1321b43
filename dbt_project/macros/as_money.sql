{#- The one place where landed text becomes money: numeric with two decimals, never a float. -#}
{% macro as_money(column) -%}
    {{ column }}::numeric(18, 2)
{%- endmacro %}
