"""Generated secrets: made once, readable by their owner only, never the same twice."""

import base64
import os
import stat
from pathlib import Path

import pytest

from warehouse.credentials import DATABASE_ROLES, NAMES, ensure_secret_files, ensure_secrets, known_secrets
from warehouse.settings import SECRETS_FILE


def test_every_login_has_a_secret_of_its_own(tmp_path: Path) -> None:
    made = ensure_secrets(tmp_path)
    assert set(made) == set(NAMES) >= {f"ISCM_{role.upper()}_PASSWORD" for role in DATABASE_ROLES}
    assert len(set(made.values())) == len(NAMES)
    assert all(len(value) >= 24 for value in made.values())


def test_two_installations_share_no_secret(tmp_path: Path) -> None:
    assert not set(ensure_secrets(tmp_path / "a").values()) & set(ensure_secrets(tmp_path / "b").values())


def test_only_the_owner_may_read_the_file_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        ensure_secrets(tmp_path)
    finally:
        os.umask(before)
    assert [path.name for path in tmp_path.iterdir()] == [SECRETS_FILE]
    assert stat.S_IMODE((tmp_path / SECRETS_FILE).stat().st_mode) == 0o600


def test_a_second_call_keeps_every_secret_and_does_not_touch_the_file(tmp_path: Path) -> None:
    first = ensure_secrets(tmp_path)
    before = (tmp_path / SECRETS_FILE).stat()
    assert ensure_secrets(tmp_path) == first
    assert (tmp_path / SECRETS_FILE).stat().st_mtime_ns == before.st_mtime_ns


def test_a_missing_secret_is_added_and_the_others_stay(tmp_path: Path) -> None:
    first = ensure_secrets(tmp_path)
    path = tmp_path / SECRETS_FILE
    lines = path.read_text().splitlines()
    path.write_text("\n".join(line for line in lines if not line.startswith("ISCM_AUDITOR_PASSWORD=")) + "\nOWN=1\n")
    second = ensure_secrets(tmp_path)
    assert {name for name in NAMES if second[name] != first[name]} == {"ISCM_AUDITOR_PASSWORD"}
    assert second["OWN"] == "1"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_what_a_killed_start_left_behind_is_no_obstacle(tmp_path: Path) -> None:
    left = (tmp_path / SECRETS_FILE).with_suffix(".new")
    left.write_text("half")
    assert set(ensure_secrets(tmp_path)) == set(NAMES)
    assert not left.exists()


def test_the_fernet_key_is_one(tmp_path: Path) -> None:
    assert len(base64.urlsafe_b64decode(ensure_secrets(tmp_path)["ISCM_AIRFLOW_FERNET_KEY"])) == 32


def test_secrets_are_known_from_the_file_of_the_installation(tmp_path: Path) -> None:
    made = ensure_secrets(tmp_path)
    assert known_secrets(tmp_path, tmp_path / "no-such-folder") == made


def test_containers_get_one_file_per_secret_and_what_is_there_stays(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    assert set(ensure_secret_files(folder)) == set(NAMES)
    first = known_secrets(tmp_path, folder)
    (folder / NAMES[0]).unlink()
    assert ensure_secret_files(folder) == [NAMES[0]]
    second = known_secrets(tmp_path, folder)
    assert {name for name in NAMES if first[name] != second[name]} == {NAMES[0]}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


def test_container_secrets_are_all_that_a_container_knows(tmp_path: Path) -> None:
    ensure_secrets(tmp_path)
    given = tmp_path / "run"
    given.mkdir()
    (given / "ISCM_AUDITOR_PASSWORD").write_text("from outside\n")
    (given / "SOMETHING_ELSE").write_text("x")
    assert known_secrets(tmp_path, given) == {"ISCM_AUDITOR_PASSWORD": "from outside"}


def test_before_the_first_start_there_is_a_hint_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(KeyError, match="make run"):
        known_secrets(tmp_path, tmp_path / "no-such-folder")
