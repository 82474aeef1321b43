"""What was received and what was decided can be added to, never changed or removed, by whatever role."""

from pathlib import Path

import psycopg2
import pytest
from psycopg2 import errors

from ingestion.contract import feeds
from tests.integration.support import change, fetch, judge, land, make_candidate, one, osi_file, session
from warehouse.settings import Role, Settings

RAW = feeds()
OPS = [
    "acceptances", "admissions", "arrivals", "build_inputs", "builds", "dbt_results", "delivery_verdicts",
    "difference_amounts", "findings", "gate_results", "mail_deliveries", "pointer_moves", "publications",
    "submission_differences", "submission_measures", "submissions",
]  # fmt: skip
TABLES = [f"raw.{name}" for name in RAW] + [f"ops.{name}" for name in OPS]
ROLES: list[Role] = ["postgres", "migrator", "loader", "transformer", "publisher", "bi_reader", "auditor", "steward"]
COLUMN = """
    select attname from pg_attribute
    where attrelid = %s::regclass and attnum > 0 and attidentity = '' order by attnum limit 1
"""


def test_these_are_all_the_tables_of_raw_and_ops(warehouse: Settings) -> None:
    rows = fetch("auditor", "select schemaname || '.' || tablename from pg_tables where schemaname in ('raw', 'ops')")
    assert sorted(name for (name,) in rows) == sorted(
        [*TABLES, "ops.publication_pointer", "ops.schema_version", "ops.landing_progress"]
    )


@pytest.mark.parametrize("role", ROLES)
def test_nobody_updates_deletes_or_truncates_what_was_received_or_decided(warehouse: Settings, role: Role) -> None:
    refused = []
    with session(role) as run:
        for table in TABLES:
            column = one("postgres", COLUMN, table)
            for statement in (
                f"update {table} set {column} = {column}", f"delete from {table}", f"truncate {table} cascade",
            ):  # fmt: skip
                with pytest.raises((errors.InsufficientPrivilege, errors.RaiseException)) as refusal:
                    run.execute(statement)
                refused.append(str(refusal.value))
    assert len(refused) == 3 * len(TABLES)
    if role in ("postgres", "migrator"):
        assert all("is append-only" in text for text in refused)


def test_the_refusal_says_what_to_do_instead(warehouse: Settings, tmp_path: Path) -> None:
    land(osi_file(tmp_path, ["1.00"]))
    with pytest.raises(psycopg2.Error, match=r"raw\.osi_allocations is append-only: UPDATE.*\n.*new submission"):
        change("migrator", "update raw.osi_allocations set amount = '2.00'")
    assert one("auditor", "select amount from raw.osi_allocations") == "1.00"


@pytest.mark.parametrize("column", ["_submission_id", "_row_number"])
def test_no_row_lands_without_the_place_it_came_from(warehouse: Settings, column: str) -> None:
    row = {"_submission_id": 1, "_row_number": 2} | {column: "null"}
    with pytest.raises(errors.NotNullViolation):
        change("loader", f"insert into raw.posts ({', '.join(row)}) values ({', '.join(map(str, row.values()))})")


def test_the_same_bytes_are_accepted_once_whoever_says_so(warehouse: Settings, tmp_path: Path) -> None:
    land(osi_file(tmp_path, ["1.00"]))
    columns = """feed, file_name, sha256, size_bytes, outcome, contract_version, contract_sha256, reporting_office,
        period_start, period_end, row_count, finding_count, totals"""
    with pytest.raises(errors.UniqueViolation):
        change("loader", f"insert into ops.submissions ({columns}) select {columns} from ops.submissions")


VERDICT = """
    insert into ops.gate_results (gate, build_id, passed, checks_declared, checks_run, rows_present, rows_evaluated,
        data_sha256, rules_sha256, code_lists_sha256, details)
    select 'publication', max(build_id), {}, '', '', '', '{{}}' from ops.builds
"""


@pytest.mark.parametrize("claim", ["0, 0, 5, 5", "3, 2, 5, 5", "3, 4, 5, 5", "3, 3, 0, 0", "3, 3, 5, 4", "3, 3, 5, 6"])
def test_a_pass_that_did_not_look_at_everything_cannot_be_recorded(warehouse: Settings, claim: str) -> None:
    make_candidate([("a", "1.00")])
    change("publisher", VERDICT.format("true, 3, 3, 5, 5"), VERDICT.format(f"false, {claim}"))
    with pytest.raises(errors.CheckViolation):
        change("publisher", VERDICT.format(f"true, {claim}"))
    assert one("auditor", "select count(*) from ops.gate_results") == 2


PUBLICATION = """
    insert into ops.publications (publication_number, build_id, gate_result_id, verdict_passed, git_revision,
        row_counts, data_sha256, previous_chain_sha256, chain_sha256)
    select 1, max(build_id), {}, '', '{{}}', '', '', '' from ops.builds
"""


def test_a_publication_cannot_be_recorded_on_a_red_verdict_or_on_none(warehouse: Settings) -> None:
    make_candidate([("a", "1.00")])
    judge(passed=False)
    for claim, refusal in (
        ("1, true", errors.ForeignKeyViolation),
        ("1, false", errors.CheckViolation),
        ("99, true", errors.ForeignKeyViolation),
        ("null, true", errors.NotNullViolation),
        ("1, null", errors.NotNullViolation),
    ):
        with pytest.raises(refusal):
            change("publisher", PUBLICATION.format(claim))
    judge()
    change("publisher", PUBLICATION.format("2, true"))
    assert one("auditor", "select count(*) from ops.publications") == 1
