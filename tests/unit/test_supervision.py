"""Before anything starts: a port that is taken is named, with the setting that changes it."""

import re
import socket

import pytest

from tests.parallel import free_port
from warehouse.supervision import PortTakenError, check_ports


def test_free_ports_are_fine() -> None:
    check_ports({"ISCM_AIRFLOW_PORT": free_port(), "ISCM_SUPERSET_PORT": free_port()})


@pytest.mark.parametrize("address", ["127.0.0.1", "0.0.0.0"])  # noqa: S104 - the neighbour listens everywhere
def test_a_taken_port_is_named_with_its_setting(address: str) -> None:
    with socket.socket() as other:
        other.bind((address, 0))
        other.listen()
        taken = other.getsockname()[1]
        with pytest.raises(PortTakenError, match=f"port {taken} on 127.0.0.1 .* ISCM_SUPERSET_PORT="):
            check_ports({"ISCM_AIRFLOW_PORT": free_port(), "ISCM_SUPERSET_PORT": taken})


def test_the_port_proposed_instead_is_a_port(monkeypatch: pytest.MonkeyPatch) -> None:
    def taken(*_: object) -> None:
        raise OSError("in use")

    monkeypatch.setattr(socket.socket, "bind", taken)
    with pytest.raises(PortTakenError) as refused:
        check_ports({"ISCM_AIRFLOW_PORT": 65_000})
    (proposed,) = re.findall(r"ISCM_AIRFLOW_PORT=(\d+)", str(refused.value))
    assert 1 <= int(proposed) <= 65_535
