"""What each service is started with: no secret on a command line, and only the secrets it needs."""

from pathlib import Path

import pytest

from warehouse.credentials import NAMES, ensure_secrets
from warehouse.services import PASSED_ON, Service, service, services, superset_preparation_environment
from warehouse.settings import Settings, settings
from warehouse.supervision import _configuration

AIRFLOW = ("airflow-api-server", "airflow-scheduler", "airflow-dag-processor", "airflow-triggerer")
AIRFLOW_SECRETS = {
    "ISCM_AIRFLOW_DB_PASSWORD", "ISCM_AIRFLOW_JWT_SECRET", "ISCM_AIRFLOW_API_SECRET_KEY",
    "ISCM_AIRFLOW_FERNET_KEY", "ISCM_TRANSFORMER_PASSWORD",
}  # fmt: skip
NEEDED: dict[str, set[str]] = {
    "postgres": set(),
    **dict.fromkeys(AIRFLOW, AIRFLOW_SECRETS),
    "superset": {"ISCM_SUPERSET_DB_PASSWORD", "SUPERSET_SECRET_KEY"},
}


@pytest.fixture
def secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    monkeypatch.setenv("ISCM_HOME", str(tmp_path))
    monkeypatch.delenv("ISCM_LISTEN", raising=False)
    return ensure_secrets(tmp_path)


@pytest.fixture
def at(secrets: dict[str, str], tmp_path: Path) -> Settings:
    settings.cache_clear()
    return Settings(home=tmp_path, _env_file=tmp_path / "secrets.env")


def _held(values: list[str], secrets: dict[str, str]) -> set[str]:
    return {name for name, secret in secrets.items() if any(secret in value for value in values)}


def test_the_services_are_these_in_the_order_in_which_they_start(at: Settings, secrets: dict[str, str]) -> None:
    assert list(services(at, secrets)) == list(NEEDED) == ["postgres", *AIRFLOW, "superset"]


@pytest.mark.parametrize("name", NEEDED)
def test_no_secret_stands_on_a_command_line(at: Settings, secrets: dict[str, str], name: str) -> None:
    command = services(at, secrets)[name].command
    assert Path(command[0]).is_absolute()
    assert _held(command, secrets) == set()


@pytest.mark.parametrize(("name", "needed"), NEEDED.items())
def test_a_service_knows_the_secrets_that_it_needs_and_no_other(
    at: Settings, secrets: dict[str, str], name: str, needed: set[str]
) -> None:
    assert _held(list(services(at, secrets)[name].environment.values()), secrets) == needed


def test_only_the_preparation_of_superset_knows_its_users_and_the_readers_login(
    at: Settings, secrets: dict[str, str]
) -> None:
    held = _held(list(superset_preparation_environment(at, secrets).values()), secrets)
    assert held - NEEDED["superset"] == {
        "ISCM_BI_READER_PASSWORD",
        "ISCM_SUPERSET_ADMIN_PASSWORD",
        "ISCM_SUPERSET_MANAGER_PASSWORD",
    }


def test_nothing_of_our_own_environment_leaks_into_a_service(
    at: Settings, secrets: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in (*NAMES, "AWS_SECRET_ACCESS_KEY", "PGPASSWORD", "PYTHONPATH"):
        monkeypatch.setenv(name, "leaked")
    for known in services(at, secrets).values():
        assert "leaked" not in known.environment.values()
        assert {"PATH", "HOME"} <= {*PASSED_ON} & {*known.environment}


@pytest.mark.parametrize(("name", "needed"), NEEDED.items())
def test_a_service_starts_where_it_is_given_its_own_secrets_only(
    at: Settings, secrets: dict[str, str], name: str, needed: set[str]
) -> None:
    alone = service(name, at, {secret: secrets[secret] for secret in needed})
    assert alone == services(at, secrets)[name]


def _listening(known: Service) -> list[str]:
    names = ("AIRFLOW__API__HOST", "ISCM_SUPERSET_BIND", "AIRFLOW__API__BASE_URL", "ISCM_POSTGRES_HOST")
    return [known.environment[name] for name in names if name in known.environment]


def test_everything_listens_on_loopback_unless_told_otherwise(at: Settings, secrets: dict[str, str]) -> None:
    known = services(at, secrets)
    assert "listen_addresses=127.0.0.1" in known["postgres"].command
    assert "unix_socket_directories=" in known["postgres"].command
    for name in ("airflow-scheduler", "airflow-triggerer"):
        assert "--skip-serve-logs" in known[name].command
    addresses = [address for item in known.values() for address in _listening(item)]
    assert len(addresses) > len(known)
    assert all(address.removeprefix("http://").startswith("127.0.0.1") for address in addresses)


def test_each_service_takes_the_port_of_its_setting(secrets: dict[str, str], tmp_path: Path) -> None:
    at = Settings(
        home=tmp_path, _env_file=tmp_path / "secrets.env", postgres_port=7001, airflow_port=7002, superset_port=7003
    )
    known = services(at, secrets)
    assert known["postgres"].command[known["postgres"].command.index("-p") + 1] == "7001"
    assert known["airflow-api-server"].environment["AIRFLOW__API__PORT"] == "7002"
    assert known["superset"].environment["ISCM_SUPERSET_BIND"] == "127.0.0.1:7003"


def test_the_process_managers_configuration_holds_no_secret(at: Settings, secrets: dict[str, str]) -> None:
    text = _configuration(at, services(at, secrets).values(), Path("/run/control"))
    assert [line.partition("serve ")[2] for line in text.splitlines() if line.startswith("command=")] == list(NEEDED)
    assert _held([text], secrets) == set()
