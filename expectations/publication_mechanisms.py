"""What the publication gate expects of the register of mechanisms: it is the reference data, whole."""

from great_expectations.expectations.expectation import Expectation

from expectations.publication_rows import no_row, same_rows

_ROLE = """role, holder, office_code, shared_with, valid_from, valid_to, stated_from, stated_to, certainty, in_count,
    basis, conflict_id, source_line"""


def mechanism_suites() -> dict[str, list[Expectation]]:
    """Expectations by candidate table of the mechanisms."""
    return {
        "mart_mechanisms": [
            same_rows(
                "register: every ISCM and event series stands in it once, with its agreed type; only ISCMs count",
                """
                select code, name, agreed_type, member_kind = 'iscm' from staging.ref_iscms where member_kind <> 'pool'
                """,
                "select member_code, member_name, agreed_type, counts_as_iscm from candidate.mart_mechanisms",
            ),
            same_rows(
                "register: offices engaged are the figures of the accepted claims; without a claim nothing is reported",
                """
                select r.member_code, sum(r.value::numeric)
                from raw.source_claims as r
                join ops.candidate_inputs as i on r._submission_id = i.submission_id
                join staging.ref_iscms as m on r.member_code = m.code and m.member_kind <> 'pool'
                where r.measure = 'offices_engaged' and r.value_kind = 'number' and r.is_total = 'no'
                group by r.member_code
                """,
                """
                select member_code, offices_engaged::numeric from candidate.mart_mechanisms
                where offices_engaged_state <> 'not_reported' or offices_engaged is not null
                """,
            ),
            same_rows(
                "register: the technical secretariats are those of the dated roles on the day of the build",
                """
                select distinct r.iscm_code
                from staging.ref_iscm_roles as r
                cross join (select max(opened_at) as at from ops.builds) as b
                where r.role = 'technical_secretariat' and r.holder = 'IOM' and r.in_count = 'yes'
                    and coalesce(r.valid_to, 'infinity') >= (b.at at time zone 'UTC')::date
                """,
                "select member_code from candidate.mart_mechanisms where iom_is_technical_secretariat",
            ),
            same_rows(
                "register: as many type claims as the source makes",
                "select iscm_code, count(*) from staging.ref_iscm_type_claims group by iscm_code",
                "select member_code, type_claims::bigint from candidate.mart_mechanisms where type_claims > 0",
            ),
        ],
        "mart_mechanism_roles": [
            same_rows(
                "roles: every dated role of the reference data stands in the mart once, unchanged",
                f"select iscm_code, {_ROLE} from staging.ref_iscm_roles",  # noqa: S608 - our own names
                f"select member_code, {_ROLE} from candidate.mart_mechanism_roles",  # noqa: S608 - our own names
            ),
        ],
        "mart_mechanism_counts": [
            same_rows(
                "counts: printed figures are those of the accepted claims",
                """
                select t.iscm_type, r.value::numeric
                from staging.ref_iscm_counts as t
                join raw.source_claims as r on t.claim_id = r.claim_id
                join ops.candidate_inputs as i on r._submission_id = i.submission_id
                """,
                """
                select iscm_type, printed_count::numeric from candidate.mart_mechanism_counts
                where iscm_type <> 'all' and printed_count is not null
                """,
            ),
            same_rows(
                "counts: named are the ISCMs of the register, event series and pools left out",
                """
                select agreed_type, count(*) from staging.ref_iscms where member_kind = 'iscm' group by agreed_type
                union all
                select 'all', count(*) from staging.ref_iscms where member_kind = 'iscm'
                """,
                "select iscm_type, named_count::bigint from candidate.mart_mechanism_counts where named_count > 0",
            ),
            no_row(
                "counts: printed = named + not named, and unknown where a printed figure is missing",
                """
                select * from candidate.mart_mechanism_counts
                where iscm_type = 'all' and not_named_count is distinct from printed_count - named_count
                    or iscm_type <> 'all' and not_named_count is not null
                """,
            ),
        ],
        "mart_aliases": [
            same_rows(
                "aliases: every wording of the reference data stands in the mart once",
                """
                select alias, iscm_code, source_line from staging.ref_iscm_aliases
                union all
                select alias, office_code, source_line from staging.ref_office_aliases
                union all
                select alias, term, source_line from staging.ref_term_aliases
                """,
                "select alias, stands_for, source_line from candidate.mart_aliases",
            ),
        ],
    }
