"""A PostgreSQL of our own, set up as the product sets up its server, with a fresh database per measurement."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg2
from psycopg2 import sql
from psycopg2.extensions import connection

from iscm.steps import migrate
from warehouse.bootstrap import bootstrap
from warehouse.credentials import ensure_secrets
from warehouse.database import answers, dsn, uri
from warehouse.postgres import Cluster, ensure_cluster
from warehouse.settings import SECRETS_FILE, Settings, settings

TEMPLATE = "iscm_template"


class Scratch:
    """The running server, a folder for files, and fresh databases."""

    def __init__(self, folder: Path, at: Settings, cluster: Cluster) -> None:
        self.folder, self.cluster, self._at = folder, cluster, at

    @contextmanager
    def database(self) -> Iterator["Database"]:
        """An empty migrated warehouse and a home folder of its own, dropped at the end."""
        name = f"bench_{time.time_ns()}"
        at = self._at.model_copy(update={"database": name})
        home = self.folder / name
        home.mkdir()
        shutil.copy(self._at.home / SECRETS_FILE, home)
        with self._admin() as admin, admin.cursor() as run:
            both = sql.Identifier(name), sql.Identifier(TEMPLATE)
            run.execute(sql.SQL("create database {} template {} owner migrator").format(*both))
            bootstrap(ensure_secrets(home), at)
            run.execute("checkpoint")  # nobody pays for what the one before has written
            yield Database(at, home)
            run.execute(sql.SQL("drop database {} with (force)").format(both[0]))
        shutil.rmtree(home)

    @contextmanager
    def _admin(self) -> Iterator[connection]:
        link = psycopg2.connect(dsn("postgres", self._at, database="postgres"))
        link.autocommit = True
        try:
            yield link
        finally:
            link.close()


class Database:
    """One fresh database: its address, the environment in which `iscm` works on it, and what a table of it holds."""

    def __init__(self, at: Settings, home: Path) -> None:
        self._at = at
        self.name, self.port = at.database, at.postgres_port
        self.address, self.password = uri("postgres", at), at.password("postgres")
        self.environment = os.environ | {"ISCM_HOME": str(home), "ISCM_DATABASE": at.database}

    def run(self, statement: sql.Composable) -> tuple[object, ...] | None:
        """Run one statement as superuser; gives the first row of its answer, if it has one."""
        link = psycopg2.connect(dsn("postgres", self._at))
        try:
            with link, link.cursor() as run:
                run.execute(statement)
                return run.fetchone() if run.description else None
        finally:
            link.close()


@contextmanager
def scratch() -> Iterator[Scratch]:
    """Start the server on a free port in a temporary folder; stop it and remove everything at the end."""
    folder = Path(tempfile.mkdtemp(prefix="iscm-bench-"))
    folder.chmod(0o755)  # the server's system user must reach it
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    os.environ |= {"ISCM_HOME": str(folder), "ISCM_POSTGRES_PORT": str(port), "ISCM_DATABASE": TEMPLATE}
    ensure_secrets(folder)
    settings.cache_clear()
    at = settings()
    cluster = ensure_cluster(at)
    server = subprocess.Popen(
        cluster.server_command(port), user=cluster.system_user, cwd="/", stderr=subprocess.DEVNULL
    )
    try:
        _wait(at, server)
        migrate()
        yield Scratch(folder, at, cluster)
    finally:
        server.send_signal(2)  # fast shutdown
        server.wait(60)
        shutil.rmtree(cluster.data, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)


def _wait(at: Settings, server: subprocess.Popen[bytes]) -> None:
    while True:
        if server.poll() is not None:
            raise RuntimeError("the scratch server did not start")
        if answers(at):
            return
        time.sleep(0.1)
