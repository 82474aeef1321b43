"""A correction takes the place of what it corrects; what it changes, in rows and in money, is told and kept."""

import csv
from pathlib import Path
from typing import Any

from ingestion.contract import contract
from iscm.submitting import land_file
from tests.integration.support import fetch, land, ledger_file, one, osi_file
from warehouse.settings import Settings


def _edited(path: Path, name: str, *edits: tuple[int, dict[str, str]], drop: int = 0) -> Path:
    """A copy of a CSV file with some rows changed, and the last ones left out."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for place, changes in edits:
        rows[place] |= changes
    with path.with_name(name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows[: len(rows) - drop])
    return path.with_name(name)


def _kept(submission: int) -> tuple[Any, ...]:
    (row,) = fetch(
        "auditor",
        "select supersedes, rows_added, rows_removed, rows_changed from ops.submission_differences "
        "where submission_id = %s", submission,
    )  # fmt: skip
    return row


def _projects(folder: Path) -> Path:
    row = {column.name: column.example if column.required else "" for column in contract("projects").columns} | {
        "reporting_office": "OIG", "reporting_period": "2019", "iscm_link": "dedicated",
    }  # fmt: skip
    path = folder / "projects.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, contract("projects").names)
        writer.writeheader()
        writer.writerows(row | {"project_code": f"P-{iscm}", "iscm_code": iscm} for iscm in ("SACM", "BALI"))
    return path


def test_rows_added_removed_and_changed_are_counted_by_key(warehouse: Settings, tmp_path: Path) -> None:
    first = osi_file(tmp_path, ["1.00", "2.00", "3.00", "4.00"])
    land(first)
    second = _edited(first, "second.csv", (0, {"allocation_id": "NEW"}), (1, {"footnote": "seen"}), drop=1)
    answer = land(second)
    # NEW came, OIG-2019-0 and -3 went, -1 has a footnote now, -2 stayed
    assert answer["difference"] == {
        "supersedes": 1, "rows_added": 1, "rows_removed": 2, "rows_changed": 1, "moved": {"GRCP USD": "-4.00"},
    }  # fmt: skip
    assert _kept(2) == (1, 1, 2, 1)
    text = (warehouse.outbox / "osi_allocations" / "second.csv.2.txt").read_text()
    assert "against submission 1: 1 rows added, 2 removed, 1 changed; moved: GRCP USD -4.00" in text


def test_a_first_file_corrects_nothing(warehouse: Settings, tmp_path: Path) -> None:
    assert land(osi_file(tmp_path, ["1.00"]))["difference"] is None
    assert one("auditor", "select count(*) from ops.submission_differences") == 0


def test_money_is_moved_between_members_exactly(warehouse: Settings, tmp_path: Path) -> None:
    first = osi_file(tmp_path, ["0.10", "0.20", "5.00"])
    land(first)
    answer = land(_edited(first, "second.csv", (1, {"member_code": "BALI", "amount": "0.30"})))
    assert answer["difference"]["moved"] == {"BALI USD": "+0.30", "GRCP USD": "-0.20"}
    assert fetch(
        "auditor", "select iscm_code, currency, amount_before, amount_after from ops.difference_amounts order by 1"
    ) == [("BALI", "USD", 0, answer_amount("0.30")), ("GRCP", "USD", answer_amount("5.30"), answer_amount("5.10"))]


def answer_amount(text: str) -> Any:
    """The exact amount."""
    return one("auditor", "select %s::numeric", text)


def test_a_correction_that_moves_no_money_says_so(warehouse: Settings, tmp_path: Path) -> None:
    first = osi_file(tmp_path, ["1.00", "2.00"])
    land(first)
    answer = land_file(
        _edited(first, "second.csv", (0, {"amount": "2.00"}), (1, {"amount": "1.00"})), "osi_allocations"
    )
    assert answer.difference
    assert (answer.difference.rows_changed, answer.difference.moved) == (2, {})
    assert any(line.endswith("2 changed; no money moved") for line in answer.lines())


def test_the_senders_own_columns_are_part_of_a_row(warehouse: Settings, tmp_path: Path) -> None:
    first = osi_file(tmp_path, ["1.00", "2.00"])
    land(_edited(first, "own.csv", (0, {"x_ref": "a"}), (1, {"x_ref": "b"})))
    answer = land(_edited(first, "own2.csv", (0, {"x_ref": "a"}), (1, {"x_ref": "c"})))
    assert answer["difference"]["rows_changed"] == 1


def test_the_money_of_projects_is_told_by_iscm(warehouse: Settings, tmp_path: Path) -> None:
    assert contract("project_ledger").iscm_through == ("projects", "iscm_code")
    projects = land(_projects(tmp_path), "projects")
    assert projects["outcome"] == "accepted", projects["findings"]
    for amounts in (["10.00", "20.00"], ["10.50", "20.00"]):
        path = ledger_file(tmp_path, amounts, project_code="P-SACM")
        answer = land(_edited(path, "ledger2.csv", (1, {"project_code": "NOT-KNOWN"})), "project_ledger")
        assert answer["outcome"] == "rejected"  # its control totals did not come with it
        path.with_name("ledger2.control.csv").write_bytes(path.with_name("ledger.csv.control.csv").read_bytes())
        answer = land(path.with_name("ledger2.csv"), "project_ledger")
        assert answer["outcome"] == "accepted", answer["findings"]
    # a project that the register does not know stands for itself
    assert answer["difference"]["moved"] == {"SACM USD": "+0.50"}
    path = ledger_file(tmp_path, ["10.50", "21.00"], project_code="NOT-KNOWN")
    moved = land(path, "project_ledger")["difference"]["moved"]
    assert moved == {"NOT-KNOWN USD": "+11.50", "SACM USD": "-10.50"}


def test_corrections_of_corrections_form_one_line(warehouse: Settings, tmp_path: Path) -> None:
    files = [osi_file(tmp_path / str(n), [f"{n}.00"]) for n in range(1, 5)]
    for path in files:
        land(path)
    assert fetch("auditor", "select submission_id, supersedes from ops.admissions order by 1") == [
        (1, None), (2, 1), (3, 2), (4, 3),
    ]  # fmt: skip
    assert fetch("auditor", "select submission_id from ops.current_submissions") == [(4,)]
    assert [land(path)["in_force"] for path in files] == [4, 4, 4, None]
    assert [_kept(number)[0] for number in (2, 3, 4)] == [1, 2, 3]


def test_a_rejected_correction_changes_nothing(warehouse: Settings, tmp_path: Path) -> None:
    land(osi_file(tmp_path, ["1.00"]))
    answer = land(osi_file(tmp_path, ["abc"], "second.csv"))
    assert (answer["outcome"], answer["superseded"], answer["difference"]) == ("rejected", None, None)
    assert fetch("auditor", "select submission_id from ops.current_submissions") == [(1,)]
    assert one("auditor", "select count(*) from ops.submission_differences") == 0


def test_measures_of_a_submission_are_kept_and_those_of_a_rejected_one_are_not(
    warehouse: Settings, tmp_path: Path
) -> None:
    land(osi_file(tmp_path, ["0.10", "0.20"]))
    land(osi_file(tmp_path, ["x"]))
    kept = fetch(
        "auditor",
        "select submission_id, kind, subject, period, value::text from ops.submission_measures "
        "where kind <> 'code' order by 2, 3",
    )
    assert kept == [
        (1, "rows", "", "2019", "2"), (1, "subject", "GRCP|USD", "2019", "0.30"), (1, "total", "USD", "2019", "0.30"),
    ]  # fmt: skip
