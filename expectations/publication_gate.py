"""The publication gate: judge the candidate marts and record the verdict, bound to data, rules and code lists.

A gate passes only if it proves what it did: as many checks run as declared, as many rows evaluated as present.
"""

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from psycopg2.extensions import connection
from psycopg2.extras import Json

GATE = "publication"


@dataclass(frozen=True)
class Outcome:
    """The outcome of one expectation on one table; `failures` counts the rows that must not be there."""

    table: str
    check: str
    passed: bool
    observed: int | None
    problem: str | None = None


@dataclass(frozen=True)
class Verdict:
    """What the gate found, as it is recorded in ops.gate_results."""

    build_id: int
    passed: bool
    checks_declared: int
    checks_run: int
    rows_present: int
    rows_evaluated: int
    outcomes: list[Outcome]

    def lines(self) -> list[str]:
        """The verdict in words: the counts, then each check that failed."""
        word = "passed" if self.passed else "RED"
        head = (
            f"publication gate {word}: build {self.build_id}, {self.checks_run} of {self.checks_declared} checks run, "
            f"{self.rows_evaluated} of {self.rows_present} rows evaluated"
        )
        failed = [item for item in self.outcomes if not item.passed]
        return [head, *(f"  {item.table}: {item.check}: {item.problem or item.observed}" for item in failed)]


@cache
def rules_sha256() -> str:
    """Hash over the rules of this gate."""
    folder = Path(__file__).parent
    joined = b"".join(
        (folder / name).read_bytes() for name in ("publication_gate.py", "publication_suites.py", "people_suites.py")
    )
    return hashlib.sha256(joined).hexdigest()


def judge(database_uri: str, build_id: int, row_counts: dict[str, int]) -> Verdict:
    """Run every suite on the candidate marts.

    Args:
        database_uri: SQLAlchemy address, as `publisher`.
        build_id: build of the candidate marts.
        row_counts: rows present, by table, counted apart from Great Expectations.
    """
    from expectations.publication_suites import suites

    declared = suites()
    outcomes = _run(database_uri, declared, row_counts)
    declared_count = sum(len(expectations) + 1 for expectations in declared.values())
    evaluated = sum(item.observed or 0 for item in outcomes if item.check == ROW_COUNT)
    present = sum(row_counts.values())
    # a table without a suite, an empty table, a check that did not run: none of them is a pass
    ran = sum(item.problem is None for item in outcomes)
    complete = set(declared) == set(row_counts) and ran == declared_count and evaluated == present
    passed = complete and present > 0 and all(row_counts.values()) and all(item.passed for item in outcomes)
    return Verdict(build_id, passed, declared_count, ran, present, evaluated, outcomes)


ROW_COUNT = "the table holds the rows that were counted apart"


def _run(database_uri: str, declared: dict[str, list[Any]], row_counts: dict[str, int]) -> list[Outcome]:
    import great_expectations as gx
    from great_expectations.expectations.core import ExpectTableRowCountToEqual

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}  # type: ignore[assignment]  # the setter takes a dict
    source = context.data_sources.add_postgres("warehouse", connection_string=database_uri, create_temp_table=False)
    outcomes: list[Outcome] = []
    for table, expectations in declared.items():
        asset = source.add_table_asset(table, table_name=table, schema_name="candidate")
        batch = asset.add_batch_definition_whole_table("all").get_batch()
        counted = ExpectTableRowCountToEqual(value=row_counts.get(table, -1), description=ROW_COUNT)
        for expectation in (counted, *expectations):
            outcomes.append(_outcome(table, expectation.description or "", batch.validate(expectation)))
    return outcomes


def _outcome(table: str, check: str, result: Any) -> Outcome:
    problem = None
    if result.exception_info and (raised := _exception(result.exception_info)):
        problem = f"the check could not run: {raised}"
    observed = result.result.get("observed_value")
    return Outcome(table, check, bool(result.success) and problem is None, _number(observed), problem)


def _exception(info: dict[str, Any]) -> str | None:
    entries = [info] if "raised_exception" in info else list(info.values())
    return next((str(entry["exception_message"]) for entry in entries if entry.get("raised_exception")), None)


def _number(observed: object) -> int | None:
    try:
        return int(str(observed))
    except ValueError:
        return None


def record(link: connection, verdict: Verdict, data_sha256: str, code_lists_sha256: str) -> None:
    """Write the verdict; as `publisher`. The caller commits."""
    details = [item.__dict__ for item in verdict.outcomes]
    with link.cursor() as run:
        run.execute(
            """
            insert into ops.gate_results (
                gate, build_id, passed, checks_declared, checks_run, rows_present, rows_evaluated,
                data_sha256, rules_sha256, code_lists_sha256, details
            ) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
            """,
            (
                GATE, verdict.build_id, verdict.passed, verdict.checks_declared, verdict.checks_run,
                verdict.rows_present, verdict.rows_evaluated, data_sha256, rules_sha256(), code_lists_sha256,
                Json(details),
            ),
        )  # fmt: skip
