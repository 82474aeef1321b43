"""A PostgreSQL server of the harness's own, which may be killed and comes back."""

import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import psycopg2

from warehouse.database import answers
from warehouse.postgres import Cluster
from warehouse.settings import SECRETS_FILE, Settings

PATIENCE = 60
"""Seconds in which a server has to be back."""
Given = TypeVar("Given")


class Server:
    """A server on `port` for the cluster whose data lie in `data`."""

    def __init__(self, cluster: Cluster, port: int, log: Path) -> None:
        self.cluster, self.port, self._log = cluster, port, log
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def process(self) -> int:
        """Number of the postmaster."""
        assert self._process
        return self._process.pid

    def ensure(self, at: Settings) -> None:
        """Start it if it does not run; wait until it answers.

        Raises:
            TimeoutError: it does not; its log is told.
        """
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if self._process is None or self._process.poll() is not None:
                self._start()
            if answers(at):
                return
            time.sleep(0.05)
        raise TimeoutError(f"the server does not come back:\n{self._log.read_text()[-2000:]}")

    def _start(self) -> None:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self.cluster.server_command(self.port), user=self.cluster.system_user, cwd="/", stderr=log, stdout=log
            )

    def stop(self) -> None:
        """Shut it down in good order; what does not stop is killed."""
        if self._process is None:
            return
        self._process.send_signal(2)
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None


def copied(cluster: Cluster, to: Path) -> Cluster:
    """A copy of a stopped cluster."""
    subprocess.run(["cp", "-a", str(cluster.data), str(to)], check=True)
    return Cluster(cluster.programs, to, cluster.system_user)


def new_home(home: Path, port: int, database: str, secrets: Path) -> Settings:
    """An installation in `home` that has the passwords of another one."""
    home.mkdir(parents=True, exist_ok=True)
    if home != secrets.parent:
        shutil.copy(secrets, home)
    return Settings(home=home, postgres_port=port, database=database, _env_file=home / SECRETS_FILE)


def patiently(ask: Callable[[], Given]) -> Given:
    """What `ask` gives; a server that is just recovering is asked again."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            return ask()
        except psycopg2.OperationalError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)
