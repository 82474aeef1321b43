{#- First day that a file covers: of its year, span of years or month. A register holds from this day on. -#}
{% macro register_start() -%}
    to_date(
        left(reporting_period, 4)
        || case when length(reporting_period) = 7 then right(reporting_period, 2) else '01' end || '01',
        'YYYYMMDD'
    )
{%- endmacro %}
