"""Answers by mail: who gets what, once, and what the log keeps."""

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

import psycopg2
import pytest
from psycopg2 import errors

from ingestion import mail
from ingestion.mail import acknowledge, delivery_lines
from tests.integration import mail_support
from tests.integration.mail_support import At, Post, arrived, attachments, log, send, text_of
from tests.integration.support import change, one
from warehouse.database import connect

post, at = mail_support.post, mail_support.at


def test_an_answer_goes_once_to_each_whom_it_concerns(post: tuple[Post, At], at: At, tmp_path: Path) -> None:
    (tmp_path / "marked.xlsx").write_bytes(b"PK workbook")
    answer = arrived(at.home / "outbox", "São Tomé.xlsx", "CO-BANGKOK", marked=tmp_path / "marked.xlsx")
    arrived(at.home / "outbox", "b.csv", "HQ", feed="projects")
    assert len(send(at)) == 3
    assert [(mail["To"], mail["From"]) for mail in post[0].taken] == [
        ("finance.bangkok@example.org", "warehouse@example.org"), ("posts@example.org", "warehouse@example.org"),
        ("hq@example.org", "warehouse@example.org"),
    ]  # fmt: skip
    assert post[0].envelopes[0] == ("warehouse@example.org", ["finance.bangkok@example.org"])
    first = post[0].taken[0]
    assert first["Subject"] == f"rejected: São Tomé.xlsx (submission {answer.submission})"
    assert first["Auto-Submitted"] == "auto-generated"
    mail_id = one("auditor", "select mail_id from ops.mail_deliveries order by mail_event_id limit 1")
    assert first["Message-ID"] == f"<iscm.{mail_id}@example.org>"
    written = (at.home / "outbox" / "posts" / f"São Tomé.xlsx.{answer.arrival}.txt").read_text(encoding="utf-8")
    assert text_of(first).replace("\r\n", "\n") == f"{written}\nRead? Run: iscm acknowledge {mail_id}\n"
    files = attachments(first)
    assert json.loads(files[f"São Tomé.xlsx.{answer.arrival}.json"])["submission"] == answer.submission
    assert files[f"São Tomé.xlsx.{answer.arrival}.findings.xlsx"] == b"PK workbook"
    assert len(files) == 2
    assert log() == [
        ("finance.bangkok@example.org", "sent", 1, 250), ("posts@example.org", "sent", 1, 250),
        ("hq@example.org", "sent", 1, 250),
    ]  # fmt: skip
    assert send(at) == send(at, later=dt.timedelta(days=6)) == []
    assert len(post[0].taken) == 3


def test_a_workbook_too_large_for_a_mail_stays_in_the_outbox(
    post: tuple[Post, At], at: At, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail, "MAX_ATTACHED", 1_000)
    (tmp_path / "marked.xlsx").write_bytes(b"x" * 1_000)
    answer = arrived(at.home / "outbox", marked=tmp_path / "marked.xlsx")
    send(at)
    (sent,) = post[0].taken
    assert list(attachments(sent)) == [f"a.csv.{answer.arrival}.json"]
    assert f"a.csv.{answer.arrival}.findings.xlsx is too large for a mail; it is in the outbox." in text_of(sent)


@pytest.mark.parametrize(
    "name", ["a\r\nBcc: all@example.org\r\n\r\nx.csv", "\x1b[2J\u202evsc.csv", '"; x="y.csv', "é" * 100]
)
def test_the_name_of_a_file_is_no_header(post: tuple[Post, At], at: At, name: str) -> None:
    arrived(at.home / "outbox", name)
    assert len(send(at)) == 1
    (sent,) = post[0].taken
    assert sent["Bcc"] is None
    assert post[0].envelopes == [("warehouse@example.org", ["posts@example.org"])]
    assert str(sent["Subject"]).isprintable()
    assert sent["Subject"].startswith("rejected: ")
    (attached,) = attachments(sent)
    assert attached is not None
    assert attached.isprintable()
    assert attached.endswith(".json")


def test_old_answers_and_those_still_being_written_are_not_sent(post: tuple[Post, At], at: At) -> None:
    arrived(at.home / "outbox", "old.csv", ago=dt.timedelta(days=7, minutes=1))
    answer = arrived(at.home / "outbox", "young.csv", ago=dt.timedelta(days=6, hours=23))
    words = at.home / "outbox" / "posts" / f"young.csv.{answer.arrival}.txt"
    kept = words.rename(at.home / "kept")
    assert send(at) == []
    kept.rename(words)
    (line,) = send(at)
    assert line.startswith(f"young.csv.{answer.arrival} to posts@example.org: sent")


def test_whom_nobody_is_named_for_and_slips_among_recipients_are_said(post: tuple[Post, At], at: At) -> None:
    path = at.home / "recipients.csv"
    arrived(at.home / "outbox", feed="projects", office="HQ")
    path.write_text("feed,office,address\nposts,,posts@example.org\nposts,x@example.org\n,,a b@c.org\n")
    assert send(at) == [
        f"{path}, row 3: write feed, office and one mail address (found: posts, x@example.org)",
        f"{path}, row 4: write feed, office and one mail address (found: , , a b@c.org)",
        f"nobody is told about projects of office HQ; add a line to {path}",
    ]
    path.write_text("feed;office;address\n")
    assert send(at)[0] == f"{path}: the first line must be feed,office,address"
    path.unlink()
    assert send(at)[0].startswith(f"{path} is missing: nobody is told by mail")
    assert post[0].taken == []


def test_without_a_mail_server_that_is_said_and_nothing_else_done(at: At) -> None:
    arrived(at.home / "outbox")
    assert send(replace(at, smtp_host=None)) == [
        "no mail is sent: ISCM_SMTP_HOST is not set; the answers are in the outbox"
    ]
    with pytest.raises(ValueError, match="ISCM_SMTP_FROM"):
        send(replace(at, smtp_from=None))
    with pytest.raises(ValueError, match="password would cross the network"):
        send(replace(at, smtp_host="mail.example.org", smtp_user="x", smtp_starttls=False))
    assert log() == []


def test_reading_is_acknowledged_by_submission_or_by_mail(post: tuple[Post, At], at: At) -> None:
    answer = arrived(at.home / "outbox", office="CO-BANGKOK")
    with connect("loader") as link:
        with pytest.raises(LookupError, match="no mail of '1' was sent"):
            acknowledge(link, str(answer.submission), "Ana Ruiz")
        send(at)
        mail_id = one("auditor", "select mail_id from ops.mail_deliveries where recipient = 'posts@example.org'")
        assert acknowledge(link, mail_id, "Ana Ruiz") == [f"{mail_id} to posts@example.org: acknowledged"]
        (other,) = acknowledge(link, str(answer.submission), " Bo ")
        assert "finance.bangkok@example.org" in other
        with pytest.raises(LookupError):
            acknowledge(link, mail_id, "Ana Ruiz")
        with pytest.raises(ValueError, match="say who"):
            acknowledge(link, mail_id, " ")
        told = delivery_lines(link, answer.submission)
    assert sorted(line.rpartition(" (")[2] for line in told) == ["Ana Ruiz)", "Bo)"]
    assert [row[1] for row in log()] == ["sent", "sent", "acknowledged", "acknowledged"]
    assert send(at) == []


def test_nobody_changes_the_log(at: At, post: tuple[Post, At]) -> None:
    arrived(at.home / "outbox")
    send(at)
    for statement in ("update ops.mail_deliveries set attempt = 2", "delete from ops.mail_deliveries",
                      "truncate ops.mail_deliveries"):  # fmt: skip
        with pytest.raises(errors.InsufficientPrivilege):
            change("loader", statement)
        with pytest.raises(psycopg2.Error, match="append-only"):
            change("migrator", statement)
    copied = """
        insert into ops.mail_deliveries (mail_id, arrival_id, recipient, event, attempt)
        select mail_id, arrival_id, recipient, 'refused', 2 from ops.mail_deliveries
    """
    with pytest.raises(errors.UniqueViolation, match="end_once"):
        change("loader", copied)
    with pytest.raises(errors.InsufficientPrivilege):
        change("auditor", copied)
