"""What tests run on: a scratch PostgreSQL with one database per test, and one whole stack for those that need it."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from filelock import FileLock
from psycopg2 import sql
from xdist.scheduler import LoadFileScheduling

from tests.parallel import ByFile, free_port, longest_first, shared_folder
from tests.stack import Stack
from warehouse.bootstrap import bootstrap
from warehouse.credentials import ensure_secrets
from warehouse.database import answers, dsn
from warehouse.postgres import Cluster, ensure_cluster
from warehouse.settings import Settings, settings

TEMPLATE = "iscm_template"
NO_POWER_CUT = ("-c", "fsync=off", "-c", "full_page_writes=off")
"""The scratch server need not outlive the machine; the servers that tests kill are others (tests/faults)."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The order in which the workers of `make test` begin."""
    longest_first(items)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadFileScheduling:
    """Which tests stay together."""
    config.option.loadscopereorder = False  # our order, not the number of tests
    return ByFile(config, log)


def _use(monkeypatch: pytest.MonkeyPatch, home: Path, port: int, database: str) -> Settings:
    monkeypatch.setenv("ISCM_HOME", str(home))
    monkeypatch.setenv("ISCM_POSTGRES_PORT", str(port))
    monkeypatch.setenv("ISCM_DATABASE", database)
    settings.cache_clear()
    return settings()


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of this run that all its workers see."""
    return shared_folder(tmp_path_factory)


@pytest.fixture(scope="session")
def scratch_home() -> Iterator[Path]:
    """A folder of our own that the server's system user may reach, removed at the end."""
    home = Path(tempfile.mkdtemp(prefix="iscm-test-"))
    home.chmod(0o755)
    yield home
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session")
def cluster(scratch_home: Path, shared: Path) -> Cluster:
    """The files of a scratch server; the first on a machine also gets a system user and the programs: one at a time."""
    assert ensure_secrets(scratch_home)
    with pytest.MonkeyPatch.context() as patch, FileLock(shared / "cluster.lock"):
        it = ensure_cluster(_use(patch, scratch_home, free_port(), TEMPLATE))
    settings.cache_clear()
    return it


@pytest.fixture(scope="session")
def postgres(scratch_home: Path, cluster: Cluster) -> Iterator[int]:
    """A scratch PostgreSQL 18 with the migrated warehouse as a template database; gives its port."""
    from iscm.steps import migrate

    port = free_port()
    with pytest.MonkeyPatch.context() as patch:
        at = _use(patch, scratch_home, port, TEMPLATE)
        server = subprocess.Popen(
            [*cluster.server_command(port), *NO_POWER_CUT], user=cluster.system_user, cwd="/", stderr=subprocess.DEVNULL
        )
        try:
            _wait_until_it_answers(at, cluster, server)
            migrate()
            yield port
        finally:
            server.send_signal(2)  # fast shutdown
            server.wait(30)
    settings.cache_clear()


def _wait_until_it_answers(at: Settings, cluster: Cluster, server: subprocess.Popen[bytes]) -> None:
    while True:
        assert server.poll() is None, f"the scratch server in {cluster.data} did not start"
        if answers(at):
            return
        time.sleep(0.1)


@pytest.fixture
def warehouse(
    postgres: int, scratch_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Iterator[Settings]:
    """An empty, migrated warehouse of the test's own: database, drop folder, archive and outbox."""
    database = f"test_{abs(hash(request.node.nodeid)):x}"
    home = tmp_path / "home"
    home.mkdir()
    shutil.copy(scratch_home / "secrets.env", home)
    at = _use(monkeypatch, home, postgres, database)
    admin = psycopg2.connect(dsn("postgres", at, database="postgres"))
    admin.autocommit = True
    run = admin.cursor()
    names = sql.Identifier(database), sql.Identifier(TEMPLATE)
    run.execute(sql.SQL("create database {} template {} owner migrator").format(*names))
    bootstrap(ensure_secrets(home), at)
    yield at
    run.execute(sql.SQL("drop database {} with (force)").format(names[0]))
    admin.close()
    settings.cache_clear()


@pytest.fixture(scope="session")
def stack(cluster: Cluster) -> Iterator[Stack]:
    """The whole product, started the way `make run` starts it, on folders and ports of its own."""
    chromium = os.environ.get("ISCM_CHROMIUM", "/usr/bin/chromium")
    if not Path(chromium).exists():
        pytest.fail("Chromium is missing; install it: apt-get install chromium (or set ISCM_CHROMIUM)", pytrace=False)
    home = Path(tempfile.mkdtemp(prefix="iscm-stack-"))
    home.chmod(0o755)
    running = Stack(home, ports=[free_port() for _ in range(3)])
    running.start()
    running.wait_until_published()
    yield running
    running.stop()
    shutil.rmtree(home, ignore_errors=True)
