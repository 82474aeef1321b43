"""What a kill or a full disk leaves behind in folders: nothing that lasts, and nothing that harms the next try."""

import os
import time
from pathlib import Path

import pytest

from ingestion.answer import Answer
from ingestion.archive import LEFT_BEHIND, PART, archive
from ingestion.outbox import write_answer
from iscm.dropping import drop_file
from tests.unit.builders import written


def _full(_: int) -> None:
    raise OSError(28, "No space left on device")


def test_a_copy_that_does_not_fit_leaves_nothing_in_the_archive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = written(tmp_path, b"x")
    monkeypatch.setattr(os, "fsync", _full)
    with pytest.raises(OSError, match="No space left"):
        archive(source, tmp_path / "archive")
    assert list((tmp_path / "archive").rglob("*")) == []


def test_what_a_killed_copy_left_is_removed_after_a_day_and_not_before(tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    folder.mkdir()
    old, young = written(folder, b"half", f"{PART}old"), written(folder, b"half", f"{PART}young")
    os.utime(old, (time.time() - LEFT_BEHIND - 1,) * 2)
    kept = archive(written(tmp_path, b"x"), folder)
    assert sorted(path for path in folder.rglob("*") if path.is_file()) == sorted([young, kept.path])


def test_an_answer_that_does_not_fit_leaves_nothing_in_the_outbox(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", _full)
    with pytest.raises(OSError, match="No space left"):
        write_answer(tmp_path / "outbox", Answer("a.csv", "posts", "duplicate", "0" * 64, arrival=1))
    assert list((tmp_path / "outbox").iterdir()) == []


def test_a_drop_that_was_killed_half_way_does_not_touch_the_file_that_waits(tmp_path: Path) -> None:
    folder = tmp_path / "drop"
    waiting = drop_file(written(tmp_path, b"first"), folder, "a.csv")
    os.link(waiting, folder / ".a.csv.part")  # killed before the second name was removed
    with pytest.raises(Exception, match="waits already"):
        drop_file(written(tmp_path, b"second", "b.csv"), folder, "a.csv")
    assert waiting.read_bytes() == b"first"
    assert list(folder.iterdir()) == [waiting]
