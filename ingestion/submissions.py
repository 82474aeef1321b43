"""The register of submissions: what is known, what stands, what was accepted; and the one way to write a new one."""

import datetime as dt
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from psycopg2.extensions import cursor
from psycopg2.extras import Json, execute_values

from ingestion.answer import Answer
from ingestion.contract import Contract, code_lists_sha256
from ingestion.coverage import Coverage
from ingestion.findings import Finding
from ingestion.reading import Inspected

EARLIER = 36
"""Deliveries that a new one is compared with: three years of monthly files."""


@dataclass(frozen=True)
class Earlier:
    """A submission in force of the same feed and office; `measures` are (kind, subject, period, value)."""

    submission: int
    start: dt.date
    end: dt.date
    measures: list[tuple[str, str, str, Decimal]]


def known(run: cursor, feed: str, name: str, sha256: str) -> Answer | None:
    """The answer to bytes that were let in before. A refusal is not remembered: its cause may be gone."""
    run.execute(
        """
        select submission_id, outcome, row_count, totals, reporting_office, period_start, period_end, finding_count,
            contract_version, contract_sha256, code_lists_sha256, control_sha256, part, received_at,
            exists (select 1 from ops.admissions as a where a.submission_id = s.submission_id)
        from ops.submissions as s where feed = %s and sha256 = %s and outcome <> 'rejected'
        """,
        (feed, sha256),
    )
    row = run.fetchone()
    if row is None:
        return None
    submission, outcome, rows, totals, office, start, end, count, *stamps, received, admitted = row
    version, terms, lists, control, part = stamps
    held = outcome == "quarantined" and not admitted
    listed = findings(run, submission) if held else []
    return Answer(
        name, feed, "quarantined" if held else "duplicate", sha256, rows, totals, office, start, end,
        part=part or None, findings=listed, finding_count=count if held else 0,
        rule_counts=dict(Counter(finding.rule for finding in listed)), contract_version=version,
        contract_sha256=terms, code_lists_sha256=lists, control_sha256=control,
        submission=submission, received_at=received, in_force=None if held else successor(run, submission),
        accepted=outcome == "quarantined" and admitted,
    )  # fmt: skip


def findings(run: cursor, submission: int) -> list[Finding]:
    """The findings listed for a submission, in their order."""
    run.execute(
        """
        select rule_id, message, sheet, row_number, column_name, value, severity, cell_ref, reference, scope
        from ops.findings where submission_id = %s order by finding_number
        """,
        (submission,),
    )
    return [Finding(*row) for row in run.fetchall()]


def successor(run: cursor, submission: int) -> int | None:
    """The submission that has, in the end, taken the place of this one; None while it stands itself."""
    run.execute(
        """
        with recursive line as (
            select submission_id from ops.admissions where supersedes = %s
            union all
            select a.submission_id from line as l join ops.admissions as a on a.supersedes = l.submission_id
        )
        select max(submission_id) from line
        """,
        (submission,),
    )
    (found,) = run.fetchone() or (None,)
    return None if found is None else int(found)


def lock_feed(run: cursor, feed: str) -> None:
    """Wait until nobody else lands or accepts a file of the feed; let go at the end of the transaction."""
    run.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", (f"iscm.land.{feed}",))


def standing(run: cursor, feed: str, coverage: Coverage) -> list[tuple[int, str, dt.date, dt.date, bool]]:
    """Submissions in force that cover any of it: number, file, first and last day, and whether just the same."""
    run.execute(
        """
        select submission_id, file_name, period_start, period_end, (period_start, period_end, part) = (%s, %s, %s)
        from ops.current_submissions
        where feed = %s and reporting_office = %s and period_start <= %s and period_end >= %s
            and (part = %s or part = '' or %s = '')
        order by submission_id
        """,
        (
            coverage.start, coverage.end, coverage.part, feed, coverage.office, coverage.end, coverage.start,
            coverage.part, coverage.part,
        ),
    )  # fmt: skip
    return run.fetchall()


def to_supersede(run: cursor, terms: Contract, coverage: Coverage) -> tuple[int | None, list[Finding]]:
    """The current submission for the same office and period; an overlap with another period is a finding."""
    found = []
    for submission, file, start, end, same in standing(run, terms.feed, coverage):
        if same:
            return submission, []
        message = (
            f"the period overlaps with submission {submission} ({file}: {start} to {end}); "
            "send the same period again to replace it, or one that does not overlap"
        )
        found.append(Finding("coverage-overlap", message, None, None, terms.period_column, coverage.label))
    return None, found


def earlier(run: cursor, terms: Contract, coverage: Coverage) -> list[Earlier]:
    """The submissions in force that cover earlier periods, the latest first."""
    run.execute(
        """
        select s.submission_id, s.period_start, s.period_end,
            array(
                select json_build_array(m.kind, m.subject, m.period, m.value::text)::text
                from ops.submission_measures as m where m.submission_id = s.submission_id
                order by m.kind, m.subject, m.period
            )
        from ops.current_submissions as s
        where s.feed = %s and s.reporting_office = %s and s.period_end < %s
        order by s.period_end desc limit %s
        """,
        (terms.feed, coverage.office, coverage.start, EARLIER),
    )
    return [
        Earlier(submission, start, end, [_measure(json.loads(text)) for text in measures])
        for submission, start, end, measures in run.fetchall()
    ]


def _measure(parts: list[str]) -> tuple[str, str, str, Decimal]:
    kind, subject, period, value = parts
    return kind, subject, period, Decimal(value)


def accepted_oddities(run: cursor, feed: str, office: str) -> dict[str, str]:
    """What is accepted today for a feed and office: by whom, until when and why, by the scope of the oddity."""
    run.execute(
        """
        select distinct on (scope) scope,
            format('accepted by %%s until %%s: %%s', accepted_by, valid_until, reason)
        from ops.accepted_oddities
        where feed = %s and reporting_office = %s and scope is not null and valid_until >= current_date
        order by scope, valid_until desc
        """,
        (feed, office),
    )
    return dict(run.fetchall())


def record(run: cursor, answer: Answer, found: Inspected, size: int) -> None:
    """Write a submission, its findings and its measures."""
    run.execute(
        """
        insert into ops.submissions (
            submission_id, feed, file_name, sha256, size_bytes, outcome, contract_version, contract_sha256,
            code_lists_sha256, control_sha256, reporting_office, period_start, period_end, sheet, row_count,
            finding_count, totals, received_at, part
        ) overriding system value values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
        """,
        (
            answer.submission, answer.feed, answer.file, answer.sha256, size, answer.outcome, answer.contract_version,
            answer.contract_sha256, code_lists_sha256(), answer.control_sha256, answer.office, answer.period_start,
            answer.period_end, found.sheet, answer.rows, answer.finding_count, Json(answer.totals), answer.received_at,
            answer.part or "",
        ),
    )  # fmt: skip
    insert_many(
        run, "ops.findings",
        "submission_id, finding_number, rule_id, severity, sheet, row_number, column_name, value, message, cell_ref, "
        "reference, scope",
        [
            (
                answer.submission, number, item.rule, item.severity, item.sheet, item.row, item.column, item.value,
                item.message, item.cell, item.reference, item.scope,
            )
            for number, item in enumerate(answer.findings, start=1)
        ],
    )  # fmt: skip
    if answer.outcome != "rejected":
        measures = [(answer.submission, *measure) for measure in found.measures]
        insert_many(run, "ops.submission_measures", "submission_id, kind, subject, period, value", measures)


def admit(run: cursor, submission: int, supersedes: int | None) -> None:
    """Bring a submission into force; the database refuses one with open warnings."""
    run.execute("insert into ops.admissions (submission_id, supersedes) values (%s, %s)", (submission, supersedes))


def record_arrival(run: cursor, name: str, sha256: str | None, submission: int, control: str | None = None) -> int:
    """Write that a file appeared in the folder, with what control totals; gives the number of the arrival."""
    run.execute(
        "insert into ops.arrivals (file_name, sha256, submission_id, control_sha256) values (%s, %s, %s, %s) "
        "returning arrival_id",
        (name, sha256, submission, control),
    )
    (arrival,) = run.fetchone() or (0,)
    return int(arrival)


def next_number(run: cursor) -> int:
    """A number for a new submission."""
    run.execute("select nextval(pg_get_serial_sequence('ops.submissions', 'submission_id'))")
    (number,) = run.fetchone() or (0,)
    return int(number)


def insert_many(run: cursor, table: str, columns: str, rows: Sequence[tuple[Any, ...]]) -> None:
    if rows:
        execute_values(run, f"insert into {table} ({columns}) values %s", rows, page_size=1000)  # noqa: S608 - our own words
