{#- The two money marts differ in their measure only. -#}
{% macro money_mart(measure) -%}
    select
        member_code,
        member_name,
        member_kind,
        iscm_code,
        report_scope,
        fiscal_year,
        funding_source_class,
        amount_basis,
        attribution,
        amount_usd,
        lower_usd,
        central_usd,
        upper_usd,
        amount_state,
        source_lines,
        lines_not_converted,
        {{ build_id() }} as build_id
    from {{ ref('int_money_by_member') }}
    where measure = '{{ measure }}'
{%- endmacro %}
