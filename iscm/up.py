"""`iscm up` (`make run`): everything from an empty folder to the published table, then serve until Ctrl-C."""

import contextlib
import datetime as dt
import os
import signal
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from rich.console import Console

from ingestion.contract import feeds
from ingestion.findings import printable
from iscm import steps
from iscm.sample import accept_sample, drop_sample
from iscm.table import print_published
from iscm.waiting import PublicationWatch
from warehouse.credentials import ensure_secrets
from warehouse.database import answers
from warehouse.postgres import ensure_cluster
from warehouse.services import airflow_environment, program, services, superset_preparation_environment
from warehouse.settings import PROJECT, Settings, home, settings
from warehouse.supervision import PortTakenError, ServiceFailedError, Supervisor, check_ports, supervised

HEALTHY_SECONDS = 180
SILENT_SECONDS = 300
AIRFLOW_SERVICES = ("airflow-api-server", "airflow-scheduler", "airflow-dag-processor", "airflow-triggerer")

console = Console(highlight=False, soft_wrap=True)


class StartError(Exception):
    """A step of the start failed; the message says which, why and where the log is."""


@contextlib.contextmanager
def step(what: str) -> Iterator[None]:
    """Say what begins, and how long it took when it is done."""
    began = time.monotonic()
    console.print(f"[dim]....[/]  {what}")
    yield
    console.print(f"[green]done[/]  {what} ({time.monotonic() - began:.1f} s)")


def up() -> int:
    """Start everything and serve until Ctrl-C or SIGTERM.

    Returns:
        Exit code: 0 when stopped by the user, 1 when something failed.
    """
    # SIGTERM ends us the way Ctrl-C does, so that nothing is left behind; a shell's background job ignores Ctrl-C
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.default_int_handler)
    secrets = ensure_secrets(home())
    at = settings()
    try:
        prepare_folders(at)
        check_ports(
            {
                "ISCM_POSTGRES_PORT": at.postgres_port,
                "ISCM_AIRFLOW_PORT": at.airflow_port,
                "ISCM_SUPERSET_PORT": at.superset_port,
            }
        )
        ensure_cluster(at)
        with supervised(at, services(at, secrets).values()) as supervisor:
            _start(at, secrets, supervisor)
            _fill(at, supervisor)
            _say_addresses(at, secrets)
            _serve(supervisor)
    except KeyboardInterrupt:
        console.print("stopped; nothing is left running. `make run` goes on from here.")
        return 0
    except (PortTakenError, ServiceFailedError, StartError, RuntimeError) as error:
        console.print("[red]failed[/]  ", end="")
        console.print(str(error), markup=False)
        return 1
    return 0


def prepare_folders(at: Settings) -> None:
    """Make the folders of the installation that are not there."""
    for folder in (at.archive, at.outbox, at.logs, at.home / "airflow", at.home / "superset", at.home / "dbt"):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for feed in feeds():
        (at.drop / feed).mkdir(parents=True, exist_ok=True, mode=0o700)


def _start(at: Settings, secrets: Mapping[str, str], supervisor: Supervisor) -> None:
    with step(f"PostgreSQL on 127.0.0.1:{at.postgres_port}"):
        supervisor.start("postgres")
        _wait("PostgreSQL", lambda: answers(at), supervisor)
    with step("roles, schemas and landing tables"):
        for line in steps.migrate():
            console.print(f"      {line}")
    with ThreadPoolExecutor() as pool:
        # Airflow and Superset have databases of their own: they are made ready side by side
        jobs = [
            pool.submit(prepare_airflow, at, secrets),
            pool.submit(_prepare_superset, at, secrets),
            pool.submit(prepare_dbt, at),
        ]
        for job in jobs:
            job.result()
    with step("Airflow and Superset are up"):
        for name in (*AIRFLOW_SERVICES, "superset"):
            supervisor.start(name)
        _wait("Airflow", lambda: _is_up(f"http://127.0.0.1:{at.airflow_port}/api/v2/version"), supervisor)
        _wait("Superset", lambda: _is_up(f"http://127.0.0.1:{at.superset_port}/health"), supervisor)


def prepare_airflow(at: Settings, secrets: Mapping[str, str]) -> None:
    """Bring Airflow's own database to this version and make its administrator."""
    environment = airflow_environment(at, secrets)
    airflow = program("airflow", "airflow")
    with step("Airflow's own database"):
        _run([airflow, "db", "migrate"], environment, at.logs / "airflow-prepare.log")
        admin = {"ISCM_AIRFLOW_ADMIN_PASSWORD": secrets["ISCM_AIRFLOW_ADMIN_PASSWORD"]}
        script = [program("airflow", "python"), str(PROJECT / "iscm" / "airflow_admin.py")]
        _run(script, environment | admin, at.logs / "airflow-prepare.log")


def _prepare_superset(at: Settings, secrets: Mapping[str, str]) -> None:
    with step("Superset's own database, roles and dashboard"):
        tool = [program("superset", "python"), str(PROJECT / "superset" / "tools" / "prepare.py")]
        _run(tool, superset_preparation_environment(at, secrets), at.logs / "superset-prepare.log")


def prepare_dbt(at: Settings) -> None:
    """Write dbt's manifest, from which Airflow draws the models as tasks."""
    with step("dbt's manifest"):
        environment = {"ISCM_HOME": str(at.home)}
        _run([program("warehouse", "iscm"), "parse"], environment, at.logs / "dbt-parse.log", inherit=True)


def _run(command: list[str], environment: Mapping[str, str], log: Path, inherit: bool = False) -> None:
    with log.open("ab") as output:
        env = {**os.environ, **environment} if inherit else dict(environment)
        done = subprocess.run(command, env=env, stdout=output, stderr=subprocess.STDOUT, check=False)
    if done.returncode:
        tail = "\n".join(log.read_text(errors="replace").splitlines()[-15:])
        raise StartError(f"{Path(command[0]).name} {command[1]} ended with {done.returncode}; its log is {log}\n{tail}")


def _fill(at: Settings, supervisor: Supervisor) -> None:
    with step("sample files go through the Airflow DAGs"):
        dropped = drop_sample(at.drop)
        console.print(f"      {len(dropped)} files dropped: {', '.join(dropped)}")
        _follow(PublicationWatch(at), supervisor)
    print_published(console)


def _follow(watch: PublicationWatch, supervisor: Supervisor) -> None:
    """Show what happens until everything received is published.

    Raises:
        StartError: nothing has happened for a long time.
    """
    last_news = time.monotonic()
    done = False
    while not done:
        for line in accept_sample(dt.date.today()):
            console.print(f"      {printable(line)}", markup=False)
        done = watch.published()
        for line in watch.news():
            console.print(f"      {printable(line)}", markup=False)
            last_news = time.monotonic()
        _check(supervisor)
        if time.monotonic() - last_news > SILENT_SECONDS:
            raise StartError(f"nothing has happened for {SILENT_SECONDS} s; Airflow's task logs say why")
        time.sleep(0 if done else 1)


def _say_addresses(at: Settings, secrets: Mapping[str, str]) -> None:
    console.print(f"""
dashboard  http://127.0.0.1:{at.superset_port}/superset/dashboard/investment-overview/
           manager / {secrets["ISCM_SUPERSET_MANAGER_PASSWORD"]}
           admin / {secrets["ISCM_SUPERSET_ADMIN_PASSWORD"]}
Airflow    http://127.0.0.1:{at.airflow_port}/
           admin / {secrets["ISCM_AIRFLOW_ADMIN_PASSWORD"]}
auditor    psql "host=127.0.0.1 port={at.postgres_port} dbname={at.database} user=auditor"
           password {secrets["ISCM_AUDITOR_PASSWORD"]}
drop here  {at.drop}/FEED/
answers    {at.outbox}/FEED/

Ctrl-C stops everything.""")


def _serve(supervisor: Supervisor) -> None:
    while True:
        _check(supervisor)
        time.sleep(2)


def _check(supervisor: Supervisor) -> None:
    for name in supervisor.failed():
        raise ServiceFailedError(supervisor.last_words(name))


def _wait(what: str, ready: Callable[[], bool], supervisor: Supervisor) -> None:
    until = time.monotonic() + HEALTHY_SECONDS
    while not ready():
        _check(supervisor)
        if time.monotonic() > until:
            raise StartError(f"{what} did not answer within {HEALTHY_SECONDS} s; see {supervisor.at.logs}")
        time.sleep(0.3)


def _is_up(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310 - our own loopback address
            return bool(answer.status == 200)
    except OSError:
        return False
