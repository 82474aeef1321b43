"""Settings of one installation: environment before file, defaults that serve loopback only."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import ValidationError

from warehouse.credentials import DATABASE_ROLES, ensure_secrets
from warehouse.settings import PROJECT, home, settings


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    for name in ("ISCM_POSTGRES_PORT", "ISCM_DATABASE", "ISCM_GIT_REVISION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ISCM_HOME", str(tmp_path))
    settings.cache_clear()
    yield
    settings.cache_clear()


def test_defaults_are_loopback_and_the_documented_ports(tmp_path: Path) -> None:
    ensure_secrets(tmp_path)
    at = settings()
    assert (at.postgres_host, at.database) == ("127.0.0.1", "iscm")
    assert (at.postgres_port, at.airflow_port, at.superset_port) == (5438, 8080, 8088)


def test_all_folders_lie_in_the_home_of_the_installation(tmp_path: Path) -> None:
    ensure_secrets(tmp_path)
    at = settings()
    folders = [at.drop, at.outbox, at.archive, at.logs]
    assert [folder.parent for folder in folders] == [tmp_path] * 4
    assert len(set(folders)) == 4


def test_every_role_has_the_password_that_was_generated(tmp_path: Path) -> None:
    made = ensure_secrets(tmp_path)
    assert [settings().password(role) for role in DATABASE_ROLES] == [
        made[f"ISCM_{role.upper()}_PASSWORD"] for role in DATABASE_ROLES
    ]


def test_the_environment_comes_before_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ensure_secrets(tmp_path)
    monkeypatch.setenv("ISCM_LOADER_PASSWORD", "given")
    monkeypatch.setenv("ISCM_POSTGRES_PORT", "6000")
    assert (settings().password("loader"), settings().postgres_port) == ("given", 6000)


@pytest.mark.parametrize("port", ["0", "65536", "abc", ""])
def test_a_port_out_of_range_is_refused_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, port: str) -> None:
    ensure_secrets(tmp_path)
    monkeypatch.setenv("ISCM_AIRFLOW_PORT", port)
    with pytest.raises(ValidationError, match="airflow_port"):
        settings()


def test_a_password_that_was_not_given_is_asked_for_by_name() -> None:
    with pytest.raises(LookupError, match="ISCM_LOADER_PASSWORD"):
        settings().password("loader")


def test_passwords_do_not_show_when_settings_are_printed(tmp_path: Path) -> None:
    made = ensure_secrets(tmp_path)
    assert not [name for name, value in made.items() if value in repr(settings())]


def test_a_relative_home_is_made_absolute(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ISCM_HOME", "here")
    assert home() == tmp_path / "here"


def test_the_home_is_var_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ISCM_HOME")
    assert home() == PROJECT / "var"
