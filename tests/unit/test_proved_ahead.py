"""Helpers prove the blocks of a long file ahead; what they do not prove is looked at by the one who asked."""

import csv
import os
import re
import signal
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import psutil
import pytest

from ingestion import proved_ahead
from ingestion.inspection import Inspection
from ingestion.proved_ahead import ProvedAhead
from ingestion.readers import csv_file, plain_lines, read
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
    rows = [osi_row(**{"allocation_id": f"A-{n}"} | plain | changed.get(f"r{n}", {})) for n in range(2, ROWS + 2)]
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
    _seen(tmp_path)
    clean = asked.proved
    asked.proved = asked.left = 0
    blank = dict.fromkeys(osi().names, "")
    seen, text = _seen(tmp_path, r20=blank)
    assert (asked.left, seen.blocked) == (2, False)  # the block with the blank line, and the end
    assert asked.proved >= clean - 2
    numbers = [int(line.split(",")[2]) for line in text.splitlines()]
    assert numbers == [*range(2, 20), *range(21, ROWS + 2)]


def test_a_line_of_another_kind_ends_the_plain_lines_and_lets_the_helpers_go(
    tmp_path: Path, asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_file, "BATCH", 5)
    before = psutil.Process().children()
    alive = []
    asked.before = lambda ahead: alive.append(len(psutil.Process().children()) - len(before))
    seen, text = _seen(tmp_path, r20={"footnote": "line\nbreak"})
    assert (asked.proved, seen.row_count) == (3, ROWS)
    assert text.count("\n") == ROWS + 1
    assert (alive[0], alive[-1]) == (2, 0)


def test_a_file_that_changes_while_it_is_read_is_given_no_proof_of_other_bytes(tmp_path: Path, asked: Asked) -> None:
    def change(ahead: ProvedAhead) -> None:
        path = ahead._plain.path
        if asked.proved == 2:
            path.write_bytes(path.read_bytes().replace(b",1.00,", b",9.00,"))

    asked.before = change
    seen, text = _seen(tmp_path)
    handed_on = sum(Decimal(cells[list(seen.columns).index("amount") + 3]) for cells in csv.reader(text.splitlines()))
    assert seen.tally.totals["USD"] == handed_on > ROWS


def test_rows_that_are_added_while_it_is_read_come_once(tmp_path: Path, asked: Asked) -> None:
    more = csv_text([osi_row(allocation_id=f"B-{n}", amount="1.00") for n in range(4)]).split("\n", 1)[1]

    def grow(ahead: ProvedAhead) -> None:
        if asked.left == 1:
            with ahead._plain.path.open("a") as file:
                file.write(more)
            asked.left += 100

    asked.before = grow
    _, text = _seen(tmp_path, **{f"r{ROWS + 1}": {"footnote": "line\nbreak"}})
    keys = re.findall("[AB]-[0-9]+", text)
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("allowed", [0, 1])
def test_without_a_process_for_a_helper_the_file_is_read_all_the_same(
    tmp_path: Path, asked: Asked, monkeypatch: pytest.MonkeyPatch, allowed: int
) -> None:
    _, text = _seen(tmp_path)
    before = psutil.Process().num_fds(), psutil.Process().children()
    given: list[int] = []
    fork = os.fork

    def scarce() -> int:
        if len(given) == allowed:
            raise BlockingIOError("no more processes")
        given.append(1)
        return fork()

    asked.proved = 0
    monkeypatch.setattr(proved_ahead.os, "fork", scarce)
    seen, rows = _seen(tmp_path)
    assert (rows, seen.blocked, asked.proved > 5) == (text, False, bool(allowed))
    assert (psutil.Process().num_fds(), psutil.Process().children()) == before


def test_a_helper_that_stands_still_is_not_waited_for(
    tmp_path: Path, asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proved_ahead, "PATIENCE", 0.5)
    _, text = _seen(tmp_path)
    asked.proved = 0

    def stop(ahead: ProvedAhead) -> None:
        if asked.proved == 2 and ahead._helpers:
            os.kill(ahead._helpers[0]._process, signal.SIGSTOP)

    asked.before = stop
    before = psutil.Process().children()
    assert _seen(tmp_path)[1] == text
    assert psutil.Process().children() == before


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
