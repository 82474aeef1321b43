"""Answers by mail: each is sent to those whom it concerns, and the log keeps what the mail server said.

A crash between the server's "taken" and the log makes that one mail go out again, under the same Message-ID.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from typing import Any, Protocol

from psycopg2.extensions import connection

from ingestion.findings import printable
from ingestion.outbox import answer_stem
from ingestion.recipients import read_recipients
from ingestion.smtp import Reply, Server, SmtpSettings

WAITS = (1, 5, 15, 60, 240)
"""Minutes between attempts; the last is repeated."""
MAX_ATTEMPTS = 24
"""Then a mail is given up: after about three days and a half, so that a long weekend passes."""
MAX_AGE = dt.timedelta(days=7)
"""Older answers are not sent any more."""
MAX_ATTACHED = 10 * 2**20
"""Bytes of all attachments together, before they are coded for mail."""
XLSX = ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet")


class MailSettings(SmtpSettings, Protocol):
    """The mail server, and the home that holds `recipients.csv`."""

    @property
    def home(self) -> Path:
        """Folder of the installation."""


@dataclass(frozen=True)
class _Due:
    """An answer for one recipient that is to be sent now."""

    mail_id: str
    arrival: int
    recipient: str
    attempt: int
    stem: Path


def send_due(link: connection, outbox: Path, at: MailSettings, now: dt.datetime | None = None) -> list[str]:
    """Send every answer that is due, and log what came of each at once.

    Args:
        link: connection as `loader`; each event is committed by itself.
        outbox: the folder with one sub-folder per feed.
        at: the mail server and the home.
        now: time by which mails are due; default the present.

    Returns:
        What was done, a line for each mail, and what must be mended.

    Raises:
        ValueError: the settings for mail cannot be used.
    """
    if not at.smtp_host:
        return ["no mail is sent: ISCM_SMTP_HOST is not set; the answers are in the outbox"]
    with _alone(link) as alone, Server(at) as server:
        if not alone:
            return ["another run is sending mail"]
        due, lines = _due(link, outbox, at.home / "recipients.csv", now or dt.datetime.now(dt.UTC))
        for item in due:
            reply = _send(server, item)
            if reply.event == "retried" and item.attempt >= MAX_ATTEMPTS:
                reply = Reply("refused", reply.code, f"given up after {item.attempt} attempts: {reply.text}")
            _record(link, item, reply)
            lines.append(
                f"{item.stem.name} to {item.recipient}: {reply.event} ({reply.code or 'no reply'} {reply.text})"
            )
    return lines


def acknowledge(link: connection, what: str, by: str) -> list[str]:
    """Record that somebody has read an answer.

    Args:
        link: connection as `loader`.
        what: the number of a submission, for all its mails that were sent, or the id that stands below one mail.
        by: who says so.

    Returns:
        A line for each mail.

    Raises:
        LookupError: no mail of that number or id was sent, or each is acknowledged.
        ValueError: `by` is blank.
    """
    if not by.strip():
        raise ValueError("say who acknowledges")
    with link.cursor() as run:
        run.execute(
            """
            insert into ops.mail_deliveries (mail_id, arrival_id, recipient, event, acknowledged_by)
            select d.mail_id, d.arrival_id, d.recipient, 'acknowledged', %(by)s
            from ops.mail_deliveries as d join ops.arrivals as a using (arrival_id)
            where d.event = 'sent' and %(what)s in (a.submission_id::text, d.mail_id)
            order by d.mail_event_id
            on conflict do nothing
            returning mail_id, recipient
            """,
            {"what": what, "by": printable(by.strip())},
        )
        lines = [f"{mail_id} to {recipient}: acknowledged" for mail_id, recipient in run.fetchall()]
    link.commit()
    if not lines:
        raise LookupError(f"no mail of {printable(what)!r} was sent, or each is acknowledged; see: iscm status")
    return lines


def delivery_lines(link: connection, submission: int) -> list[str]:
    """What became of the mails about a submission, the latest event of each, for a person."""
    with link.cursor() as run:
        run.execute(
            """
            select distinct on (d.mail_id)
                d.mail_id, d.recipient, d.event, d.at, concat_ws(' ', d.smtp_code, d.smtp_reply), d.acknowledged_by
            from ops.mail_deliveries as d join ops.arrivals as a using (arrival_id)
            where a.submission_id = %s
            order by d.mail_id, d.mail_event_id desc
            """,
            (submission,),
        )
        return [
            f"mail {mail_id} to {recipient}: {event} {at:%Y-%m-%d %H:%M} ({by or words})"
            for mail_id, recipient, event, at, words, by in run.fetchall()
        ]


@contextmanager
def _alone(link: connection) -> Iterator[bool]:
    """Whether no other run is sending; two would tell everybody twice."""
    key = "hashtextextended('iscm.mail', 0)"
    with link.cursor() as run:
        run.execute(f"select pg_try_advisory_lock({key})")
        (alone,) = run.fetchone()  # type: ignore[misc]
        link.commit()
        try:
            yield alone
        finally:
            link.rollback()
            if alone:
                run.execute(f"select pg_advisory_unlock({key})")
                link.commit()


def _due(link: connection, outbox: Path, recipients: Path, now: dt.datetime) -> tuple[list[_Due], list[str]]:
    """What is to be sent now, oldest first, and what keeps other answers from being sent."""
    told = read_recipients(recipients)
    due: list[_Due] = []
    nobody = set()
    for arrival, arrived, file, sha256, feed, office, events in _arrivals(link, now - MAX_AGE):
        stem = outbox / feed / answer_stem(file, arrival)
        if not _named(stem, ".txt").exists():
            continue  # its answer is still being written
        addresses = told.of(feed, office)
        if not addresses:
            nobody.add((feed, office or "(unknown)"))
        for address in addresses:
            mail_id = _mail_id(arrival, arrived, sha256, address)
            past = events.get(mail_id, [])
            if _is_due(past, now):
                due.append(_Due(mail_id, arrival, address, len(past) + 1, stem))
    lines = [f"nobody is told about {feed} of office {office}; add a line to {recipients}" for feed, office in nobody]
    return due, [*told.faults, *sorted(lines)]


def _arrivals(link: connection, since: dt.datetime) -> list[tuple[Any, ...]]:
    """The arrivals since then, with the events of their mails by mail id: (event, time) in order."""
    with link.cursor() as run:
        run.execute(
            """
            select a.arrival_id, a.arrived_at, a.file_name, a.sha256, s.feed, s.reporting_office
            from ops.arrivals as a join ops.submissions as s using (submission_id)
            where a.arrived_at > %s
            order by a.arrival_id
            """,
            (since,),
        )
        arrivals = run.fetchall()
        run.execute(
            """
            select d.arrival_id, d.mail_id, d.event, d.at
            from ops.mail_deliveries as d join ops.arrivals as a using (arrival_id)
            where a.arrived_at > %s and d.event <> 'acknowledged'
            order by d.mail_event_id
            """,
            (since,),
        )
        events: dict[int, dict[str, list[tuple[str, dt.datetime]]]] = {}
        for arrival, mail_id, event, at in run.fetchall():
            events.setdefault(arrival, {}).setdefault(mail_id, []).append((event, at))
    link.commit()  # no transaction stays open while the mail server thinks
    return [(*arrival, events.get(arrival[0], {})) for arrival in arrivals]


def _is_due(past: list[tuple[str, dt.datetime]], now: dt.datetime) -> bool:
    if not past:
        return True
    event, at = past[-1]
    wait = WAITS[min(len(past), len(WAITS)) - 1]
    return event == "retried" and now >= at + dt.timedelta(minutes=wait)


def _mail_id(arrival: int, arrived: dt.datetime, sha256: str, address: str) -> str:
    # with the time and the bytes in it, no two installations give the same
    text = f"{arrival} {arrived.astimezone(dt.UTC).isoformat()} {sha256} {address.lower()}"
    return f"{arrival}-{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def _named(stem: Path, ending: str) -> Path:
    return stem.with_name(stem.name + ending)


def _mail(item: _Due, sender: str) -> EmailMessage:
    """The mail: the answer as text, with its JSON and its workbook as far as they are not too large."""
    data, workbook = _named(item.stem, ".json"), _named(item.stem, ".findings.xlsx")
    receipt = json.loads(data.read_text(encoding="utf-8"))
    mail = EmailMessage(policy=SMTP)
    mail["From"] = sender
    mail["To"] = item.recipient
    # a file may have any name: what is no plain text is written out, and the name is no header of its own
    mail["Subject"] = f"{receipt['outcome']}: {printable(receipt['file'])[:100]} (submission {receipt['submission']})"
    mail["Date"] = format_datetime(dt.datetime.now(dt.UTC))
    mail["Message-ID"] = f"<iscm.{item.mail_id}@{sender.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no automatic answer, please
    mail["X-Auto-Response-Suppress"] = "All"
    text = _named(item.stem, ".txt").read_text(encoding="utf-8")
    room, left_out = MAX_ATTACHED, []
    attached: list[tuple[Path, bytes, tuple[str, str]]] = []
    for path, kind in ((data, ("application", "json")), (workbook, XLSX)):
        if path.exists() and path.stat().st_size > room:
            left_out.append(f"{path.name} is too large for a mail; it is in the outbox.\n")
        elif path.exists():
            attached.append((path, path.read_bytes(), kind))
            room -= len(attached[-1][1])
    mail.set_content(f"{text}\n{''.join(left_out)}Read? Run: iscm acknowledge {item.mail_id}\n")
    for path, content, (main, sub) in attached:
        mail.add_attachment(content, maintype=main, subtype=sub, filename=path.name)
    return mail


def _send(server: Server, item: _Due) -> Reply:
    try:
        mail = _mail(item, server.sender)
    except (OSError, ValueError, KeyError) as error:  # one damaged answer keeps no other waiting
        return Reply("retried", None, printable(f"the answer in the outbox cannot be read: {error!r}"))
    return server.send(mail, item.recipient)


def _record(link: connection, item: _Due, reply: Reply) -> None:
    with link.cursor() as run:
        run.execute(
            """
            insert into ops.mail_deliveries (mail_id, arrival_id, recipient, event, attempt, smtp_code, smtp_reply)
            values (%s, %s, %s, %s, %s, %s, %s)
            """,
            (item.mail_id, item.arrival, item.recipient, reply.event, item.attempt, reply.code, reply.text),
        )
    link.commit()
