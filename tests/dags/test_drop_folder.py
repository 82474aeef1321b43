"""Which files of the drop folder a run may take; asked of the Airflow environment, where the trigger lives."""

import json
import os
import subprocess
from pathlib import Path

from tests.stack import ROOT

ASK = """
import json, sys
sys.path.insert(0, sys.argv[1])
from drop_folder import settled_files
print(json.dumps(settled_files(sys.argv[2], float(sys.argv[3]))))
"""


def settled(folder: Path, settle_seconds: float) -> list[str]:
    """Answer of `settled_files`, as paths below the folder."""
    python = ROOT / ".venvs" / "airflow" / "bin" / "python"
    command = [str(python), "-c", ASK, str(ROOT / "dags" / "plugins"), str(folder), str(settle_seconds)]
    environment = os.environ | {"AIRFLOW_HOME": str(folder.parent / "airflow")}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    return [str(Path(path).relative_to(folder)) for path in json.loads(done.stdout.splitlines()[-1])]


def test_everything_that_has_settled_is_answered_but_what_is_still_being_written(tmp_path: Path) -> None:
    folder = tmp_path / "drop"
    feed = folder / "posts"
    feed.mkdir(parents=True)
    (feed / "right.csv").write_text("a")
    (feed / ".being-copied.part").write_text("a")
    (feed / "a folder").mkdir()
    (feed / "link.csv").symlink_to(feed / "right.csv")
    (folder / "beside.csv").write_text("a")
    taken = ["beside.csv", "posts/a folder", "posts/link.csv", "posts/right.csv"]
    assert settled(folder, settle_seconds=-1) == taken
    assert settled(folder, settle_seconds=3600) == []


def test_control_totals_are_taken_with_their_file_and_alone_only_when_it_does_not_come(tmp_path: Path) -> None:
    feed = tmp_path / "drop" / "project_ledger"
    feed.mkdir(parents=True)
    for name in ("a.csv", "a.csv.control.csv", "b.xlsx", "b.control.csv", "c.csv.control.csv"):
        (feed / name).write_text("a")
    assert settled(tmp_path / "drop", settle_seconds=-1) == ["project_ledger/a.csv", "project_ledger/b.xlsx"]


def test_a_name_that_is_no_text_is_made_one(tmp_path: Path) -> None:
    folder = tmp_path / "drop"
    (folder / "posts").mkdir(parents=True)
    Path(os.fsdecode(os.fsencode(folder / "posts") + b"/M\xfcnchen.csv")).write_text("a")
    assert settled(folder, settle_seconds=-1) == ["posts/M\ufffdnchen.csv"]
    assert (folder / "posts" / "M\ufffdnchen.csv").read_text() == "a"
