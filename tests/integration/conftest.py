"""A database in which the sample was landed and built once, and copies of it for tests that change something."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from iscm.sample import accept_sample, drop_sample
from iscm.submission_commands import EXIT_QUARANTINED
from tests.conftest import TEMPLATE
from tests.integration.support import SAMPLE_FILES, command, installation
from warehouse.settings import SECRETS_FILE, Settings


@pytest.fixture(scope="session")
def built_template(postgres: int, scratch_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Name of a database into which the sample files went by command line: landed, accepted and built, not judged."""
    home = tmp_path_factory.mktemp("built") / "home"
    with installation(home, scratch_home / SECRETS_FILE, postgres, "built_template", TEMPLATE) as at:
        for source in SAMPLE_FILES:
            (at.drop / source.parent.name).mkdir(parents=True)
        assert len(drop_sample(at.drop)) == len(SAMPLE_FILES) >= 10
        for path in sorted(at.drop.glob("*/*")):
            done = command("land", "--take", path)
            assert done.returncode in (0, EXIT_QUARANTINED), done.stdout + done.stderr
        assert accept_sample(dt.date.today())  # what is odd in the evaluation itself
        done = command("build")
        assert done.returncode == 0, done.stdout + done.stderr
        yield at.database


@pytest.fixture
def built(
    built_template: str, postgres: int, scratch_home: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Settings]:
    """A copy of that database for one test."""
    database = f"built_{abs(hash(request.node.nodeid)):x}"
    with installation(tmp_path / "home", scratch_home / SECRETS_FILE, postgres, database, built_template) as at:
        yield at
