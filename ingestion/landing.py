"""Landing: one file, one transaction; either all of its rows are in `raw` or none is, and its submission says which."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg2
from psycopg2 import sql
from psycopg2.extensions import connection, cursor

from ingestion.answer import Answer
from ingestion.archive import Archived
from ingestion.comparison import SentRows, difference, landed_keys_elsewhere, sent_keys_elsewhere
from ingestion.contract import Contract, code_lists_sha256, contract
from ingestion.findings import MAX_LISTED, Finding, in_order
from ingestion.reading import Inspected, Reading
from ingestion.row_stream import RowStream
from ingestion.submissions import (
    Earlier,
    accepted_oddities,
    admit,
    earlier,
    insert_many,
    known,
    lock_feed,
    next_number,
    record,
    record_arrival,
    to_supersede,
)


@dataclass(frozen=True)
class Judgement:
    """The delivery gate's word: warnings with their scopes, and what it did, by column of `ops.delivery_verdicts`."""

    findings: list[Finding]
    done: dict[str, Any]


Judge = Callable[[Inspected, Sequence[Earlier]], Judgement]


@dataclass(frozen=True)
class Received:
    """One file as it was received, with the control totals that came in a file beside it, if any."""

    name: str
    feed: str
    kept: Archived
    control: tuple[str, Archived] | None = None

    @property
    def control_sha256(self) -> str | None:
        """Hash of the control totals that came beside it."""
        return self.control[1].sha256 if self.control else None


def land(received: Received, reading: Reading, judge: Judge, link: connection) -> Answer:
    """Check and load one archived file; the caller commits by leaving the transaction of `link`.

    Args:
        received: the archived bytes; only they are read.
        reading: a reader process without an order yet.
        judge: the delivery gate.
        link: connection as `loader`, at the start of a transaction.

    Returns:
        The answer for the sender. Bytes that were let in before change nothing.

    Raises:
        UnknownFeedError: no such feed.
    """
    terms = contract(received.feed)
    with link.cursor() as run:
        # one file of a feed at a time: ten copies dropped at once make one load
        lock_feed(run, received.feed)
        answer = known(run, received.feed, received.name, received.kept.sha256)
        if answer is None:
            answer = _load(run, received, terms, reading, judge)
        elif received.control_sha256 not in (None, answer.control_sha256):
            answer = _with_other_totals(run, received, terms, reading) or answer
        assert answer.submission is not None  # noqa: S101 - only a dry run has none
        arrival = record_arrival(run, received.name, received.kept.sha256, answer.submission, received.control_sha256)
    return replace(answer, arrival=arrival)


def refuse(name: str, feed: str, kept: Archived | None, finding: Finding, link: connection) -> Answer:
    """Record a file that cannot even be opened as one of a feed: a link, a pipe, a folder, a feed nobody knows."""
    found = Inspected()
    found.add(finding)
    with link.cursor() as run:
        submission = next_number(run)
        answer = Answer(
            name, feed, "rejected", kept.sha256 if kept else None, findings=[finding], finding_count=1,
            rule_counts=dict(found.counts), submission=submission, received_at=datetime.now(UTC),
        )  # fmt: skip
        record(run, answer, found, kept.size if kept else 0)
        return replace(answer, arrival=record_arrival(run, name, answer.sha256, submission))


def check(received: Received, reading: Reading, judge: Judge, link: connection | None) -> Answer:
    """What landing would answer, without writing anything.

    Args:
        received: the bytes where they lie.
        reading, judge: as for `land`.
        link: connection as `loader`, or None: then nothing is compared with earlier deliveries.
    """
    terms = contract(received.feed)
    order = received.kept.path, received.name, received.feed, 0, _beside(received)
    if link is None:
        reading.order(*order, rows=False)
        return replace(_answer(received, terms, reading.found(), None), compared=False)
    with link.cursor() as run:
        if answer := known(run, received.feed, received.name, received.kept.sha256):
            return replace(answer, submission=None, received_at=None)
        clashes = []
        if (columns := reading.order(*order, rows=terms.key_forever)) and terms.key_forever:
            sent = SentRows(reading.rows, terms, columns)
            clashes = sent_keys_elsewhere(run, terms, sent)
        found = reading.found()
        superseded = _place(run, terms, found)
        _judge(run, terms, found, judge)
        _note_warnings(run, terms, found, clashes)
    return replace(_answer(received, terms, found, None), superseded=superseded)


def _with_other_totals(run: cursor, received: Received, terms: Contract, reading: Reading) -> Answer | None:
    """The refusal of known bytes that come with control totals which they do not meet; None when they do."""
    submission = next_number(run)
    reading.order(received.kept.path, received.name, received.feed, submission, _beside(received), rows=False)
    found = reading.found()
    if not found.blocked:
        return None
    answer = _answer(received, terms, found, submission)
    record(run, answer, found, received.kept.size)
    return answer


def _load(run: cursor, received: Received, terms: Contract, reading: Reading, judge: Judge) -> Answer:
    submission = next_number(run)
    run.execute("savepoint rows")
    columns = reading.order(received.kept.path, received.name, received.feed, submission, _beside(received), rows=True)
    copied, found = _copied(run, terms, columns, reading)
    if not found.blocked and copied != found.row_count:
        raise AssertionError(f"{found.row_count} rows read but {copied} copied")
    superseded = _place(run, terms, found)
    verdict = _judge(run, terms, found, judge)
    if not found.blocked and found.coverage:
        _note_warnings(run, terms, found, landed_keys_elsewhere(run, terms, submission, found.coverage))
    if found.blocked:
        run.execute("rollback to savepoint rows")
    answer = replace(_answer(received, terms, found, submission), superseded=superseded)
    record(run, answer, found, received.kept.size)
    if verdict and not found.blocked:
        _record_verdict(run, submission, verdict)
    changed = None
    if answer.outcome == "accepted":
        admit(run, submission, superseded)
    if superseded is not None and not found.blocked:
        changed = difference(run, terms, submission, superseded)
    return replace(answer, difference=changed)


def _copied(run: cursor, terms: Contract, columns: Sequence[str], reading: Reading) -> tuple[int, Inspected]:
    try:
        copied = _copy(run, terms.feed, columns, reading.rows) if columns else 0
    except psycopg2.DataError:
        while reading.rows.read(1):  # so that the reader can come to its end and say what it found
            pass
        found = reading.found()
        if not found.blocked:
            raise  # rows that were found right must go in
        return 0, found  # it was stopped in the middle of a row
    return copied, reading.found()


def _copy(run: cursor, feed: str, columns: Sequence[str], rows: RowStream) -> int:
    names = [sql.Identifier(name) for name in ("_submission_id", "_sheet", "_row_number", *columns)]
    # a cell that is empty in quotes is as empty as one without
    statement = sql.SQL("copy raw.{} ({}) from stdin with (format csv, force_null ({}))").format(
        sql.Identifier(feed), sql.SQL(", ").join(names), sql.SQL(", ").join(names[1:])
    )
    run.copy_expert(statement, rows)
    return int(run.rowcount)


def _place(run: cursor, terms: Contract, found: Inspected) -> int | None:
    """The submission whose place this one takes; a period that overlaps with another is noted."""
    if found.blocked or found.coverage is None:
        return None
    superseded, overlaps = to_supersede(run, terms, found.coverage)
    for finding in overlaps:
        found.add(replace(finding, sheet=found.sheet))
    return superseded


def _judge(run: cursor, terms: Contract, found: Inspected, judge: Judge) -> Judgement | None:
    """The delivery gate's word on a file that nothing blocks; its warnings are noted."""
    if found.blocked or found.coverage is None:
        return None
    found.findings = _unless_accepted(run, terms, found, found.findings)
    judgement = judge(found, earlier(run, terms, found.coverage))
    _note_warnings(run, terms, found, judgement.findings)
    return judgement


def _note_warnings(run: cursor, terms: Contract, found: Inspected, warnings: list[Finding]) -> None:
    """Note what is odd about a file that nothing blocks."""
    if not found.blocked:
        for finding in _unless_accepted(run, terms, found, warnings):
            found.add(finding)


def _unless_accepted(run: cursor, terms: Contract, found: Inspected, warnings: list[Finding]) -> list[Finding]:
    """Warnings, those turned into notes that somebody has accepted and whose acceptance has not expired."""
    if not warnings or found.coverage is None:
        return warnings
    accepted = accepted_oddities(run, terms.feed, found.coverage.office)
    return [
        replace(item, severity="note", message=f"{item.message} ({accepted[item.scope]})")
        if item.scope in accepted
        else item
        for item in warnings
    ]


def _answer(received: Received, terms: Contract, found: Inspected, submission: int | None) -> Answer:
    severities = {finding.severity for finding in found.findings}
    outcome = "rejected" if found.blocked else "quarantined" if "warning" in severities else "accepted"
    coverage = found.coverage
    return Answer(
        file=received.name,
        feed=received.feed,
        outcome=outcome,
        sha256=received.kept.sha256,
        rows=found.row_count,
        totals={} if found.blocked else {code: str(total) for code, total in found.totals.items()},
        office=coverage.office if coverage else None,
        period_start=coverage.start if coverage else None,
        period_end=coverage.end if coverage else None,
        part=coverage.part or None if coverage else None,
        findings=in_order(found.findings)[:MAX_LISTED],
        finding_count=found.counts.total(),
        rule_counts=dict(sorted(found.counts.items())),
        contract_version=terms.version,
        contract_sha256=terms.sha256,
        code_lists_sha256=code_lists_sha256(),
        control_sha256=received.control_sha256,
        submission=submission,
        received_at=datetime.now(UTC) if submission else None,
    )


def _beside(received: Received) -> tuple[str, Path] | None:
    return (received.control[0], received.control[1].path) if received.control else None


def _record_verdict(run: cursor, submission: int, judgement: Judgement) -> None:
    done = {"submission_id": submission, "oddities": len(judgement.findings), **judgement.done}
    insert_many(run, "ops.delivery_verdicts", ", ".join(done), [tuple(done.values())])
