"""The whole product as a test sees it: a process started as `make run` starts it, its ports, logins and output."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import psycopg2
from dotenv import dotenv_values

ROOT = Path(__file__).resolve().parents[1]
LIMIT_SECONDS = 900
"""Longer than any step takes on the slowest machine: what waits so long hangs."""


class Stack:
    """One installation in a folder of its own; may be started, killed and started again."""

    def __init__(self, home: Path, ports: list[int]) -> None:
        self.home = home
        self.postgres_port, self.airflow_port, self.superset_port = ports
        self.log = home / "up.log"
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        """Environment of every command of this installation."""
        return os.environ | {
            "ISCM_HOME": str(self.home),
            "ISCM_POSTGRES_PORT": str(self.postgres_port),
            "ISCM_AIRFLOW_PORT": str(self.airflow_port),
            "ISCM_SUPERSET_PORT": str(self.superset_port),
            "ISCM_DATABASE": "iscm",
            "NO_COLOR": "1",
            "COLUMNS": "160",
        }

    def start(self) -> None:
        """Start it; returns at once."""
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                [str(Path(sys.executable).parent / "iscm"), "up"],
                env=self.environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=ROOT,
            )

    def iscm(self, *arguments: str) -> str:
        """What a command of this installation says; it must succeed."""
        command = [str(Path(sys.executable).parent / "iscm"), *arguments]
        done = subprocess.run(command, env=self.environment, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr + done.stdout
        return done.stdout

    def stop(self) -> int:
        """Ctrl-C. Gives the exit code; fails when a process of this installation is left behind."""
        assert self.process is not None
        self.process.send_signal(signal.SIGINT)
        code = self.process.wait(LIMIT_SECONDS)
        assert self.processes() == []
        return code

    def processes(self) -> list[str]:
        """Command lines of the processes that belong to this installation."""
        found = []
        for process in psutil.process_iter():
            try:
                if process.environ().get("ISCM_HOME") == str(self.home) or str(self.home) in process.cmdline():
                    found.append(" ".join(process.cmdline()))
            except (psutil.NoSuchProcess, psutil.AccessDenied):
                continue
        return found

    def service(self, name: str) -> psutil.Process:
        """The main process of a service, e.g. `airflow-scheduler`."""
        marks = {"postgres": "bin/postgres", "airflow-scheduler": "airflow scheduler"}
        assert self.process is not None
        for process in psutil.Process(self.process.pid).children(recursive=True):
            with contextlib.suppress(psutil.Error):  # some end while we look
                if marks[name] in " ".join(process.cmdline()[:3]):
                    return process
        raise AssertionError(f"{name} is not running")

    def said(self) -> str:
        """All that it printed."""
        return self.log.read_text(errors="replace")

    def wait_for(self, text: str, count: int = 1) -> None:
        """Wait until it has printed `text` at least `count` times."""
        until = time.monotonic() + LIMIT_SECONDS
        while self.said().count(text) < count:
            assert self.process is not None
            assert self.process.poll() is None, f"it ended while we waited for {text!r}:\n{self.said()[-4000:]}"
            assert time.monotonic() < until, f"{text!r} did not come:\n{self.said()[-4000:]}"
            time.sleep(0.2)

    def wait_until_published(self, starts: int = 1) -> None:
        """Wait until the published table and the addresses were printed for the `starts`-th time."""
        self.wait_for("Ctrl-C stops everything", starts)

    def secret(self, name: str) -> str:
        """A generated secret."""
        value = dotenv_values(self.home / "secrets.env")[name]
        assert value
        return value

    @property
    def superset_url(self) -> str:
        """Where the dashboards are."""
        return f"http://127.0.0.1:{self.superset_port}"

    @property
    def airflow_url(self) -> str:
        """Where Airflow is."""
        return f"http://127.0.0.1:{self.airflow_port}"

    @property
    def superset_manager_password(self) -> str:
        """Password of the user `manager`."""
        return self.secret("ISCM_SUPERSET_MANAGER_PASSWORD")

    @property
    def superset_admin_password(self) -> str:
        """Password of the user `admin` in Superset."""
        return self.secret("ISCM_SUPERSET_ADMIN_PASSWORD")

    @property
    def bi_dsn(self) -> str:
        """Connection as `bi_reader`, the dashboards' own login."""
        return self.dsn("bi_reader")

    def dsn(self, role: str) -> str:
        """Connection as `role`."""
        password = self.secret(f"ISCM_{role.upper()}_PASSWORD")
        return f"host=127.0.0.1 port={self.postgres_port} dbname=iscm user={role} password={password}"

    def query(self, statement: str, role: str = "auditor") -> list[tuple]:
        """Rows of a query."""
        with psycopg2.connect(self.dsn(role)) as link, link.cursor() as run:
            run.execute(statement)
            return run.fetchall()
