{#- A theme as it is compared across ISCMs: senders write it in their own case and spacing. What no feed says stays
    visible under a name of its own. -#}
{% macro theme(column) -%}
    coalesce(nullif(regexp_replace(lower(btrim({{ column }})), '\s+', ' ', 'g'), ''), 'theme not stated')
{%- endmacro %}
