{#- After every dbt command: which nodes there are, and how those that ran have ended. The publication gate lets a build
    through only when every declared node has succeeded, so a test that was skipped or never ran cannot pass unseen. -#}
{% macro record_results(results) -%}
    {%- if execute and results -%}
        {%- set rows = [] -%}
        {%- for node in graph.nodes.values() if node.resource_type in ['model', 'seed', 'test'] -%}
            {%- do rows.append((node.unique_id, 'declared')) -%}
        {%- endfor -%}
        {#- an exposure is listed by dbt among what it built, but nothing runs -#}
        {%- for result in results if result.node.resource_type != 'exposure' -%}
            {%- do rows.append((result.node.unique_id, result.status | string)) -%}
        {%- endfor -%}
        insert into {{ source('ops', 'dbt_results') }} (build_id, node, status)
        select b.build_id, r.node, r.status
        from (
            values
            {% for node, status in rows -%}
            ('{{ node }}', '{{ status }}'){{ ',' if not loop.last }}
        {% endfor %}
        ) as r (node, status)
        cross join (select max(build_id) as build_id from {{ source('ops', 'builds') }}) as b
        where b.build_id is not null
    {%- endif -%}
{%- endmacro %}
