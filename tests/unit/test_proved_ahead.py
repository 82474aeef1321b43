"""Helpers prove the blocks of a long file ahead; what they do not prove is looked at by the one who asked."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from ingestion import proved_ahead
from ingestion.inspection import Inspection
from ingestion.proved_ahead import ProvedAhead
from ingestion.readers import plain_lines, read
from tests.unit.builders import as_csv, csv_text, osi, osi_row, written

ROWS = 60


class Asked:
    """What helpers were asked for: the number of blocks that they proved, and of those left to the one who asked."""

    def __init__(self) -> None:
        self.proved = self.left = 0
        self.before: Callable[[ProvedAhead], None] = lambda ahead: None


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    """Blocks of some five rows, which two helpers prove."""
    told, ask = Asked(), ProvedAhead.next

    def count(ahead: ProvedAhead, *coverage: object) -> object:
        told.before(ahead)
        answer = ask(ahead, *coverage)  # type: ignore[arg-type]
        told.proved, told.left = told.proved + (answer is not None), told.left + (answer is None)
        return answer

    monkeypatch.setattr(ProvedAhead, "next", count)
    monkeypatch.setattr(plain_lines, "BLOCK", 600)
    monkeypatch.setattr(proved_ahead, "HELPERS", 2)
    return told


def _seen(folder: Path, **changed: dict[str, str]) -> tuple[Inspection, str]:
    """The inspection of a file of many rows, and the rows that it hands on; `r7` changes row 7."""
    plain = {"amount": "1.00"}
    rows = [osi_row(allocation_id=f"A-{n}", **plain | changed.get(f"r{n}", {})) for n in range(2, ROWS + 2)]
    path = written(folder, csv_text(rows))
    seen = Inspection(lambda: read(path, path.name, osi()), osi())
    return seen, as_csv(seen, 7).decode()


def test_helpers_prove_a_clean_file_and_its_rows_come_in_their_order(tmp_path: Path, asked: Asked) -> None:
    seen, text = _seen(tmp_path)
    assert (asked.proved > 5, asked.left) == (True, 1)  # once, to hear that nothing is left
    assert [line.split(",")[:4] for line in text.splitlines()] == [
        ["7", "", str(number), f"A-{number}"] for number in range(2, ROWS + 2)
    ]
    assert (seen.row_count, seen.tally.totals["USD"], seen.blocked) == (ROWS, ROWS, False)
    assert seen.coverage
    assert seen.coverage.office == "OIG"


def test_a_block_that_is_not_proved_is_looked_at_here_and_the_helpers_go_on(tmp_path: Path, asked: Asked) -> None:
    whole, _ = _seen(tmp_path)
    clean = asked.proved
    asked.proved = asked.left = 0
    seen, text = _seen(tmp_path, r20={"footnote": "line\nbreak"}, r40={"footnote": 'quoted, "twice"'})
    assert text.count("\n") == ROWS + 1
    assert seen.tally.totals == whole.tally.totals
    assert asked.left > 1 or asked.proved < clean


def test_a_fault_far_down_is_named_with_its_row(tmp_path: Path, asked: Asked) -> None:
    seen, _ = _seen(tmp_path, r50={"amount": "1,5"})
    assert asked.proved > 5
    assert [(finding.rule, finding.row, finding.value) for finding in seen.notes.findings] == [
        ("value-number", 50, "1,5")
    ]


def test_another_office_further_down_is_named_although_its_block_is_clean(tmp_path: Path, asked: Asked) -> None:
    seen, _ = _seen(tmp_path, **{f"r{n}": {"reporting_office": "RO-BANGKOK"} for n in range(30, ROWS + 2)})
    assert [finding.rule for finding in seen.notes.findings] == ["coverage-one-office"] * (ROWS + 2 - 30)
    assert seen.notes.findings[0].row == 30


def test_a_key_that_two_helpers_saw_is_named(tmp_path: Path, asked: Asked) -> None:
    rows = [osi_row(allocation_id=f"A-{n % 50}") for n in range(2, ROWS + 2)]
    path = written(tmp_path, csv_text(rows))
    seen = Inspection(lambda: read(path, path.name, osi()), osi())
    as_csv(seen)
    assert asked.proved > 5
    assert [finding.row for finding in seen.notes.findings] == list(range(52, ROWS + 2))
    assert {finding.rule for finding in seen.notes.findings} == {"key-repeated"}


def test_a_helper_that_dies_costs_time_and_nothing_else(tmp_path: Path, asked: Asked) -> None:
    whole, text = _seen(tmp_path)
    asked.proved = asked.left = 0

    def kill(ahead: ProvedAhead) -> None:
        if asked.proved == 2:
            os.kill(ahead._asked[0][2]._process, signal.SIGKILL)

    asked.before = kill
    seen, rows = _seen(tmp_path)
    assert asked.left > 1
    assert (rows, seen.tally.totals) == (text, whole.tally.totals)


def test_a_short_file_and_a_machine_with_few_processors_need_no_helpers(
    tmp_path: Path, asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proved_ahead, "WORTHWHILE", 1000)
    _, text = _seen(tmp_path)
    monkeypatch.setattr(proved_ahead, "HELPERS", 0)
    monkeypatch.setattr(proved_ahead, "WORTHWHILE", 0)
    assert _seen(tmp_path)[1] == text
    assert (asked.proved, asked.left) == (0, 0)


def test_no_helper_outlives_the_reading(tmp_path: Path, asked: Asked) -> None:
    before = psutil.Process().children()
    _seen(tmp_path)
    assert asked.proved
    assert psutil.Process().children() == before
