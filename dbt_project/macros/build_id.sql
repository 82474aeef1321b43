{#- Number of the build that is running: every candidate row carries it, so tables of two builds are never
    published together. -#}
{% macro build_id() -%}
    (select max(b.build_id) from {{ source('ops', 'builds') }} as b)
{%- endmacro %}
