"""A person's word that an odd delivery is right: recorded, and when nothing is open any more, brought into force."""

import contextlib
import datetime as dt
from collections.abc import Sequence

import psycopg2
from psycopg2.extensions import cursor

from ingestion.findings import printable
from ingestion.submissions import admit
from iscm.dropping import AlreadyWaitingError, drop_file
from warehouse.database import connect
from warehouse.settings import settings


class NotAcceptableError(Exception):
    """There is nothing to accept, or it may not be accepted so; the message says why."""


def accept(submission: int, numbers: Sequence[int], reason: str, until: dt.date, by: str) -> list[str]:
    """Accept findings of a submission that is held back.

    When none is left open the submission comes into force, and its file is dropped once more: its sender gets the
    receipt, and the build begins.

    Args:
        submission: number of the submission.
        numbers: numbers of its findings; none means all that are open.
        reason: why the figures are right, for whoever asks later.
        until: last day on which the same oddity is not raised again.
        by: who says so.

    Returns:
        What happened, one line each.

    Raises:
        NotAcceptableError: no such finding, nothing held back, or reason and day are not what they must be.
    """
    at = settings()
    try:
        with connect("steward") as link, link.cursor() as run:
            feed, file, sha256 = _held(run, submission)
            accepted = list(numbers) or _open(run, submission)
            for number in accepted:
                _accept_one(run, submission, number, reason, until, by)
            left = _open(run, submission)
            if not left:
                admit(run, submission, _to_supersede(run, submission))
                # before the end of the transaction: were it killed in between, nobody would drop the file any more.
                # Whoever lands it meanwhile waits for the lock of its feed, and so for that end
                with contextlib.suppress(AlreadyWaitingError):  # whatever waits there starts the build as well
                    drop_file(at.archive / sha256[:2] / sha256, at.drop / feed, file)
    except psycopg2.errors.CheckViolation as violation:
        raise NotAcceptableError(
            "give a reason of at least 10 characters, a name of at least 3, and a day in the next 400"
        ) from violation
    lines = [f"submission {submission}, finding {number}: accepted by {by} until {until}" for number in accepted]
    if left:
        return [*lines, f"still open: {', '.join(f'finding {number}' for number in left)}"]
    return [*lines, f"submission {submission} ({feed}/{printable(file)}) is in force and is published next"]


def _held(run: cursor, submission: int) -> tuple[str, str, str]:
    run.execute("select feed, file_name, sha256, outcome from ops.submissions where submission_id = %s", (submission,))
    row = run.fetchone()
    if row is None:
        raise NotAcceptableError(f"there is no submission {submission}; see: iscm status")
    feed, file, sha256, outcome = row
    if outcome != "quarantined":
        raise NotAcceptableError(f"submission {submission} was {outcome}; only what is held back can be accepted")
    run.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", (f"iscm.land.{feed}",))
    run.execute("select 1 from ops.admissions where submission_id = %s", (submission,))
    if run.fetchone():
        raise NotAcceptableError(f"submission {submission} is in force already")
    return feed, file, sha256


def _accept_one(run: cursor, submission: int, number: int, reason: str, until: dt.date, by: str) -> None:
    if number not in _open(run, submission):
        raise NotAcceptableError(
            f"finding {number} of submission {submission} is not open; see: iscm status {submission}"
        )
    run.execute(
        "insert into ops.acceptances (submission_id, finding_number, reason, valid_until, accepted_by) "
        "values (%s, %s, %s, %s, %s)",
        (submission, number, reason, until, by),
    )


def _open(run: cursor, submission: int) -> list[int]:
    run.execute(
        "select finding_number from ops.open_findings where submission_id = %s order by finding_number", (submission,)
    )
    return [number for (number,) in run.fetchall()]


def _to_supersede(run: cursor, submission: int) -> int | None:
    run.execute(
        """
        select c.submission_id, (c.period_start, c.period_end, c.part) = (s.period_start, s.period_end, s.part)
        from ops.submissions as s join ops.current_submissions as c
            on s.feed = c.feed and s.reporting_office = c.reporting_office
            and s.period_start <= c.period_end and s.period_end >= c.period_start
            and (s.part = c.part or s.part = '' or c.part = '')
        where s.submission_id = %s
        """,
        (submission,),
    )
    row = run.fetchone()
    if row is None:
        return None
    current, same = row
    if not same or current > submission:
        raise NotAcceptableError(
            f"submission {current} has come into force meanwhile for the same time; send the file again if it is right"
        )
    return int(current)
