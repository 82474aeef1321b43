"""The sender's answer: text, JSON and workbook per arrival of a file, each whole or not there, none overwritten."""

import json
import os
import stat
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from ingestion.outbox import MAX_NAME, answer_stem, write_answer


@dataclass(frozen=True)
class Told:
    """Of an answer, what the outbox needs."""

    file: str
    arrival: int
    words: str = "rejected"

    def lines(self) -> list[str]:
        """For a person."""
        return [f"{self.file!a}: {self.words}", "sha256 0"]

    def as_dict(self) -> dict[str, Any]:
        """For programs."""
        return {"file": self.file, "words": self.words}


ANSWER: Any = Told("São.csv", 7)


def names(folder: Path) -> list[str]:
    """All files there, hidden ones too."""
    return sorted(path.name for path in folder.iterdir())


def test_an_answer_is_a_text_and_a_json_named_by_file_and_arrival(tmp_path: Path) -> None:
    path = write_answer(tmp_path / "out", ANSWER)
    assert path == tmp_path / "out" / "São.csv.7.txt"
    assert path.read_text(encoding="utf-8") == "'S\\xe3o.csv': rejected\nsha256 0\n"
    written = (tmp_path / "out" / "São.csv.7.json").read_text(encoding="utf-8")
    assert "São" in written
    assert json.loads(written) == ANSWER.as_dict()
    assert names(path.parent) == ["São.csv.7.json", "São.csv.7.txt"]
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_workbook_with_the_findings_lies_beside_them(tmp_path: Path) -> None:
    marked = tmp_path / "marked"
    marked.write_bytes(b"PK workbook")
    out = write_answer(tmp_path / "out", ANSWER, marked).parent
    assert names(out) == ["São.csv.7.findings.xlsx", "São.csv.7.json", "São.csv.7.txt"]
    assert (out / "São.csv.7.findings.xlsx").read_bytes() == b"PK workbook"
    assert marked.exists()


def test_answers_to_one_name_stand_beside_one_another(tmp_path: Path) -> None:
    first, second = (write_answer(tmp_path, replace(ANSWER, arrival=number)) for number in (8, 9))
    assert first != second
    assert names(tmp_path) == ["São.csv.8.json", "São.csv.8.txt", "São.csv.9.json", "São.csv.9.txt"]


@pytest.mark.parametrize("name", ["x" * 251 + ".csv", "ã" * 125 + ".csv"])
def test_a_name_as_long_as_a_name_may_be_is_cut_between_two_letters(tmp_path: Path, name: str) -> None:
    assert len(name.encode()) > MAX_NAME == 180
    (tmp_path / "marked").write_bytes(b"")
    path = write_answer(tmp_path / "out", replace(ANSWER, file=name, arrival=10**18), tmp_path / "marked")
    kept = path.name.removesuffix(f".{10**18}.txt")
    assert kept == name[: len(kept)]
    assert len(kept.encode()) == MAX_NAME
    data = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    assert data["file"] == name


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("..", "_..7"), ("../../etc/x.csv", "_._.._etc_x.csv.7"), (".hidden.csv", "_hidden.csv.7"),
        ("a\nb\x1b[2J.csv", "a_b_[2J.csv.7"), ("cod\u202evsc.x", "cod_vsc.x.7"), ("\udcff.csv", "_.csv.7"),
        ("-rf 'x\".csv", "-rf 'x\".csv.7"),
    ],
)  # fmt: skip
def test_an_odd_name_names_a_plain_file_in_the_outbox(tmp_path: Path, name: str, stem: str) -> None:
    assert answer_stem(name, 7) == stem
    path = write_answer(tmp_path, replace(ANSWER, file=name))
    assert path == tmp_path / f"{stem}.txt"
    assert names(tmp_path) == sorted([f"{stem}.json", f"{stem}.txt"])


def test_the_same_answer_again_changes_nothing_and_another_is_refused(tmp_path: Path) -> None:
    marked = tmp_path / "marked"
    marked.write_bytes(b"first")
    out = write_answer(tmp_path / "out", ANSWER, marked).parent
    before = {path: (path.read_bytes(), path.stat().st_ino) for path in out.iterdir()}
    assert len(before) == 3
    marked.write_bytes(b"second")
    write_answer(out, ANSWER, marked)
    with pytest.raises(FileExistsError, match="another answer"):
        write_answer(out, replace(ANSWER, words="accepted"), marked)
    assert {path: (path.read_bytes(), path.stat().st_ino) for path in out.iterdir()} == before


@pytest.mark.parametrize("step", ["fsync", "link", "unlink"])
@pytest.mark.parametrize("part", [1, 2, 3])
def test_a_crash_leaves_no_half_answer_and_is_made_good(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, part: int
) -> None:
    marked = tmp_path / "marked"
    marked.write_bytes(b"PK workbook")
    whole = write_answer(tmp_path / "whole", ANSWER, marked).parent
    calls = []
    # each part: two fsyncs (file, folder), one link, two unlinks (before, after)
    last = {"fsync": 2 * part - 1, "link": part, "unlink": 2 * part}[step]
    real = getattr(os, step)

    def crash(*arguments: Any, **more: Any) -> Any:
        calls.append(arguments)
        if len(calls) == last:
            raise KeyboardInterrupt
        return real(*arguments, **more)

    with monkeypatch.context() as patch:
        patch.setattr(os, step, crash)
        with pytest.raises(KeyboardInterrupt):
            write_answer(tmp_path / "out", ANSWER, marked)
    seen = [name for name in names(tmp_path / "out") if not name.startswith(".")]
    assert len(seen) == (part if step == "unlink" else part - 1)
    assert all((tmp_path / "out" / name).read_bytes() == (whole / name).read_bytes() for name in seen)
    kept = {name: (tmp_path / "out" / name).stat().st_ino for name in seen}
    out = write_answer(tmp_path / "out", ANSWER, marked).parent
    assert names(out) == names(whole)
    assert all((out / name).read_bytes() == (whole / name).read_bytes() for name in names(whole))
    assert {name: (out / name).stat().st_ino for name in seen} == kept


def test_a_dry_run_leaves_no_answer(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="dry run"):
        write_answer(tmp_path / "out", replace(ANSWER, arrival=None))
    assert not (tmp_path / "out").exists()
