"""The sender's answer: a text and a JSON per arrival of a file, each whole or not there, none overwritten."""

import json
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from ingestion.answer import Answer
from ingestion.findings import Finding
from ingestion.outbox import MAX_NAME, write_answer

WRONG = Finding("value-number", "write a plain number", row=3, column="amount", value="abc")
REJECTED = Answer("São.csv", "posts", "rejected", 5, "0" * 64, 2, {}, [WRONG], 1, arrival=7)
ACCEPTED = Answer("a.csv", "posts", "accepted", 6, "1" * 64, 3, {"EUR": "2.50", "USD": "1.00"}, [], 0, arrival=8)


def test_an_answer_is_a_text_and_a_json_named_by_file_and_arrival(tmp_path: Path) -> None:
    path = write_answer(tmp_path / "out", REJECTED)
    assert path == tmp_path / "out" / "São.csv.7.txt"
    assert path.read_text(encoding="utf-8").splitlines() == [
        "São.csv: rejected, submission 5, 2 rows",
        f"sha256 {'0' * 64}",
        "1 findings:",
        "  São.csv, row 3, column amount: write a plain number (found: 'abc') [value-number]",
    ]
    written = (tmp_path / "out" / "São.csv.7.json").read_text(encoding="utf-8")
    assert "São" in written
    assert json.loads(written) == {
        "file": "São.csv", "feed": "posts", "outcome": "rejected", "submission": 5, "sha256": "0" * 64, "rows": 2,
        "totals": {}, "finding_count": 1, "superseded": None, "in_force": None, "arrival": 7,
        "findings": [
            {
                "rule": "value-number", "message": "write a plain number", "sheet": None, "row": 3,
                "column": "amount", "value": "abc", "severity": "blocking",
            }
        ],
    }  # fmt: skip
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_answers_to_one_name_stand_beside_one_another(tmp_path: Path) -> None:
    first, second = (write_answer(tmp_path, replace(ACCEPTED, arrival=number)) for number in (8, 9))
    assert first != second
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "a.csv.8.json", "a.csv.8.txt", "a.csv.9.json", "a.csv.9.txt",
    ]  # fmt: skip


def test_an_accepted_file_is_told_its_totals_and_whose_place_it_takes() -> None:
    assert replace(ACCEPTED, superseded=4).lines() == [
        "a.csv: accepted, submission 6, 3 rows; EUR 2.50, USD 1.00",
        f"sha256 {'1' * 64}",
        "takes the place of submission 4",
    ]


def test_known_bytes_that_were_superseded_are_told_what_is_in_force() -> None:
    _, _, known, newer = replace(ACCEPTED, outcome="duplicate", in_force=9).lines()
    assert known == "exactly these bytes were accepted before; nothing changed"
    assert newer.startswith("submission 9 has taken their place")


@pytest.mark.parametrize("name", ["x" * 251 + ".csv", "ã" * 125 + ".csv"])
def test_a_name_as_long_as_a_name_may_be_is_cut_between_two_letters(tmp_path: Path, name: str) -> None:
    assert len(name.encode()) > MAX_NAME == 180
    path = write_answer(tmp_path, replace(ACCEPTED, file=name, arrival=10**12))
    kept = path.name.removesuffix(f".{10**12}.txt")
    assert kept == name[: len(kept)]
    assert len(kept.encode()) == MAX_NAME
    data = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    assert data["file"] == name


def test_a_crash_while_writing_leaves_no_half_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(self: Path, target: Path) -> Path:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", crash)
    with pytest.raises(KeyboardInterrupt):
        write_answer(tmp_path, ACCEPTED)
    assert [path.name for path in tmp_path.iterdir() if not path.name.startswith(".")] == []
