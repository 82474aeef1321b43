"""Tests on several workers: what stays together, what begins first, and ports that nobody else is given."""

import socket
from types import SimpleNamespace
from typing import Any

import pytest

from tests.parallel import KILLS, LONGEST, STACK, ByFile, first_port, free_port, longest_first
from tests.stack import ROOT

FILES = ("tests/unit/test_cells.py", "tests/integration/test_mail.py", "tests/integration/test_gate.py", KILLS,
         "tests/e2e/test_drops.py", "tests/dags/test_dags.py")  # fmt: skip


def items(*files: str, fixtures: tuple[str, ...] = ()) -> list[Any]:
    return [SimpleNamespace(nodeid=f"{file}::test_a", fixturenames=fixtures) for file in files]


def test_every_place_that_is_begun_first_is_there() -> None:
    assert len(set(LONGEST)) == len(LONGEST) >= 10
    assert [place for place in LONGEST if not (ROOT / place).exists()] == []


def test_what_is_long_is_begun_first_and_the_rest_keeps_its_order() -> None:
    found = items(*FILES, "tests/unit/test_archive.py")
    longest_first(found)
    assert [item.nodeid.split("::")[0] for item in found] == [
        "tests/dags/test_dags.py", "tests/e2e/test_drops.py", KILLS, "tests/integration/test_gate.py",
        "tests/integration/test_mail.py", "tests/unit/test_cells.py", "tests/unit/test_archive.py",
    ]  # fmt: skip


def test_a_test_that_needs_the_product_lies_where_one_worker_takes_it() -> None:
    longest_first(items(*(f"{folder}test_new.py" for folder in STACK), fixtures=("stack",)))
    with pytest.raises(pytest.UsageError, match=r"tests/unit/test_cells\.py::test_a uses the fixture `stack`"):
        longest_first(items("tests/unit/test_cells.py", fixtures=("stack",)))


def test_files_stay_together_and_all_of_the_one_product_but_not_its_own() -> None:
    groups = {file: ByFile._split_scope(ByFile.__new__(ByFile), f"{file}::test_a[x]") for file in FILES}
    together = {"tests/e2e/test_drops.py", "tests/dags/test_dags.py"}
    assert groups == {file: "stack" if file in together else file for file in FILES}


def test_a_port_is_given_once_and_not_while_somebody_listens_on_it() -> None:
    port = free_port()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port + 1))
        assert free_port() > port + 1


def test_workers_have_ports_of_their_own_below_those_of_connections() -> None:
    firsts = [first_port(worker, process) for worker in ("", "gw0", "gw1", "gw15") for process in (0, 499)]
    assert firsts == [16_000, 16_499, 16_000, 16_499, 17_000, 17_499, 31_000, 31_499]
