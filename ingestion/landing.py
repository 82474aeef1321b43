"""Landing: one file, one transaction; either all of its rows are in `raw` or none is, and its submission says which."""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal
from typing import TextIO, cast

from psycopg2 import sql
from psycopg2.extensions import connection, cursor
from psycopg2.extras import Json

from ingestion.answer import Answer
from ingestion.archive import Archived
from ingestion.contract import Contract, contract
from ingestion.coverage import Coverage
from ingestion.findings import FileRefusedError, Finding
from ingestion.inspection import CleanRow, Inspection
from ingestion.readers import Table, read

CENT = Decimal("0.01")


def land(kept: Archived, name: str, feed: str, link: connection) -> Answer:
    """Check and load one archived file; the caller commits by leaving the transaction of `link`.

    Args:
        kept: the archived bytes; only they are read.
        name: the name under which the file was sent.
        feed: name of its contract.
        link: connection as `loader`, at the start of a transaction.

    Returns:
        The answer for the sender. Bytes that were accepted before change nothing.

    Raises:
        UnknownFeedError: no such feed.
    """
    terms = contract(feed)
    with link.cursor() as run:
        # one file of a feed at a time: ten copies dropped at once make one load
        run.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", (f"iscm.land.{feed}",))
        answer = _known(run, feed, name, kept.sha256) or _load(run, name, kept, terms)
        arrival = _record_arrival(run, name, kept.sha256, answer.submission)
    return replace(answer, arrival=arrival)


def _known(run: cursor, feed: str, name: str, sha256: str) -> Answer | None:
    """The answer to bytes that were accepted before. A refusal is not remembered: its cause may be gone."""
    run.execute(
        """
        with recursive line as (
            select submission_id, submission_id as in_force
            from ops.submissions where feed = %s and sha256 = %s and outcome = 'accepted'
            union all
            select l.submission_id, s.submission_id
            from line as l join ops.submissions as s on s.supersedes = l.in_force
        )
        select s.submission_id, s.row_count, s.totals, max(l.in_force)
        from line as l join ops.submissions as s using (submission_id)
        group by s.submission_id
        """,
        (feed, sha256),
    )
    found = run.fetchone()
    if found is None:
        return None
    submission, rows, totals, newest = found
    in_force = newest if newest != submission else None
    return Answer(name, feed, "duplicate", submission, sha256, rows, totals, [], 0, in_force=in_force)


def _load(run: cursor, name: str, kept: Archived, terms: Contract) -> Answer:
    run.execute("select nextval(pg_get_serial_sequence('ops.submissions', 'submission_id'))")
    submission = int(run.fetchone()[0])  # type: ignore[index]
    run.execute("savepoint rows")
    try:
        table = read(kept.path, name, terms.sheet)
    except FileRefusedError as refusal:
        seen = Inspection(Table(None, 1, (), iter(())), terms)
        seen.note(refusal.finding)
    else:
        seen = Inspection(table, terms)
        copied = _copy(run, terms, submission, table.sheet, seen.clean_rows())
        if not seen.blocked and copied != seen.row_count:
            raise AssertionError(f"{seen.row_count} rows read but {copied} copied")
    current = None if seen.blocked else _to_supersede(run, seen, terms)
    if seen.blocked:
        run.execute("rollback to savepoint rows")
    return _record(run, name, kept, terms, submission, seen, current)


def _copy(run: cursor, terms: Contract, submission: int, sheet: str | None, rows: Iterable[CleanRow]) -> int:
    columns = ("_submission_id", "_sheet", "_row_number", *terms.names)
    statement = sql.SQL("copy raw.{} ({}) from stdin with (format csv)").format(
        sql.Identifier(terms.feed), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    lines = ((submission, sheet, number, *cells) for number, cells in rows)
    run.copy_expert(statement, cast(TextIO, _Stream(lines)))
    return run.rowcount


class _Stream(io.TextIOBase):
    """Rows as a CSV file that COPY reads piece by piece, so that a file of any length needs little memory."""

    def __init__(self, rows: Iterator[tuple[object, ...]]) -> None:
        self._rows = rows
        self._text = ""

    def read(self, size: int | None = -1) -> str:
        wanted = size if size is not None and size >= 0 else 1 << 62
        pieces, length = [self._text], len(self._text)
        buffer = io.StringIO()
        writer = csv.writer(buffer)  # an empty cell is no value to COPY; readers give no empty texts
        while length < wanted and (row := next(self._rows, None)) is not None:
            writer.writerow(row)
            pieces.append(buffer.getvalue())
            length += len(pieces[-1])
            buffer.seek(0)
            buffer.truncate()
        text = "".join(pieces)
        self._text = text[wanted:]
        return text[:wanted]


def _to_supersede(run: cursor, seen: Inspection, terms: Contract) -> int | None:
    """The current submission for the same office and period; an overlap with another period is a finding."""
    coverage = seen.coverage
    assert coverage is not None  # noqa: S101 - a file that is not blocked has rows, and each row its coverage
    run.execute(
        """
        select submission_id, file_name, period_start, period_end
        from ops.current_submissions
        where feed = %s and reporting_office = %s and period_start <= %s and period_end >= %s
        order by submission_id
        """,
        (terms.feed, coverage.office, coverage.end, coverage.start),
    )
    overlapping = run.fetchall()
    for submission, file, start, end in overlapping:
        if (start, end) == (coverage.start, coverage.end):
            return int(submission)
        seen.note(_overlap(seen, coverage, terms, f"submission {submission} ({file}: {start} to {end})"))
    return None


def _overlap(seen: Inspection, coverage: Coverage, terms: Contract, other: str) -> Finding:
    message = (
        f"the period overlaps with {other}; send the same period again to replace it, or one that does not overlap"
    )
    period = f"{coverage.start} to {coverage.end}"
    return Finding("coverage-overlap", message, seen.table.sheet, None, terms.period_column, period)


def _record(
    run: cursor,
    name: str,
    kept: Archived,
    terms: Contract,
    submission: int,
    seen: Inspection,
    current: int | None,
) -> Answer:
    outcome = "rejected" if seen.blocked else "accepted"
    coverage = seen.coverage
    totals = {} if seen.blocked else {code: str(total.quantize(CENT)) for code, total in sorted(seen.totals.items())}
    run.execute(
        """
        insert into ops.submissions (
            submission_id, feed, file_name, sha256, size_bytes, outcome, contract_version, contract_sha256,
            reporting_office, period_start, period_end, sheet, row_count, finding_count, totals, supersedes
        ) overriding system value values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
        """,
        (
            submission, terms.feed, name, kept.sha256, kept.size, outcome, terms.version, terms.sha256,
            coverage and coverage.office, coverage and coverage.start, coverage and coverage.end,
            seen.table.sheet, seen.row_count, seen.counts.total(), Json(totals), current,
        ),
    )  # fmt: skip
    for number, finding in enumerate(seen.findings, start=1):
        run.execute(
            """
            insert into ops.findings (
                submission_id, finding_number, rule_id, severity, sheet, row_number, column_name, value, message
            ) values (%s, %s, %s, %s, %s, %s, %s, %s, %s)
            """,
            (
                submission, number, finding.rule, finding.severity, finding.sheet, finding.row, finding.column,
                finding.value, finding.message,
            ),
        )  # fmt: skip
    return Answer(
        name, terms.feed, outcome, submission, kept.sha256, seen.row_count, totals, seen.findings,
        seen.counts.total(), superseded=current,
    )  # fmt: skip


def _record_arrival(run: cursor, name: str, sha256: str, submission: int) -> int:
    run.execute(
        "insert into ops.arrivals (file_name, sha256, submission_id) values (%s, %s, %s) returning arrival_id",
        (name, sha256, submission),
    )
    return int(run.fetchone()[0])  # type: ignore[index]
