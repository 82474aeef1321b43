"""Answers by mail when something fails: what is tried again, when, and what is not."""

import datetime as dt
import smtplib
import ssl
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from pydantic import SecretStr

from ingestion import mail
from ingestion.mail import MAX_ATTEMPTS
from tests.integration import mail_support
from tests.integration.mail_support import MINUTE, At, Post, arrived, log, send
from tests.parallel import free_port
from warehouse.database import connect

post, at = mail_support.post, mail_support.at


def test_a_refused_recipient_is_not_tried_again_and_keeps_no_other_waiting(post: tuple[Post, At], at: At) -> None:
    post[0].says["finance.bangkok@example.org"] = "550 5.1.1 no such\x1b[31m mailbox"
    arrived(at.home / "outbox", office="CO-BANGKOK")
    refused, sent = send(at)
    assert "finance.bangkok@example.org: refused (550 " in refused
    assert "no such" in refused
    assert refused.isprintable()
    assert "posts@example.org: sent" in sent
    del post[0].says["finance.bangkok@example.org"]
    assert send(at, later=dt.timedelta(days=1)) == []
    assert log() == [("finance.bangkok@example.org", "refused", 1, 550), ("posts@example.org", "sent", 1, 250)]


@pytest.mark.parametrize("fault", ["451", "drop"])
def test_what_may_pass_is_tried_again_ever_later(post: tuple[Post, At], at: At, fault: str) -> None:
    if fault == "drop":
        post[0].drops.add("posts@example.org")
    else:
        post[0].says["posts@example.org"] = "451 4.7.1 greylisted, come back"
    arrived(at.home / "outbox")
    code = 451 if fault == "451" else None
    (line,) = send(at)
    assert "retried" in line
    assert send(at, later=0.9 * MINUTE) == []
    assert len(send(at, later=1.1 * MINUTE)) == 1
    assert send(at, later=4.9 * MINUTE) == []
    post[0].says.clear()
    post[0].drops.clear()
    assert len(send(at, later=5.1 * MINUTE)) == 1
    recipient = "posts@example.org"
    assert log() == [(recipient, "retried", 1, code), (recipient, "retried", 2, code), (recipient, "sent", 3, 250)]
    assert len(post[0].taken) == 1


def test_a_server_that_is_away_is_asked_once_a_run_and_all_mails_wait(
    post: tuple[Post, At], at: At, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a.csv", "b.csv", "c.csv"):
        arrived(at.home / "outbox", name)
    asked: list[Any] = []

    class Counted(smtplib.SMTP):
        def connect(self, *arguments: Any, **more: Any) -> Any:
            asked.append(arguments)
            return super().connect(*arguments, **more)

    monkeypatch.setattr(smtplib, "SMTP", Counted)
    away = replace(at, smtp_port=free_port())
    assert [line.split(": ", 1)[1][:26] for line in send(away)] == ["retried (no reply Connecti"] * 3
    assert len(asked) == 1
    assert all("sent" in line for line in send(at, later=1.1 * MINUTE))
    assert len(post[0].taken) == 3
    assert [row[1] for row in log()] == ["retried"] * 3 + ["sent"] * 3


def test_a_mail_is_given_up_after_so_many_attempts_and_the_log_says_why(post: tuple[Post, At], at: At) -> None:
    post[0].says["posts@example.org"] = "451 later"
    arrived(at.home / "outbox")
    events = [send(at, later=n * dt.timedelta(hours=5)) for n in range(MAX_ATTEMPTS)]
    assert "retried" in events[-2][0]
    assert f"refused (451 given up after {MAX_ATTEMPTS} attempts: later)" in events[-1][0]
    assert send(at, later=dt.timedelta(days=6)) == []
    assert [row[1] for row in log()] == ["retried"] * (MAX_ATTEMPTS - 1) + ["refused"]


def test_a_crash_between_server_and_log_sends_one_more_under_the_same_id(
    post: tuple[Post, At], at: At, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrived(at.home / "outbox")

    def crash(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(mail, "_record", crash)
        with pytest.raises(KeyboardInterrupt):
            send(at)
    assert log() == []
    send(at)
    send(at)
    assert len(post[0].taken) == 2
    assert len({sent["Message-ID"] for sent in post[0].taken}) == 1
    assert log() == [("posts@example.org", "sent", 1, 250)]


def test_two_runs_at_once_do_not_tell_anybody_twice(post: tuple[Post, At], at: At) -> None:
    arrived(at.home / "outbox")
    with connect("loader") as other, other.cursor() as run:
        run.execute("select pg_advisory_lock(hashtextextended('iscm.mail', 0))")
        assert send(at) == ["another run is sending mail"]
    assert len(send(at)) == 1
    assert len(send(at, later=MINUTE)) == 0
    assert len(post[0].taken) == 1


def test_an_answer_that_cannot_be_read_keeps_no_other_waiting(post: tuple[Post, At], at: At) -> None:
    bad = arrived(at.home / "outbox", "bad.csv")
    (at.home / "outbox" / "posts" / f"bad.csv.{bad.arrival}.json").write_text("{")
    arrived(at.home / "outbox", "good.csv")
    first, second = send(at)
    assert "retried (no reply the answer in the outbox cannot be read: JSONDecodeError" in first
    assert "sent" in second


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """Certificate and key of a server called localhost, trusted by this process."""
    path, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", path, "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"],
        check=True, capture_output=True,
    )  # fmt: skip
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    return path, key


def test_a_session_is_encrypted_and_logged_in_or_the_mail_waits(
    at: At, certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)

    def check(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=(data.login, data.password) == (b"warehouse", b"secret"), handled=False)

    keeps = Post()
    server = Controller(
        keeps, hostname="127.0.0.1", port=free_port(), tls_context=context, require_starttls=True,
        authenticator=check, auth_required=True,
    )  # fmt: skip
    server.start()
    try:
        arrived(at.home / "outbox")
        there = replace(
            at, smtp_host="localhost", smtp_port=server.port, smtp_starttls=True, smtp_user="warehouse",
            smtp_password=SecretStr("wrong"),
        )  # fmt: skip
        (line,) = send(there)
        assert "retried (535 " in line
        monkeypatch.delenv("SSL_CERT_FILE")
        there = replace(there, smtp_password=SecretStr("secret"))
        (line,) = send(there, later=2 * MINUTE)
        assert "retried (no reply SSLCertVerificationError" in line
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
        (line,) = send(there, later=10 * MINUTE)
        assert "sent (250 " in line
        assert len(keeps.taken) == 1
    finally:
        server.stop()


def test_a_server_without_encryption_gets_nothing_where_encryption_must_be(post: tuple[Post, At], at: At) -> None:
    arrived(at.home / "outbox")
    (line,) = send(replace(at, smtp_starttls=True))
    assert "retried (no reply SMTPNotSupportedError" in line
    assert post[0].taken == []
