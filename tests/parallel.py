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
KILLS = "tests/e2e/test_kills.py"
"""It starts a product of its own."""
LONGEST = (
    *STACK,
    "tests/integration/test_landing_kills.py",
    "tests/integration/test_events.py",
    "tests/integration/test_corpus.py",
    "tests/integration/test_people.py",
    KILLS,
    "tests/integration/test_simulation.py",
    "tests/integration/test_gate.py",
    "tests/integration/test_mechanisms.py",
    "tests/integration/test_gate_claims.py",
    "tests/integration/test_money.py",
    "tests/integration/test_commands.py",
    "tests/integration/",
    "tests/unit/test_proof.py",
)
"""What is begun first, so that no worker is left alone with it at the end; where two fit, the longer one counts."""
_WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")


class ByFile(LoadFileScheduling):
    """Each file goes to one worker, which makes its fixtures once; the files that share the product go to one."""

    def _split_scope(self, nodeid: str) -> str:
        shares = nodeid.startswith(STACK) and not nodeid.startswith(KILLS)
        return "stack" if shares else super()._split_scope(nodeid)


def longest_first(items: list[pytest.Item]) -> None:
    """Sort tests into the order in which they are to be begun.

    Raises:
        pytest.UsageError: a test that needs the product would go to a worker of its own and start a second one.
    """
    for item in items:
        if "stack" in getattr(item, "fixturenames", ()) and not item.nodeid.startswith(STACK):
            raise pytest.UsageError(f"{item.nodeid} uses the fixture `stack` and lies in none of {', '.join(STACK)}")
    items.sort(key=lambda item: _place(item.nodeid))


def _place(nodeid: str) -> int:
    fitting = [(len(start), place) for place, start in enumerate(LONGEST) if nodeid.startswith(start)]
    return max(fitting)[1] if fitting else len(LONGEST)


def first_port(worker: str, process: int) -> int:
    """Where a worker (`gw3`; empty: there are none) begins to look: two runs at once begin at different places, too.

    All lie below the range from which the system takes the ports of connections: one of these would keep a server that
    starts later from its port.
    """
    return 16_000 + 1000 * (int(worker.removeprefix("gw") or 0) % 16) + process % 500


_ports = itertools.count(first_port(_WORKER, os.getpid()))


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
