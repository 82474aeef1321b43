{#- Columns that every feed shares: where the figure stands in its document, and where the row stands in its file. -#}
{% macro source_columns() -%}
    reporting_office,
    source_document,
    source_table,
    source_line::integer as source_line,
    footnote,
    submission_id,
    file_name,
    sheet,
    row_number
{%- endmacro %}

{#- Columns of every row of money, typed here once: text becomes numeric, never a float. -#}
{% macro money_columns() -%}
    period_start::date as period_start,
    period_end::date as period_end,
    funding_source_class,
    amount_basis,
    currency,
    amount::numeric(18, 2) as amount,
    as_of_date::date as as_of_date
{%- endmacro %}
