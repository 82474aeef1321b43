"""docker-compose.yml, read as data: what it publishes, as whom it runs, what it knows. Whether it runs is in
docs/evidence/compose.md."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from warehouse.credentials import NAMES
from warehouse.services import SERVICES

ROOT = Path(__file__).resolve().parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
CONTAINERS: dict[str, Any] = COMPOSE["services"]
ONE_SHOTS = {"init", "superset-init"}
WEB = {"airflow-api-server": "ISCM_AIRFLOW_PORT:-8080", "superset": "ISCM_SUPERSET_PORT:-8088"}
DOCKERFILES = sorted((ROOT / "containers").glob("*.Dockerfile"))


def test_the_services_are_those_of_make_run() -> None:
    assert set(CONTAINERS) == set(SERVICES) | ONE_SHOTS


def test_only_the_two_web_ports_are_published_and_only_on_loopback() -> None:
    published = {name: service["ports"] for name, service in CONTAINERS.items() if "ports" in service}
    assert published == {name: [f"127.0.0.1:${{{port}}}:${{{port}}}"] for name, port in WEB.items()}
    assert {name for name, service in CONTAINERS.items() if "web" in service["networks"]} == set(WEB)
    assert COMPOSE["networks"]["inside"]["internal"] is True


@pytest.mark.parametrize("name", CONTAINERS)
def test_a_service_runs_locked_down(name: str) -> None:
    service = CONTAINERS[name]
    assert service["user"] == "${ISCM_UID:-10001}:${ISCM_UID:-10001}"
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert not {"privileged", "cap_add", "network_mode", "pid", "devices"} & set(service)
    assert all(not volume.startswith(("/", ".", "~")) for volume in service.get("volumes", []))


@pytest.mark.parametrize("name", CONTAINERS)
def test_a_service_has_a_health_check_and_a_one_shot_an_exit_code(name: str) -> None:
    service = CONTAINERS[name]
    if name in ONE_SHOTS:
        assert service["restart"] == "on-failure"
    else:
        assert service["healthcheck"]["test"][0] == "CMD"
        assert service["restart"] == "unless-stopped"


@pytest.mark.parametrize("script", ["airflow-start.sh", "superset-start.sh"])
def test_a_start_waits_for_the_preparation_whatever_the_order(script: str) -> None:
    lines = (ROOT / "containers" / script).read_text().splitlines()
    assert lines.index("python containers/ready.py --wait preparation") < len(lines) - 1
    assert lines[-1].startswith("exec ")


def test_every_secret_is_a_file_and_none_is_idle() -> None:
    assert COMPOSE["secrets"] == {name: {"file": f"${{ISCM_SECRETS:-./var/secrets}}/{name}"} for name in NAMES}
    used = {secret for service in CONTAINERS.values() for secret in service["secrets"]}
    assert used == set(NAMES)


def test_only_those_who_need_a_secret_have_it() -> None:
    holders = {name: {who for who, service in CONTAINERS.items() if name in service["secrets"]} for name in NAMES}
    assert holders["ISCM_POSTGRES_PASSWORD"] == {"postgres", "init"}
    for step in ("LOADER", "TRANSFORMER", "PUBLISHER"):
        assert holders[f"ISCM_{step}_PASSWORD"] == {"init", "airflow-scheduler"}
    assert holders["ISCM_BI_READER_PASSWORD"] == {"init", "superset-init"}
    for name in ("ISCM_SUPERSET_ADMIN_PASSWORD", "ISCM_SUPERSET_MANAGER_PASSWORD"):
        assert holders[name] == {"superset-init"}
    assert holders["SUPERSET_SECRET_KEY"] == {"superset", "superset-init"}


def test_no_password_stands_in_a_file() -> None:
    for name, service in CONTAINERS.items():
        for variable in service.get("environment", {}):
            assert not re.search("PASSWORD|SECRET|KEY|TOKEN", variable), f"{name} has {variable} in its environment"
    for path in DOCKERFILES:
        assert not re.search(r"(PASSWORD|SECRET|KEY|TOKEN)\w*=", path.read_text()), path.name


def test_images_are_built_here_from_the_locks() -> None:
    built = {service["image"]: service["build"]["dockerfile"] for service in CONTAINERS.values() if "build" in service}
    assert {service["image"] for service in CONTAINERS.values()} == set(built)
    assert {ROOT / file for file in built.values()} == set(DOCKERFILES)
    locks = {"warehouse": {"requirements.lock", "dags/requirements.lock"}, "superset": {"superset/requirements.lock"}}
    for room, wanted in locks.items():
        text = (ROOT / "containers" / f"{room}.Dockerfile").read_text()
        installs = [line for line in text.splitlines() if re.search(r"pip (sync|install)", line)]
        assert installs
        for line in installs:
            assert "--require-hashes" in line or "--no-deps --no-build-isolation" in line, line
        assert wanted | {"requirements-uv.lock"} == set(re.findall(r"(\S+\.lock)$", "\n".join(installs), re.MULTILINE))


@pytest.mark.parametrize("path", DOCKERFILES, ids=lambda path: path.name)
def test_an_image_ends_as_an_ordinary_user_and_names_its_base(path: Path) -> None:
    lines = path.read_text().splitlines()
    assert [line for line in lines if line.startswith("USER ")][-1:] == ["USER $ISCM_UID"]
    bases = [line.split()[1] for line in lines if line.startswith("FROM ")]
    assert bases
    assert all(re.fullmatch(r"docker\.io/library/(python:3\.11|postgres:18)-\S+", base) for base in bases)


def test_secrets_and_data_stay_out_of_the_images() -> None:
    rules = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and not line.startswith("#")]
    assert rules[0] == "*"
    assert not [rule for rule in rules if rule.startswith(("!var", "!secrets", "!.git", "!.venvs"))]
