"""`iscm`: the steps of the chain. Imports stay inside the commands: each runs as a process of its own, often."""

import sys
from pathlib import Path

import click

from iscm import submission_commands
from iscm.submission_commands import EXIT_NOTHING_TO_DO, EXIT_REJECTED


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """ISCM investment warehouse: from a dropped file to a published, provable figure.

    Exit codes: 0 done; 1 failed, worth another try; 2 wrong call; 3 refused or red, the same again changes nothing;
    4 nothing to do; 5 held back until somebody accepts it.
    """


for _command in vars(submission_commands).values():
    if isinstance(_command, click.Command):
        main.add_command(_command)


@main.command()
def up() -> None:
    """Install, start and fill everything, show the published table, serve until Ctrl-C (`make run`)."""
    from iscm.up import up as start

    sys.exit(start())


@main.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--months", type=click.IntRange(1, 600), default=60, show_default=True)
@click.option("--lines-per-month", type=click.IntRange(1), default=20_000, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed makes the same files.")
def simulate(folder: Path, months: int, lines_per_month: int, seed: int) -> None:
    """Write a made-up history of all feeds into FOLDER as files to drop, with the totals that must come of them.

    Example: iscm simulate /tmp/simulated --months 12 --lines-per-month 500
    """
    from iscm.simulating import write_history

    try:
        count = write_history(folder, months, lines_per_month, seed, lambda line: click.echo(line, err=True))
    except FileExistsError as there:
        raise click.ClickException(str(there)) from there
    click.echo(f"{count} files, arrivals.csv and expected/ in {folder}")


@main.command()
@click.argument("service")
def serve(service: str) -> None:
    """Become one service (postgres, airflow-scheduler, superset ...): for supervisord and containers."""
    from iscm.serve import become

    become(service)


@main.command()
def migrate() -> None:
    """Bring roles, schemas and landing tables to this version; repeatable."""
    from iscm.steps import migrate as step

    for line in step():
        click.echo(line)


@main.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--owner", type=int, help="User id that is to read them: ISCM_UID of the compose file.")
def secrets(folder: Path, owner: int | None) -> None:
    """Write each secret to a file of its own in FOLDER, for docker-compose.yml; what is there stays.

    Example: iscm secrets var/secrets --owner 10001
    """
    from warehouse.credentials import ensure_secret_files

    made = ensure_secret_files(folder, owner)
    click.echo(f"{len(made)} secrets generated in {folder}" + (f": {', '.join(made)}" if made else ""))


@main.command()
def pending() -> None:
    """Say whether accepted submissions wait for publication. Exit code 4: no build is due."""
    from iscm.steps import pending as step

    due, lines = step()
    for line in lines:
        click.echo(line)
    if not due:
        sys.exit(EXIT_NOTHING_TO_DO)


@main.command("open-build")
@click.option("--if-due/--always", default=False, help="Only when accepted submissions wait for publication.")
def open_build(if_due: bool) -> None:
    """Fix the submissions that the next build of the candidate marts is made from. Exit code 4: no build is due."""
    from iscm.steps import open_build as step
    from iscm.steps import pending

    if if_due:
        due, lines = pending()
        for line in lines:
            click.echo(line)
        if not due:
            sys.exit(EXIT_NOTHING_TO_DO)
    click.echo(step())


@main.command()
@click.option("--full-refresh", is_flag=True, help="Make everything from nothing, also what nothing has changed.")
def build(full_refresh: bool) -> None:
    """Build the candidate marts with dbt from all current submissions."""
    from iscm.steps import dbt
    from iscm.steps import open_build as step

    click.echo(step())
    # unit tests judge code, not data: they run in `make test`
    sys.exit(dbt("build", "--exclude-resource-type", "unit_test", *(["--full-refresh"] if full_refresh else [])))


@main.command()
def validate() -> None:
    """Judge the candidate marts (Great Expectations). Exit code 3: red, nothing may be published."""
    from iscm.steps import validate as step
    from publication.candidate import NoCandidateError

    try:
        passed, lines = step()
    except NoCandidateError as missing:
        click.echo(f"refusing to judge: {missing}", err=True)
        sys.exit(EXIT_REJECTED)
    for line in lines:
        click.echo(line)
    if not passed:
        sys.exit(EXIT_REJECTED)


@main.command()
def publish() -> None:
    """Switch the judged candidate marts in. Exit code 3: there is no passed verdict on exactly these data."""
    from iscm.steps import publish as step
    from publication.publish import NotPublishableError

    try:
        click.echo(step())
    except NotPublishableError as refusal:
        click.echo(f"refusing to publish: {refusal}", err=True)
        sys.exit(EXIT_REJECTED)


@main.command()
def show() -> None:
    """Print the published table: OSI, project support and full-time staff per ISCM and year."""
    from iscm.table import print_published

    print_published()


@main.command()
def parse() -> None:
    """Write dbt's manifest, from which Airflow draws the models as tasks."""
    from iscm.steps import dbt

    sys.exit(dbt("parse"))
