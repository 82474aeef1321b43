"""Starting and stopping the services of one installation with supervisord, and leaving nothing behind."""

import contextlib
import ctypes
import hashlib
import signal
import socket
import subprocess
import sys
import tempfile
import time
import xmlrpc.client
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import psutil
from supervisor.xmlrpc import SupervisorTransport

from warehouse.services import Service, program
from warehouse.settings import Settings

STOP_SECONDS = 40
_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36


class PortTakenError(Exception):
    """A port that a service needs is in use by another program."""


class ServiceFailedError(Exception):
    """A service could not be started or has ended; the message names it and its log."""


def check_ports(ports: dict[str, int]) -> None:
    """Refuse to start when a port is taken.

    Args:
        ports: port by the name of its setting, e.g. `{"ISCM_AIRFLOW_PORT": 8080}`.

    Raises:
        PortTakenError: names port and setting.
    """
    for setting, port in ports.items():
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            # a socket that lingers after our own last run must not look like another program
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError as error:
                raise PortTakenError(
                    f"port {port} on 127.0.0.1 is taken by another program; "
                    f"choose another: {setting}={port + 1000 if port < 64_000 else port - 1000} make run"
                ) from error


def _configuration(at: Settings, listed: Iterable[Service], control: Path) -> str:
    parts = [
        f"""[supervisord]
nodaemon=true
logfile={at.logs}/supervisord.log
logfile_maxbytes=10MB
pidfile={at.home}/supervisord.pid
childlogdir={at.logs}
[unix_http_server]
file={control}
chmod=0700
[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
"""
    ]
    for place, service in enumerate(listed, start=1):
        # what is started first is stopped last
        parts.append(
            f"""[program:{service.name}]
command={program("warehouse", "iscm")} serve {service.name}
autostart=false
autorestart=true
startsecs=1
startretries=5
priority={place}
stopasgroup={"false" if service.name == "postgres" else "true"}
killasgroup=true
stopsignal={"INT" if service.name == "postgres" else "TERM"}
stopwaitsecs=15
stdout_logfile={at.logs}/{service.name}.log
stdout_logfile_maxbytes=20MB
redirect_stderr=true
"""
        )
    return "".join(parts)


class Supervisor:
    """A running supervisord and the way to talk to it."""

    def __init__(self, at: Settings, process: subprocess.Popen[bytes], control: Path) -> None:
        self.at = at
        self.process = process
        transport = SupervisorTransport(None, None, f"unix://{control}")
        proxy = xmlrpc.client.ServerProxy("http://127.0.0.1", transport=transport)
        self._calls: Any = proxy.supervisor

    def start(self, name: str) -> None:
        """Start a service, return when it has stayed up for a second.

        Raises:
            ServiceFailedError: names the service and its log.
        """
        try:
            self._calls.startProcess(name)
        except xmlrpc.client.Fault as fault:
            raise ServiceFailedError(self.last_words(name)) from fault

    def failed(self) -> list[str]:
        """Names of the services that were started and have ended for good."""
        states = self._calls.getAllProcessInfo()
        return [state["name"] for state in states if state["statename"] in ("FATAL", "EXITED")]

    def pid(self, name: str) -> int:
        """Process id of a service."""
        return int(self._calls.getProcessInfo(name)["pid"])

    def last_words(self, name: str) -> str:
        """Why a service ended: its name, its log and the last lines of it."""
        log = self.at.logs / f"{name}.log"
        lines = log.read_text(errors="replace").splitlines()[-15:] if log.exists() else []
        return "\n".join([f"{name} did not stay up; its log is {log}", *lines])


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


@contextlib.contextmanager
def supervised(at: Settings, listed: Iterable[Service]) -> Iterator[Supervisor]:
    """Run supervisord for the block; when the block ends, however it ends, every process it started is gone."""
    # orphans of killed services become our children, so that the sweep at the end finds them
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1)
    # a socket's path may have 107 characters at most, so it cannot lie in the home folder
    name = hashlib.sha256(str(at.home).encode()).hexdigest()[:16]
    with tempfile.TemporaryDirectory(prefix="iscm-") as folder:
        control = Path(folder) / f"{name}.sock"
        conf = at.home / "supervisord.conf"
        conf.write_text(_configuration(at, listed, control))
        process = subprocess.Popen(
            [sys.executable, "-m", "supervisor.supervisord", "-c", str(conf)],
            start_new_session=True,  # Ctrl-C is ours to hand on, in order
            stdout=subprocess.DEVNULL,
            stderr=subprocess.STDOUT,
            preexec_fn=_die_with_parent,
        )
        try:
            _wait_for(control, process, at)
            yield Supervisor(at, process, control)
        finally:
            _stop(process)


def _wait_for(control: Path, process: subprocess.Popen[bytes], at: Settings) -> None:
    while not control.exists():
        if process.poll() is not None:
            raise ServiceFailedError(f"supervisord did not start; see {at.logs}/supervisord.log")
        time.sleep(0.05)


def _stop(process: subprocess.Popen[bytes]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second Ctrl-C must not cut the stop short
    process.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(STOP_SECONDS)
    left = psutil.Process().children(recursive=True)
    for child in left:
        with contextlib.suppress(psutil.NoSuchProcess):
            child.kill()
    psutil.wait_procs(left, timeout=5)
