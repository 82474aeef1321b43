{#- What is made of a file of money (the fact and the sums) is kept from build to build, and made again only when
    something that decides it has changed: docs/adr/0017. `int_money_files` decides once for all, these macros carry
    it out. -#}

{#- The code of the build that is running. -#}
{% macro running_code() -%}
    (select b.git_revision from {{ source('ops', 'builds') }} as b order by b.build_id desc limit 1)
{%- endmacro %}

{#- Where the files are remembered whose money is made; none before the first build. Not a ref: it is written last and
    read first. -#}
{% macro money_made() -%}
    {{ return(adapter.get_relation(database=target.database, schema='intermediate', identifier='int_money_made')) }}
{%- endmacro %}

{#- Whether everything is made from nothing: asked for, nothing is made, or by other code. Code that nobody can name
    again (a changed work tree) is other code. -#}
{% macro everything_is_made_anew() -%}
    {%- if not execute or flags.FULL_REFRESH or not money_made() -%}{{ return(true) }}{%- endif -%}
    {%- set question -%}
        select coalesce(bool_or(git_revision <> {{ running_code() }} or git_revision ~ '(^unknown|-dirty)$'), true)
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
