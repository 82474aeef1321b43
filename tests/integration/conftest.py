"""The sample landed and built, and the same published: made once in a run, and copied for the tests."""

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from filelock import FileLock

from iscm.sample import accept_sample, drop_sample
from iscm.submission_commands import EXIT_QUARANTINED
from tests.conftest import TEMPLATE
from tests.integration.support import SAMPLE_FILES, command, dump, installation, restore, run_steps
from warehouse.postgres import Cluster
from warehouse.settings import SECRETS_FILE, Settings

Template = Callable[[str, str, Callable[[Settings], None]], str]


@pytest.fixture(scope="session")
def template(
    postgres: int, cluster: Cluster, scratch_home: Path, shared: Path, tmp_path_factory: pytest.TempPathFactory
) -> Template:
    """Lays down a database that one worker makes, from another by some steps, and all restore; gives its name."""

    def lay_down(name: str, base: str, make: Callable[[Settings], None]) -> str:
        home, file = tmp_path_factory.mktemp(name) / "home", shared / f"{name}.dump"
        with FileLock(file.with_suffix(".lock")):
            if not file.exists():
                with installation(home, scratch_home / SECRETS_FILE, postgres, f"{name}_made", base) as at:
                    make(at)
                    dump(at, cluster, file)
        restore(file, scratch_home / SECRETS_FILE, postgres, cluster, name)
        return name

    return lay_down


@pytest.fixture(scope="session")
def built_template(template: Template) -> str:
    """Name of a database into which the sample files went by command line: landed, accepted and built, not judged."""

    def make(at: Settings) -> None:
        for source in SAMPLE_FILES:
            (at.drop / source.parent.name).mkdir(parents=True)
        assert len(drop_sample(at.drop)) == len(SAMPLE_FILES) >= 10
        for path in sorted(at.drop.glob("*/*")):
            done = command("land", "--take", path)
            assert done.returncode in (0, EXIT_QUARANTINED), done.stdout + done.stderr
        assert accept_sample(dt.date.today())  # what is odd in the evaluation itself
        run_steps("build")

    return template("built", TEMPLATE, make)


@pytest.fixture(scope="session")
def published_template(template: Template, built_template: str) -> str:
    """Name of a database in which the same was judged and published."""
    return template("published", built_template, lambda _: run_steps("validate", "publish"))


@pytest.fixture
def built(
    built_template: str, postgres: int, scratch_home: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Settings]:
    """The sample landed and built, for one test."""
    database = f"built_{abs(hash(request.node.nodeid)):x}"
    with installation(tmp_path / "home", scratch_home / SECRETS_FILE, postgres, database, built_template) as at:
        yield at


@pytest.fixture(scope="module")
def published(
    published_template: str, postgres: int, scratch_home: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Settings]:
    """The sample landed, built, judged and published, for the tests of one file."""
    home = tmp_path_factory.mktemp("published") / "home"
    with installation(home, scratch_home / SECRETS_FILE, postgres, "published_copy", published_template) as at:
        yield at
