"""`iscm check`: the answer of landing, and nothing written; with a warehouse and without one."""

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from iscm.cli import main
from iscm.submitting import check_file
from tests.integration.support import control_file, counts, land, ledger_file, osi_file
from warehouse.settings import Settings, settings

SAME = ("outcome", "sha256", "rows", "totals", "office", "period_start", "findings", "finding_count", "superseded")


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if "secrets" not in path.name)


@pytest.mark.parametrize("amounts", [["1.00", "2.00"], ["1.00", "abc"], []])
def test_a_check_says_what_landing_then_says_and_writes_nothing(
    warehouse: Settings, tmp_path: Path, amounts: list[str]
) -> None:
    path = osi_file(tmp_path, amounts)
    before, files = counts(), _files(warehouse.home)
    assert len(before) > 20
    dry = check_file(path, "osi_allocations").as_dict()
    assert (counts(), _files(warehouse.home), path.exists()) == (before, files, True)
    real = land(path)
    assert {name: dry[name] for name in SAME} == {name: real[name] for name in SAME}
    assert (dry["submission"], dry["arrival"], dry["received_at"], dry["compared"]) == (None, None, None, True)


def test_a_check_knows_what_stands(warehouse: Settings, tmp_path: Path) -> None:
    path = osi_file(tmp_path, ["1.00"], key="K")
    land(path)
    before = counts()
    assert check_file(path, "osi_allocations").outcome == "duplicate"
    assert check_file(osi_file(tmp_path, ["2.00"], "2.csv", key="K"), "osi_allocations").superseded == 1
    overlap = check_file(osi_file(tmp_path, ["2.00"], "3.csv", reporting_period="2014-2019"), "osi_allocations")
    assert [finding.rule for finding in overlap.findings] == ["coverage-overlap"]
    twice = check_file(osi_file(tmp_path, ["2.00"], "4.csv", key="K", reporting_office="HQ"), "osi_allocations")
    assert (twice.outcome, [finding.rule for finding in twice.findings]) == ("quarantined", ["key-earlier"])
    assert counts() == before


def test_a_check_works_without_a_warehouse_and_says_that_nothing_was_compared(
    warehouse: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = osi_file(tmp_path, ["1.00"])
    land(path)
    monkeypatch.setenv("ISCM_POSTGRES_PORT", "1")
    settings.cache_clear()
    answer = check_file(path, "osi_allocations")
    assert (answer.outcome, answer.compared, answer.rows) == ("accepted", False, 1)
    assert answer.lines()[-1] == "not compared with earlier deliveries: the warehouse was not reached"


def test_a_check_works_where_nothing_is_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ISCM_HOME", str(tmp_path / "nowhere"))
    settings.cache_clear()
    try:
        answer = check_file(osi_file(tmp_path, ["abc"]), "osi_allocations")
    finally:
        settings.cache_clear()
    assert (answer.outcome, answer.compared) == ("rejected", False)
    assert not (tmp_path / "nowhere").exists()


def test_control_totals_beside_a_file_are_checked_as_well(warehouse: Settings, tmp_path: Path) -> None:
    path = ledger_file(tmp_path, ["1.00", "2.50"])
    before = counts()
    assert check_file(path, "project_ledger").outcome == "accepted"
    control_file(path, [("USD", 2, "3.00")])
    assert [finding.rule for finding in check_file(path, "project_ledger").findings] == ["control-sum"]
    assert counts() == before


def test_what_is_no_file_or_of_no_feed_is_said_without_opening_it(warehouse: Settings, tmp_path: Path) -> None:
    before = counts()
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "link.csv").symlink_to(osi_file(tmp_path, ["1.00"]))
    for name in ("pipe.csv", "link.csv", "."):
        answer = check_file(tmp_path / name, "osi_allocations")
        assert (answer.outcome, [finding.rule for finding in answer.findings]) == ("rejected", ["file-kind"])
    answer = check_file(tmp_path / "osi.csv", "salaries")
    assert (answer.outcome, [finding.rule for finding in answer.findings]) == ("rejected", ["file-feed"])
    with pytest.raises(FileNotFoundError):
        check_file(tmp_path / "gone.csv", "osi_allocations")
    assert counts() == before


def test_the_command_answers_in_words_and_as_json_with_an_exit_code(warehouse: Settings, tmp_path: Path) -> None:
    land(osi_file(tmp_path, ["1.00"], key="K"))
    for amounts, office, code in ((["2.00"], "OIG", 0), (["abc"], "OIG", 3), (["2.00"], "HQ", 5)):
        path = osi_file(tmp_path / "osi_allocations", amounts, key="K", reporting_office=office)
        words = CliRunner().invoke(main, ["check", str(path)])
        data = CliRunner().invoke(main, ["check", "--json", str(path)])
        assert (words.exit_code, data.exit_code) == (code, code), words.output
        assert "dry run" in words.output
        answer = json.loads(data.stdout)
        assert answer["outcome"] == {0: "accepted", 3: "rejected", 5: "quarantined"}[code]
