"""Ten at once, and crashes at the worst moment: a file is in as a whole, once, or not at all."""

import os
import signal
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ingestion import landing
from tests.integration.support import counts, fetch, iscm, land, landed, one, osi_file
from warehouse.settings import Settings

TEN = 10
MANY = 120_000


class CrashError(Exception):
    """Whatever can go wrong in the middle."""


def test_the_same_bytes_ten_times_at_once_make_one_load(warehouse: Settings, tmp_path: Path) -> None:
    files = [osi_file(tmp_path / str(n), ["1.00", "2.00"], f"copy-{n % 3}.csv") for n in range(TEN)]
    land_command = [*iscm(), "land", "--feed", "osi_allocations"]
    racers = [subprocess.Popen([*land_command, str(path)], stdout=subprocess.PIPE, text=True) for path in files]
    said = [racer.communicate()[0] for racer in racers]
    assert [racer.returncode for racer in racers] == [0] * TEN
    assert sorted(text.split(": ")[1].split(",")[0] for text in said) == ["accepted"] + ["duplicate"] * (TEN - 1)
    assert landed() == (1, 2)
    assert one("auditor", "select count(*) from ops.arrivals") == TEN


def test_ten_corrections_at_once_follow_one_another_without_a_fork(warehouse: Settings, tmp_path: Path) -> None:
    files = [osi_file(tmp_path, [f"{n}.00"], f"{n}.csv") for n in range(TEN)]
    with ThreadPoolExecutor(TEN) as pool:
        outcomes = [answer["outcome"] for answer in pool.map(land, files)]
    assert outcomes == ["accepted"] * TEN
    assert landed() == (TEN, TEN)
    chain = fetch("auditor", "select supersedes, submission_id from ops.admissions order by submission_id")
    assert [earlier for earlier, _ in chain] == [None, *(number for _, number in chain[:-1])]
    assert one("auditor", "select count(*) from ops.current_submissions") == 1


@pytest.mark.parametrize("step", ["_copy", "_place", "record", "admit", "record_arrival"])
def test_a_crash_after_any_step_of_landing_leaves_nothing(
    warehouse: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    path = osi_file(tmp_path, ["1.00"] * 1000)
    whole = getattr(landing, step)
    done = []

    def crashing(*arguments: object) -> None:
        done.append(whole(*arguments))
        raise CrashError

    before = counts()
    with monkeypatch.context() as patch:
        patch.setattr(landing, step, crashing)
        with pytest.raises(CrashError):
            land(path)
    assert len(done) == 1
    assert counts() == before
    assert land(path)["outcome"] == "accepted"
    assert landed() == (1, 1000)


def test_a_crash_between_loading_and_answering_is_answered_by_the_next_try(
    warehouse: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: object) -> None:
        raise CrashError

    path = osi_file(tmp_path, ["1.00"])
    with monkeypatch.context() as patch:
        patch.setattr("iscm.submitting.write_answer", crash)
        with pytest.raises(CrashError):
            land(path)
    assert path.exists()
    assert fetch("auditor", "select submission_id, outcome from ops.submissions") == [(1, "accepted")]
    answer = land(path)
    assert (answer["outcome"], answer["submission"], answer["rows"]) == ("duplicate", 1, 1)
    assert landed() == (1, 1)
    assert len(list((warehouse.outbox / "osi_allocations").glob("*.txt"))) == 1


def test_kill_9_in_the_middle_of_loading_leaves_nothing_and_the_file_can_be_sent_again(
    warehouse: Settings, tmp_path: Path
) -> None:
    path = osi_file(tmp_path, ["1.00"] * MANY)
    loader = subprocess.Popen([*iscm(), "land", "--feed", "osi_allocations", str(path)], stdout=subprocess.DEVNULL)
    loading = "select coalesce(max(tuples_processed), 0) from pg_stat_progress_copy where datname = current_database()"
    while one("postgres", loading) == 0:
        assert loader.poll() is None, "it ended before it could be killed"
    os.kill(loader.pid, signal.SIGKILL)
    assert loader.wait() == -signal.SIGKILL
    assert landed() == (0, 0)
    assert land(path)["rows"] == MANY
    assert landed() == (1, MANY)
    assert [item for item in warehouse.outbox.rglob("*.txt") if item.name.startswith("osi.csv.")]
