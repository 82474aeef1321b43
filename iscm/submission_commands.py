"""The commands around a submission: template, check, drop, land, status, accept, simulate-rules, mail."""

import datetime as dt
import getpass
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

EXIT_REJECTED = 3
EXIT_NOTHING_TO_DO = 4
EXIT_QUARANTINED = 5
EXIT_CODES = "Exit code 0: accepted or known; 3: rejected; 5: held back until somebody accepts what is odd."


@click.command()
@click.argument("feed")
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--form", is_flag=True, help="One row as a one-page form to be filled in offline.")
def template(feed: str, file: Path | None, form: bool) -> None:
    """Write an empty workbook for FEED, derived from its contract; by default FEED.xlsx in this folder.

    Example: iscm template project_ledger; iscm template event_reports --form
    """
    from ingestion.contract import UnknownFeedError, contract
    from ingestion.form import write_form
    from ingestion.template import write_template

    try:
        terms = contract(feed)
    except UnknownFeedError as unknown:
        raise click.ClickException(str(unknown)) from unknown
    target = file or Path(f"{feed}{'.form' if form else ''}.xlsx")
    click.echo((write_form if form else write_template)(terms, target))


@click.command("feed-page")
@click.argument("feed")
def feed_page(feed: str) -> None:
    """Print the page of FEED for docs/feeds, derived from its contract.

    Example: iscm feed-page posts > docs/feeds/posts.md
    """
    from ingestion.contract import UnknownFeedError, contract
    from ingestion.feed_page import feed_page as page

    try:
        click.echo(page(contract(feed)), nl=False)
    except UnknownFeedError as unknown:
        raise click.ClickException(str(unknown)) from unknown


@click.command("feed-docs")
def feed_docs() -> None:
    """Write what dbt is told of the landing tables (models/staging/_raw.*), derived from the contracts.

    Example: iscm feed-docs
    """
    from ingestion.feed_docs import write_feed_docs
    from warehouse.settings import PROJECT

    write_feed_docs(PROJECT / "dbt_project" / "models" / "staging")


@click.command(epilog=EXIT_CODES)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--feed", help="Feed of the file; by default the name of its folder.")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON (docs/answer.schema.json).")
def check(file: Path, feed: str | None, as_json: bool) -> None:
    """Say what landing FILE would answer, and touch nothing. Works without a warehouse, too.

    Example: iscm check 2019-07_RO-BANGKOK.xlsx --feed project_ledger
    """
    from iscm.submitting import check_file

    _answer(lambda: check_file(file, feed, _progress()), file, as_json)


@click.command(epilog=EXIT_CODES)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--feed", help="Feed of the file; by default the name of its folder.")
@click.option("--take", is_flag=True, help="Remove the file from the drop folder once it is answered.")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON (docs/answer.schema.json).")
def land(file: Path, feed: str | None, take: bool, as_json: bool) -> None:
    """Archive, check and load FILE, and answer in the outbox: what the drop folder does with each file.

    Example: iscm land sample/osi_allocations/2014-2019_OIG.csv
    """
    from iscm.submitting import land_file

    _answer(lambda: land_file(file, feed, take, _progress()), file, as_json)


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--feed", help="Feed of the file; by default the name of its folder.")
def drop(file: Path, feed: str | None) -> None:
    """Put FILE, and its control totals, into the drop folder: whole, and never over one that waits.

    Example: iscm drop 2019-07_RO-BANGKOK.xlsx --feed project_ledger
    """
    from ingestion.contract import UnknownFeedError, contract
    from iscm.dropping import AlreadyWaitingError, drop_file
    from warehouse.settings import settings

    feed = feed or file.absolute().parent.name
    try:
        contract(feed)
        click.echo(f"dropped: {drop_file(file, settings().drop / feed)}")
    except (UnknownFeedError, AlreadyWaitingError) as refusal:
        raise click.ClickException(str(refusal)) from refusal
    click.echo(f"the answer comes within a minute: {settings().outbox / feed}, or: iscm status {file}")


@click.command()
@click.argument("what", required=False)
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def status(what: str | None, as_json: bool) -> None:
    """Say where a file, a feed, a submission (its number) or a receipt stands; without WHAT, all feeds.

    A receipt, the JSON of an answer, is compared with the register: exit code 3 when it is not what the register says.

    Example: iscm status 17; iscm status var/outbox/posts/2019_OIG.csv.4.json
    """
    from iscm.status import NothingKnownError, lines
    from iscm.status import status as ask

    try:
        found = ask(what)
    except NothingKnownError as unknown:
        raise click.ClickException(str(unknown)) from unknown
    _print(found, lines(found), as_json)
    if found.get("genuine") is False:
        sys.exit(EXIT_REJECTED)


@click.command()
@click.argument("submission", type=int)
@click.option("--finding", "findings", type=int, multiple=True, help="Number of a finding; repeatable.")
@click.option("--all", "every", is_flag=True, help="All findings that are open.")
@click.option("--reason", required=True, help="Why the figures are right, for whoever asks later.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), required=True, help="Last day that it is remembered.")
@click.option("--by", default=lambda: os.environ.get("SUDO_USER") or getpass.getuser(), help="Who says so.")
def accept(
    submission: int, findings: tuple[int, ...], every: bool, reason: str, until: dt.datetime, by: str
) -> None:  # fmt: skip
    """Accept what is odd about a SUBMISSION that is held back; with the last open finding it comes into force.

    Example: iscm accept 17 --finding 1 --reason "the programme ended in June 2019" --until 2020-06-30
    """
    from iscm.acceptance import NotAcceptableError
    from iscm.acceptance import accept as step

    if bool(findings) == every:
        raise click.UsageError("name findings with --finding N, or say --all")
    try:
        for line in step(submission, findings, reason, until.date(), by):
            click.echo(line)
    except NotAcceptableError as refusal:
        click.echo(str(refusal), err=True)
        sys.exit(EXIT_REJECTED)


@click.command("simulate-rules")
@click.option(
    "--contracts", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Folder of changed contracts."
)
@click.option("--feed", help="Only submissions of this feed.")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def simulate_rules(contracts: Path | None, feed: str | None, as_json: bool) -> None:
    """Say what changed contracts would have done to all past submissions; nothing is written.

    Exit code 3: some that were let in would be rejected.

    Example: iscm simulate-rules --contracts ~/changed/contracts --feed project_ledger
    """
    from ingestion.contract import ContractError
    from iscm.simulation import simulate
    from warehouse.settings import settings

    try:
        found = simulate(contracts or settings().contracts, feed, _say_progress)
    except ContractError as broken:
        raise click.ClickException(str(broken)) from broken
    changed = [item for item in found if item.changed]
    data = {
        "judged": len(found),
        "changed": [
            {
                "submission": item.past.submission,
                "feed": item.past.feed,
                "file": item.past.file,
                "was": "accepted" if item.past.landed else "rejected",
                "would_be": "rejected" if item.found.blocked else "accepted",
                "rule_counts": dict(item.found.counts),
            }
            for item in changed
        ],
    }
    same = f"{len(found)} submissions judged, {len(changed)} would fare otherwise"
    _print(data, [*[item.line() for item in changed], same], as_json)
    if any(item.past.landed for item in changed):
        sys.exit(EXIT_REJECTED)


@click.command()
def mail() -> None:
    """Mail the answers that are due to the recipients of their feeds and offices; what fails is tried again later.

    Example: iscm mail
    """
    from ingestion.mail import send_due
    from warehouse.database import connect
    from warehouse.settings import settings

    at = settings()
    try:
        with connect("loader") as link:
            for line in send_due(link, at.outbox, at):
                click.echo(line)
    except ValueError as unusable:
        raise click.ClickException(str(unusable)) from unusable


@click.command()
@click.argument("what")
@click.option("--by", required=True, help="Who has read the answer.")
def acknowledge(what: str, by: str) -> None:
    """Record that the answer to a submission (its number), or one mail (its id), was read.

    Example: iscm acknowledge 17 --by "finance, RO Bangkok"
    """
    from ingestion.mail import acknowledge as step
    from warehouse.database import connect

    try:
        with connect("loader") as link:
            for line in step(link, what, by):
                click.echo(line)
    except (LookupError, ValueError) as refusal:
        click.echo(str(refusal), err=True)
        sys.exit(EXIT_REJECTED)


def _answer(step: Callable[[], Any], file: Path, as_json: bool) -> None:
    try:
        answer = step()
    except FileNotFoundError:
        raise click.ClickException(f"there is no file {file}") from None
    _print(answer.as_dict(), answer.lines(), as_json)
    if answer.outcome == "rejected":
        sys.exit(EXIT_REJECTED)
    if answer.outcome == "quarantined":
        sys.exit(EXIT_QUARANTINED)


def _print(data: dict[str, Any], lines: list[str], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(data, indent=2))
        return
    for line in lines:
        click.echo(line)


def _progress() -> Callable[[int, float], None] | None:
    """Progress on a terminal; nobody reads it in a log."""
    if not sys.stderr.isatty():
        return None
    return lambda rows, share: _say_progress(f"{rows:,} rows, {share:.0%}")


def _say_progress(text: str) -> None:
    if sys.stderr.isatty():
        click.echo(f"\r{text}\033[K", nl=False, err=True)
