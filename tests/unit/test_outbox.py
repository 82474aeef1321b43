"""The sender's answer: a text and a JSON per file and submission, each whole or not there."""

import json
import stat
from pathlib import Path

import pytest

from ingestion.outbox import write_answer


def test_an_answer_is_a_text_and_a_json_named_by_file_and_submission(tmp_path: Path) -> None:
    path = write_answer(tmp_path / "out", "a.csv", {"arrival": 7, "file": "São"}, ["one", "two"])
    assert path == tmp_path / "out" / "a.csv.7.txt"
    assert path.read_text(encoding="utf-8") == "one\ntwo\n"
    assert json.loads((tmp_path / "out" / "a.csv.7.json").read_text(encoding="utf-8")) == {
        "submission": 7,
        "file": "São",
    }
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_crash_while_writing_leaves_no_half_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(self: Path, target: Path) -> Path:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", crash)
    with pytest.raises(KeyboardInterrupt):
        write_answer(tmp_path, "a.csv", {"arrival": 7}, ["one"])
    assert [path.name for path in tmp_path.iterdir() if not path.name.startswith(".")] == []
