-- One row per wording that stands for something else, or that the source uses without explaining it.
with listed as (
    select
        'iscm' as alias_of_kind,
        alias,
        iscm_code as stands_for,
        conflict_id,
        source_line
    from {{ ref('ref_iscm_aliases') }}
    union all
    select
        'office' as alias_of_kind,
        alias,
        office_code as stands_for,
        conflict_id,
        source_line
    from {{ ref('ref_office_aliases') }}
    union all
    select
        'term' as alias_of_kind,
        alias,
        term as stands_for,
        conflict_id,
        source_line
    from {{ ref('ref_term_aliases') }}
)

select
    alias_of_kind,
    alias,
    stands_for,
    conflict_id,
    source_line,
    {{ build_id() }} as build_id
from listed
