"""What the tests of mail share: a real SMTP server on loopback, arrivals that were answered, and the delivery log."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from pydantic import SecretStr

from ingestion.mail import send_due
from ingestion.outbox import write_answer
from tests.integration.support import fetch
from tests.parallel import free_port
from warehouse.database import connect
from warehouse.settings import Settings

MINUTE = dt.timedelta(minutes=1)
RECIPIENTS = """feed,office,address
posts,CO-BANGKOK,finance.bangkok@example.org
posts,,posts@example.org
,HQ,hq@example.org
"""


@dataclass(frozen=True)
class At:
    """Settings of mail, as the installation has them."""

    home: Path
    smtp_port: int
    smtp_host: str | None = "127.0.0.1"
    smtp_starttls: bool | None = None
    smtp_user: str | None = None
    smtp_password: SecretStr | None = None
    smtp_from: str | None = "warehouse@example.org"


@dataclass
class Answer:
    """Of an answer, what the outbox needs."""

    file: str
    arrival: int
    submission: int
    outcome: str = "rejected"

    def lines(self) -> list[str]:
        """For a person."""
        return [f"{self.outcome}, submission {self.submission}", "  row 3: ça ne va pas"]

    def as_dict(self) -> dict[str, Any]:
        """For programs."""
        return dict(self.__dict__)


@dataclass
class Post:
    """A mail server that keeps what it takes, and answers with `reply` to a recipient in `says`."""

    says: dict[str, str] = field(default_factory=dict)
    drops: set[str] = field(default_factory=set)
    taken: list[EmailMessage] = field(default_factory=list)
    envelopes: list[tuple[str, list[str]]] = field(default_factory=list)

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        """Take a recipient, or not."""
        if address in self.says:
            return self.says[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """Take the mail, or hang up in the middle of it."""
        if self.drops & set(envelope.rcpt_tos):
            server.transport.abort()
            return "421 gone"
        self.taken.append(message_from_bytes(envelope.content, policy=default))  # type: ignore[arg-type]
        self.envelopes.append((envelope.mail_from, envelope.rcpt_tos))
        return "250 kept"


@pytest.fixture
def post() -> Iterator[tuple[Post, At]]:
    """A running mail server and the settings that reach it; the home is filled in by `office`."""
    keeps = Post()
    server = Controller(keeps, hostname="127.0.0.1", port=free_port())
    server.start()
    yield keeps, At(Path(), server.port)
    server.stop()


@pytest.fixture
def at(post: tuple[Post, At], warehouse: Settings) -> At:
    """The settings, with recipients."""
    (warehouse.home / "recipients.csv").write_text(RECIPIENTS)
    return replace(post[1], home=warehouse.home)


def arrived(outbox: Path, file: str = "a.csv", office: str | None = None, feed: str = "posts", **more: Any) -> Answer:
    """A refused file that arrived and was answered."""
    with connect("loader") as link, link.cursor() as run:
        run.execute(
            """
            insert into ops.submissions (feed, file_name, sha256, size_bytes, outcome, contract_version,
                contract_sha256, reporting_office, row_count, finding_count, totals)
            values (%s, %s, repeat('0', 64), 1, 'rejected', '1', '', %s, 0, 1, '{}') returning submission_id
            """,
            (feed, file, office),
        )
        (submission,) = run.fetchone()  # type: ignore[misc]
        run.execute(
            "insert into ops.arrivals (file_name, sha256, submission_id, arrived_at)"
            " values (%s, repeat('0', 64), %s, clock_timestamp() - %s) returning arrival_id",
            (file, submission, more.pop("ago", dt.timedelta())),
        )
        (arrival,) = run.fetchone()  # type: ignore[misc]
    answer = Answer(file, arrival, submission)
    write_answer(outbox / feed, answer, **more)  # type: ignore[arg-type]
    return answer


def send(at: At, later: dt.timedelta = dt.timedelta()) -> list[str]:
    """Send what is due then."""
    with connect("loader") as link:
        return send_due(link, at.home / "outbox", at, dt.datetime.now(dt.UTC) + later)


def log() -> list[tuple[Any, ...]]:
    """The delivery log, in order."""
    return fetch(
        "auditor", "select recipient, event, attempt, smtp_code from ops.mail_deliveries order by mail_event_id"
    )


def attachments(message: EmailMessage) -> dict[str | None, bytes]:
    """What is attached, by name."""
    return {part.get_filename(): part.get_payload(decode=True) for part in message.iter_attachments()}  # type: ignore[misc]


def text_of(message: EmailMessage) -> str:
    """The mail's text."""
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())
