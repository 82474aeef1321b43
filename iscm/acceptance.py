"""A person's word that an odd delivery is right: recorded, and when nothing is open any more, brought into force."""

import contextlib
import datetime as dt
from collections.abc import Sequence

import psycopg2
from psycopg2.extensions import cursor

from ingestion.archive import archived
from ingestion.coverage import Coverage
from ingestion.findings import printable
from ingestion.submissions import admit, insert_many, lock_feed, standing
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
            feed, file, sha256, coverage = _held(run, submission)
            left = _open(run, submission)
            accepted = list(numbers) or list(left)
            for number in accepted:
                if number not in left:
                    raise NotAcceptableError(
                        f"finding {number} of submission {submission} is not open; see: iscm status {submission}"
                    )
                left.remove(number)
            columns = "submission_id, finding_number, reason, valid_until, accepted_by"
            insert_many(
                run, "ops.acceptances", columns, [(submission, number, reason, until, by) for number in accepted]
            )
            if not left:
                admit(run, submission, _to_supersede(run, submission, feed, coverage))
                # before the end of the transaction: were it killed in between, nobody would drop the file any more.
                # Whoever lands it meanwhile waits for the lock of its feed, and so for that end
                with contextlib.suppress(AlreadyWaitingError):  # whatever waits there starts the build as well
                    drop_file(archived(at.archive, sha256), at.drop / feed, file)
    except psycopg2.errors.CheckViolation as violation:
        raise NotAcceptableError(
            "give a reason of at least 10 characters, a name of at least 3, and a day in the next 400"
        ) from violation
    lines = [f"submission {submission}, finding {number}: accepted by {by} until {until}" for number in accepted]
    if left:
        return [*lines, f"still open: {', '.join(f'finding {number}' for number in left)}"]
    return [*lines, f"submission {submission} ({feed}/{printable(file)}) is in force and is published next"]


def _held(run: cursor, submission: int) -> tuple[str, str, str, Coverage]:
    """Feed, file, hash and coverage of a submission that is held back; nobody else lands a file of its feed now."""
    run.execute(
        "select outcome, feed, file_name, sha256, reporting_office, period_start, period_end, part "
        "from ops.submissions where submission_id = %s",
        (submission,),
    )
    row = run.fetchone()
    if row is None:
        raise NotAcceptableError(f"there is no submission {submission}; see: iscm status")
    outcome, feed, file, sha256, *coverage = row
    if outcome != "quarantined":
        raise NotAcceptableError(f"submission {submission} was {outcome}; only what is held back can be accepted")
    lock_feed(run, feed)
    run.execute("select 1 from ops.admissions where submission_id = %s", (submission,))
    if run.fetchone():
        raise NotAcceptableError(f"submission {submission} is in force already")
    return feed, file, sha256, Coverage(*coverage)


def _open(run: cursor, submission: int) -> list[int]:
    run.execute(
        "select finding_number from ops.open_findings where submission_id = %s order by finding_number", (submission,)
    )
    return [number for (number,) in run.fetchall()]


def _to_supersede(run: cursor, submission: int, feed: str, coverage: Coverage) -> int | None:
    current, *_, same = next(iter(standing(run, feed, coverage)), (None, True))
    if current is not None and (not same or current > submission):
        raise NotAcceptableError(
            f"submission {current} has come into force meanwhile for the same time; send the file again if it is right"
        )
    return current
