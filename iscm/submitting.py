"""Landing and checking one file: archive, reader process, delivery gate, database and outbox put together."""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

import psycopg2

from ingestion.answer import Answer
from ingestion.archive import Archived, UnsuitableFileError, archive, identity, sha256_of, unsuitable
from ingestion.contract import UnknownFeedError, contract, feeds
from ingestion.findings import Finding
from ingestion.landing import Judgement, Received, check, land, refuse
from ingestion.marking import mark
from ingestion.outbox import write_answer
from ingestion.progress import ProgressLog
from ingestion.reading import Inspected, Progress, Reading
from ingestion.submissions import Earlier
from iscm.dropping import control_beside
from warehouse.database import connect
from warehouse.settings import settings


def land_file(file: Path, feed: str | None = None, take: bool = False, progress: Progress | None = None) -> Answer:
    """Land one file and answer in its outbox.

    Args:
        file: whatever lies in the drop folder.
        feed: name of its contract; by default that of its folder.
        take: remove it from the drop folder once it is answered; what is no file of bytes is set aside.
        progress: told how far a long file has come.

    Raises:
        FileNotFoundError: there is nothing of that name.
    """
    feed = feed or file.absolute().parent.name
    at = settings()
    log = ProgressLog(feed, _name(file), progress)
    with Reading(log) as reading, log:
        kept, refusal = _archive(file, feed, at.archive)
        beside = control_beside(file)
        control, unreadable = _archive(beside, feed, at.archive) if beside else (None, None)
        refusal = refusal or unreadable
        with connect("loader") as link:
            if refusal:
                answer = refuse(_name(file), feed, kept, refusal, link)
            else:
                assert kept  # noqa: S101 - what is not kept is refused
                received = Received(_name(file), feed, kept, (_name(beside), control) if beside and control else None)
                answer = land(received, reading, judge, link)
    _tell(answer, kept)
    if take:
        _take(file, kept)
        if beside and control:
            _take(beside, control)
    return answer


def _tell(answer: Answer, kept: Archived | None) -> None:
    """Answer in the outbox; with findings comes the sender's own workbook, marked."""
    # the name of an unknown feed is whatever somebody called a folder: no path is made of it
    outbox = settings().outbox / (answer.feed if answer.feed in feeds() else "unknown")
    if not answer.findings or kept is None or answer.contract_version is None:
        write_answer(outbox, answer)
        return
    with tempfile.TemporaryDirectory() as folder:
        marked = Path(folder) / "findings.xlsx"
        made = mark(kept.path, answer, contract(answer.feed), marked)
        write_answer(outbox, answer, marked if made else None)


def check_file(file: Path, feed: str | None = None, progress: Progress | None = None) -> Answer:
    """Answer as landing would, and touch nothing; without a warehouse nothing is compared with earlier deliveries.

    Raises:
        FileNotFoundError: there is nothing of that name.
    """
    feed = feed or file.absolute().parent.name
    name = _name(file)
    finding = _unknown(feed) or _unreadable(file)
    if finding:
        counts = {finding.rule: 1}
        return Answer(name, feed, "rejected", None, findings=[finding], finding_count=1, rule_counts=counts)
    with Reading(progress) as reading, contextlib.ExitStack() as stack:
        beside = control_beside(file)
        control = (_name(beside), _as_it_lies(beside)) if beside else None
        link = None
        with contextlib.suppress(psycopg2.OperationalError, LookupError):  # no warehouse here, or no password for it
            link = stack.enter_context(connect("loader"))
        return check(Received(name, feed, _as_it_lies(file), control), reading, judge, link)


def judge(found: Inspected, earlier: Sequence[Earlier]) -> Judgement:
    """The delivery gate: is this delivery plausible beside earlier ones of its office?"""
    from expectations.delivery_gate import Delivery, Measure
    from expectations.delivery_gate import judge as gate

    assert found.coverage  # noqa: S101 - only what nothing blocks is judged
    office = found.coverage.office
    now = Delivery(
        None, office, found.coverage.start, found.coverage.end, tuple(Measure(*item) for item in found.measures)
    )
    before = [
        Delivery(item.submission, office, item.start, item.end, tuple(Measure(*one) for one in item.measures))
        for item in earlier
    ]
    verdict = gate(now, before)
    findings = [
        Finding(odd.rule, odd.message, found.sheet, value=odd.value, severity="warning", scope=odd.scope)
        for odd in verdict.oddities
    ]
    done = ("checks_declared", "checks_run", "rows_present", "rows_evaluated", "rules_sha256", "compared_with")
    counted = {name: getattr(verdict, name) for name in done}
    return Judgement(findings, counted | {"not_comparable": list(verdict.not_comparable)})


def _archive(file: Path, feed: str, folder: Path) -> tuple[Archived | None, Finding | None]:
    try:
        kept = archive(file, folder)
    except UnsuitableFileError as refusal:
        return None, Finding(*refusal.args)
    except PermissionError:
        return None, Finding("file-unreadable", "the file may not be read; give it back its read permission")
    return kept, _unknown(feed)


def _unknown(feed: str) -> Finding | None:
    try:
        contract(feed)
    except UnknownFeedError as unknown:
        return Finding("file-feed", f"{unknown}; drop the file into the folder of its feed", value=feed)
    return None


def _unreadable(file: Path) -> Finding | None:
    """Why a path cannot be read as a file, without opening it: opening a pipe would wait for ever."""
    problem = unsuitable(file.lstat())
    return Finding(*problem) if problem else None


def _name(file: Path) -> str:
    """The name of a file as text; bytes that are none, from an old archive, are replaced."""
    return os.fsencode(file.name).decode("utf-8", "replace")


def _as_it_lies(file: Path) -> Archived:
    state = file.stat()
    return Archived(sha256_of(file), state.st_size, file.absolute(), identity(state))


def _take(file: Path, kept: Archived | None) -> None:
    """Remove what was answered; a correction dropped under the same name meanwhile stays and is landed next."""
    with contextlib.suppress(FileNotFoundError):  # somebody took it back: it is answered all the same
        if kept is not None:
            if identity(file.lstat()) == kept.source:
                file.unlink()
            return
        aside = settings().home / "refused"
        aside.mkdir(mode=0o700, exist_ok=True)
        name = os.fsencode(file.name)[:180].decode("utf-8", "ignore")
        place = next(path for n in range(1, 1 << 30) if not (path := aside / f"{n}.{name}").exists())
        shutil.move(file, place)
