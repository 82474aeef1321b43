-- One row per printed figure or statement (document x place x subject x period).
select
    c.claim_id,
    c.subject,
    c.member_code,
    c.project_code,
    -- whom the claim is about: an ISCM, series or pool, or a project whose share is not known
    coalesce(c.project_code, c.member_code) as subject_code,
    c.measure,
    c.funding_source_class,
    c.period_start,
    c.period_end,
    case
        when
            c.period_start = make_date(extract(year from c.period_start)::integer, 1, 1)
            and c.period_end = make_date(extract(year from c.period_start)::integer, 12, 31)
            then extract(year from c.period_start)::integer
    end as fiscal_year,
    c.value_kind,
    c.value as claim_value,
    c.statement,
    c.unit,
    c.currency,
    c.numerator,
    c.denominator,
    c.basis,
    c.certainty,
    c.is_total = 'yes' as is_total,
    c.as_of_date,
    c.contradicts,
    c.conflict_id,
    c.treatment,
    c.source_page,
    c.reporting_office,
    c.source_document,
    c.source_table,
    c.source_line,
    c.footnote,
    c.submission_id,
    c.file_name,
    c.sheet,
    c.row_number,
    {{ build_id() }} as build_id
from {{ ref('stg_source_claims') }} as c
