{#- Cost by post behind each cell of staff cost that an earlier publication showed: `table` is the mart, `scope` says
    whose cell a row of it is. Before the first publication there is no history, and nothing was shown. -#}
{% macro shown_staff_cost(table, scope) -%}
    {%- set shown = none -%}
    {%- if execute -%}
        {%- set shown = adapter.get_relation(database=target.database, schema='history', identifier=table) -%}
    {%- endif -%}
    {%- if shown %}
    select
        m.publication_number,
        m.scope_code,
        m.fiscal_year,
        f.post_id,
        {{ staff_cost_of_post('f') }}
    from (
        select
            _from as publication_number,
            {{ scope }} as scope_code,
            fiscal_year
        from history.{{ table }}
        where cost_state in ('value', 'bounds', 'in_part')
    ) as m
    inner join history.fct_staff_effort as f
        on
            m.fiscal_year = f.fiscal_year
            -- a post of unknown cost is in no figure, then as now
            and f.cost_state <> 'not_known'
            and m.scope_code in (f.iscm_code, 'ALL')
            and m.publication_number >= f._from
            and (f._to is null or m.publication_number <= f._to)
    group by m.publication_number, m.scope_code, m.fiscal_year, f.post_id
    {%- else %}
    select
        null::bigint as publication_number,
        null::text as scope_code,
        null::integer as fiscal_year,
        null::text as post_id,
        null::numeric(18, 2) as gross_lower_usd,
        null::numeric(18, 2) as gross_central_usd,
        null::numeric(18, 2) as gross_upper_usd,
        null::numeric(18, 2) as recovered_lower_usd,
        null::numeric(18, 2) as recovered_central_usd,
        null::numeric(18, 2) as recovered_upper_usd,
        null::numeric(18, 2) as net_lower_usd,
        null::numeric(18, 2) as net_central_usd,
        null::numeric(18, 2) as net_upper_usd
    where false
    {%- endif -%}
{%- endmacro %}

{#- Everything that a cell shows of one post's cost: what is not known counts as nothing. -#}
{% macro staff_cost_of_post(alias) -%}
    coalesce(sum({{ alias }}.gross_lower_usd), 0)::numeric(18, 2) as gross_lower_usd,
    coalesce(sum({{ alias }}.gross_central_usd), 0)::numeric(18, 2) as gross_central_usd,
    coalesce(sum({{ alias }}.gross_upper_usd), 0)::numeric(18, 2) as gross_upper_usd,
    coalesce(sum({{ alias }}.recovered_lower_usd), 0)::numeric(18, 2) as recovered_lower_usd,
    coalesce(sum({{ alias }}.recovered_central_usd), 0)::numeric(18, 2) as recovered_central_usd,
    coalesce(sum({{ alias }}.recovered_upper_usd), 0)::numeric(18, 2) as recovered_upper_usd,
    coalesce(sum({{ alias }}.net_lower_usd), 0)::numeric(18, 2) as net_lower_usd,
    coalesce(sum({{ alias }}.net_central_usd), 0)::numeric(18, 2) as net_central_usd,
    coalesce(sum({{ alias }}.net_upper_usd), 0)::numeric(18, 2) as net_upper_usd
{%- endmacro %}

{#- The same as one value, to compare. -#}
{% macro staff_cost_as_one() -%}
    gross_lower_usd,
    gross_central_usd,
    gross_upper_usd,
    recovered_lower_usd,
    recovered_central_usd,
    recovered_upper_usd,
    net_lower_usd,
    net_central_usd,
    net_upper_usd
{%- endmacro %}

{#- How many posts stand behind the smallest thing that can be read from a group of posts' amounts: a figure, or the
    difference of any two of its figures. NULL, which least() passes over: there is none. -#}
{% macro smallest_group(posts) -%}
    {%- set figures = [
        'gross_lower_usd', 'gross_central_usd', 'gross_upper_usd',
        'recovered_lower_usd', 'recovered_central_usd', 'recovered_upper_usd',
        'net_lower_usd', 'net_central_usd', 'net_upper_usd',
    ] -%}
    least(
        null
    {%- for figure in figures %}
        {%- for other in ['0'] + figures[loop.index:] %},
        nullif(count(distinct {{ posts }}) filter (where {{ figure }} <> {{ other }}), 0)
        {%- endfor %}
    {%- endfor %}
    )
{%- endmacro %}

{#- The nine sums of cost, and what is known of them: a sum that lacks a part is no sum, its lower bound holds. -#}
{% macro staff_cost_sums() -%}
    {%- for part in ['gross', 'recovered', 'net'] %}
    sum({{ part }}_lower_usd)::numeric(18, 2) as {{ part }}_lower_usd,
    case when count({{ part }}_central_usd) = count(*) then sum({{ part }}_central_usd) end::numeric(18, 2)
        as {{ part }}_central_usd,
    case when count({{ part }}_upper_usd) = count(*) then sum({{ part }}_upper_usd) end::numeric(18, 2)
        as {{ part }}_upper_usd,
    {%- endfor %}
    case
        when bool_and(cost_state = 'not_known') then 'not_known'
        when bool_or(cost_state = 'not_known') then 'in_part'
        when bool_or(cost_state = 'bounds') then 'bounds'
        else 'value'
    end as cost_state
{%- endmacro %}
