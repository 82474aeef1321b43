{#- Day on which the build that is running was opened, in UTC: what is overdue or has ended is judged as of it, so a
    rebuild of the same day gives the same figures, wherever it runs. -#}
{% macro build_day() -%}
    (select (max(b.opened_at) at time zone 'UTC')::date from {{ source('ops', 'builds') }} as b)
{%- endmacro %}
