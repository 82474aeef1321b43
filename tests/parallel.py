"""How tests are spread over the workers of pytest-xdist, and what keeps the workers out of each other's way."""

import contextlib
import itertools
import os
import socket
from pathlib import Path

import pytest
from xdist.scheduler import LoadFileScheduling

STACK = ("tests/dags/", "tests/dashboards/", "tests/e2e/")
"""Folders whose tests share one running product, so one worker."""
LONGEST = (
    *STACK,
    "tests/integration/test_gate.py",
    "tests/integration/test_landing_kills.py",
    "tests/integration/test_corpus.py",
    "tests/integration/test_people.py",
    "tests/integration/test_events.py",
    "tests/integration/test_mechanisms.py",
    "tests/integration/test_gate_claims.py",
    "tests/integration/test_simulation.py",
    "tests/integration/test_money.py",
    "tests/integration/",
)
"""What is begun first, so that no worker is left alone with it at the end."""
_PORTS = 1000
_WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
# below the range from which the system takes the ports of connections, or one of these would be in a server's way
_ports = itertools.count(16_000 + _PORTS * (int(_WORKER.removeprefix("gw") or 0) % 16) + os.getpid() % (_PORTS // 2))


class ByFile(LoadFileScheduling):
    """Each file goes to one worker, which makes its fixtures once; the files that share the product go to one."""

    def _split_scope(self, nodeid: str) -> str:
        return "stack" if nodeid.startswith(STACK) else super()._split_scope(nodeid)


def longest_first(items: list[pytest.Item]) -> None:
    """Sort tests into the order in which they are to be begun.

    Raises:
        pytest.UsageError: a test that needs the product would go to a worker of its own and start a second one.
    """
    for item in items:
        if "stack" in getattr(item, "fixturenames", ()) and not item.nodeid.startswith(STACK):
            raise pytest.UsageError(f"{item.nodeid} uses the fixture `stack` and lies in none of {', '.join(STACK)}")
    places = [*LONGEST, ""]
    items.sort(key=lambda item: next(place for place, start in enumerate(places) if item.nodeid.startswith(start)))


def free_port() -> int:
    """A port on loopback that nobody listens on, and that no other worker is given."""
    for port in _ports:
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise AssertionError("ports do not end")


def shared_folder(factory: pytest.TempPathFactory) -> Path:
    """A folder of this run that all its workers see."""
    own = factory.getbasetemp()
    return own.parent if _WORKER else own
