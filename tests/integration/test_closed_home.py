"""Under root the server runs as a user of its own, also where that user cannot reach the home folder."""

import os
import subprocess
from pathlib import Path

import pytest

import warehouse.postgres as embedded
from warehouse.credentials import ensure_secrets
from warehouse.settings import settings


@pytest.mark.skipif(os.geteuid() != 0, reason="another user runs the server itself")
def test_a_cluster_of_a_home_closed_to_others_is_made_elsewhere_and_its_programs_run(
    tmp_path: Path, scratch_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    monkeypatch.setattr(embedded, "SYSTEM_FOLDER", scratch_home / "var-lib")
    monkeypatch.setenv("ISCM_HOME", str(closed / "home"))
    ensure_secrets(closed / "home")
    settings.cache_clear()
    cluster = embedded.ensure_cluster(settings())
    assert cluster.data.is_relative_to(scratch_home / "var-lib")
    assert (cluster.data / "PG_VERSION").read_text().strip() == "18"
    assert closed.stat().st_mode & 0o777 == 0o700
    version = subprocess.run(
        [cluster.program("postgres"), "--version"], user=cluster.system_user, cwd="/", capture_output=True, text=True
    )
    assert "PostgreSQL) 18" in version.stdout, version.stderr
    settings.cache_clear()
