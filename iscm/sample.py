"""The evaluation's own figures, dropped as a finance team would drop them, and what is known to be odd about them."""

import contextlib
import csv
import datetime as dt
from pathlib import Path

from ingestion.archive import sha256_of
from iscm.acceptance import NotAcceptableError, accept
from iscm.dropping import AlreadyWaitingError, drop_file
from warehouse.database import connect
from warehouse.settings import PROJECT

SAMPLE = PROJECT / "sample"
ACCEPTANCES = SAMPLE / "acceptances.csv"
DAYS = 365


def drop_sample(drop: Path) -> list[str]:
    """Copy each file of `sample/` into the drop folder of its feed.

    Returns:
        The files dropped, as `feed/name`; one that waits there under the same name is left alone.
    """
    dropped = []
    for source in sorted(SAMPLE.glob("*/*.*")):
        try:
            drop_file(source, drop / source.parent.name)
        except AlreadyWaitingError:
            continue
        dropped.append(f"{source.parent.name}/{source.name}")
    return dropped


def accept_sample(today: dt.date) -> list[str]:
    """Accept the oddities that the evaluation itself prints, where the sample's files are held back for them.

    Returns:
        One line for each acceptance.
    """
    with ACCEPTANCES.open(encoding="utf-8", newline="") as file:
        known = {(row["feed"], row["scope"]): row["reason"] for row in csv.DictReader(file)}
    with connect("auditor") as link, link.cursor() as run:
        run.execute(
            """
            select s.feed, f.scope, f.submission_id, f.finding_number
            from ops.open_findings as f join ops.submissions as s on f.submission_id = s.submission_id
            where s.outcome = 'quarantined' and s.sha256 = any(%s)
            order by f.submission_id, f.finding_number
            """,
            ([sha256_of(source) for source in SAMPLE.glob("*/*.*")],),
        )
        open_ones = run.fetchall()
    lines: list[str] = []
    for feed, scope, submission, number in open_ones:
        if reason := known.get((feed, scope)):
            with contextlib.suppress(NotAcceptableError):  # somebody has sent a newer file meanwhile
                lines += accept(submission, [number], reason, today + dt.timedelta(days=DAYS), "iscm up")
    return lines
