{#- What is made of a file of money (the fact and the sums) is kept from build to build, and made again only when
    something that decides it has changed: docs/adr/0017. `int_money_files` decides once for all, these macros carry
    it out. -#}

{#- The code of the build that is running: its name, and what dbt sees of the models and seeds. A name alone may stay
    while the code changes. -#}
{% macro running_code() -%}
    {%- set files = [] -%}
    {%- for node in (graph.nodes.values() if execute else []) if node.resource_type in ['model', 'seed'] -%}
        {%- do files.append(node.checksum.checksum) -%}
    {%- endfor -%}
    (
        select b.git_revision || ' {{ local_md5(files | sort | join) if execute }}'
        from {{ source('ops', 'builds') }} as b
        order by b.build_id desc
        limit 1
    )
{%- endmacro %}

{#- Whether the build before this one cannot be trusted: it never ended, one of its models, seeds or data tests did not
    run or failed, or the gate refused it. What it made is not kept. -#}
{% macro build_before_is_broken() -%}
    with before as (
        select max(b.build_id) as build_id
        from {{ source('ops', 'builds') }} as b
        where b.build_id < (select max(n.build_id) from {{ source('ops', 'builds') }} as n)
    ),

    ended as (
        select (array_agg(r.status order by r.recorded_at desc) filter (where r.status <> 'declared'))[1] as status
        from {{ source('ops', 'dbt_results') }} as r
        inner join before on r.build_id = before.build_id
        group by r.node
    )

    select
        not exists (select 1 from ended)
        or exists (select 1 from ended where coalesce(status, 'did not run') not in ('success', 'pass'))
        or exists (
            select 1 from {{ source('ops', 'gate_results') }} as g
            inner join before on g.build_id = before.build_id
            where not g.passed
        )
{%- endmacro %}

{#- Where the files are remembered whose money is made; none before the first build. Not a ref: it is written last and
    read first. -#}
{% macro money_made() -%}
    {{ return(adapter.get_relation(database=target.database, schema='intermediate', identifier='int_money_made')) }}
{%- endmacro %}

{#- Numbers of files, for `in (...)`: the planner sees how few they are, and finds their rows by an index. -#}
{% macro numbers_of_files(question) -%}
    {%- set numbers = run_query(question).columns[0].values() if execute else [] -%}
    {{ return(numbers | sort | join(', ') or 'null') }}
{%- endmacro %}

{#- Files whose lines this build makes. -#}
{% macro files_to_make() -%}
    {{ return(numbers_of_files("select submission_id from " ~ ref('int_money_files') ~ " where state = 'make'")) }}
{%- endmacro %}

{#- Files of this build that the model does not hold yet. -#}
{% macro files_new_here() -%}
    {%- set inputs = "select submission_id from " ~ source('ops', 'candidate_inputs') -%}
    {%- set known = " except select submission_id from " ~ this if is_incremental() else "" -%}
    {{ return(numbers_of_files(inputs ~ known)) }}
{%- endmacro %}

{#- Whether everything is made from nothing: asked for, nothing is made, or by other code, or the build before is
    broken. Code that nobody can name again (a changed work tree) is other code. -#}
{% macro everything_is_made_anew() -%}
    {%- if not execute or flags.FULL_REFRESH or not money_made() -%}{{ return(true) }}{%- endif -%}
    {%- set question -%}
        select
            coalesce(bool_or(made_by <> {{ running_code() }} or made_by ~ '(^unknown|-dirty) '), true)
            or ({{ build_before_is_broken() }})
        from {{ money_made() }}
    {%- endset -%}
    {{ return(run_query(question).columns[0].values()[0]) }}
{%- endmacro %}

{#- dbt asks this of incremental models and of seeds; a seed is only filled anew. -#}
{% macro should_full_refresh() -%}
    {{ return(flags.FULL_REFRESH or (model.resource_type == 'model' and everything_is_made_anew())) }}
{%- endmacro %}

{% macro files_made() -%}
    {%- if everything_is_made_anew() -%}
        select null::bigint as submission_id, null::text as fingerprint where false
    {%- else -%}
        select submission_id, fingerprint from {{ money_made() }}
    {%- endif -%}
{%- endmacro %}

{% macro forget_made() -%}
    {%- if money_made() %}
    delete from {{ money_made() }} where submission_id in (select submission_id from {{ this }} where state <> 'made')
    {%- endif -%}
{%- endmacro %}

{% macro forget_made_by_other_code() -%}
    {%- if money_made() and everything_is_made_anew() %}
    delete from {{ money_made() }}
    {%- endif -%}
{%- endmacro %}

{% macro forget_files_of_other_builds() -%}
    {%- set inputs = source('ops', 'candidate_inputs') -%}
    {%- if is_incremental() %}
    delete from {{ this }} where submission_id not in (select submission_id from {{ inputs }})
    {%- endif -%}
{%- endmacro %}

{#- One file after the other, each by the index: of files that are out nothing is left as a rule, and a join could not
    know it. -#}
{% macro forget_files() -%}
    {%- set files = ref('int_money_files') -%}
    {%- if is_incremental() %}
    do $$
    declare
        file record;
    begin
        for file in select submission_id from {{ files }} where state <> 'made' loop
            delete from {{ this }} where submission_id = file.submission_id;
        end loop;
    end $$
    {%- endif -%}
{%- endmacro %}
