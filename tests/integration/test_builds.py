"""Builds: made from the submissions that are current when they open; `iscm pending` says whether one is due."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from iscm import steps
from iscm.cli import main
from publication.builds import MAX_TRIES
from tests.integration.support import add_candidate, fetch, judge, land, new_build, osi_file
from warehouse.settings import Settings


def test_a_build_is_made_from_the_submissions_that_stand_when_it_opens(warehouse: Settings, tmp_path: Path) -> None:
    land(osi_file(tmp_path, ["1.00"]))
    land(osi_file(tmp_path, ["abc"]))
    land(osi_file(tmp_path, ["2.00"]))
    land(osi_file(tmp_path, ["3.00"], reporting_office="CO-NEPAL"))
    assert steps.open_build() == "build 1: 2 submissions"
    land(osi_file(tmp_path, ["4.00"], reporting_office="HQ"))
    assert fetch("auditor", "select submission_id from ops.candidate_inputs order by 1") == [(3,), (4,)]


def test_the_build_command_leaves_the_unit_tests_of_the_models_to_make_test(
    warehouse: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, ...]] = []
    monkeypatch.setattr(steps, "dbt", lambda *arguments: asked.append(arguments) or 0)
    result = CliRunner().invoke(main, ["build"])
    assert (result.exit_code, result.output) == (0, "build 1: 0 submissions\n")
    assert asked == [("build", "--exclude-resource-type", "unit_test")]


def test_nothing_is_pending_in_an_empty_warehouse(warehouse: Settings) -> None:
    assert steps.pending() == (False, ["everything received is published"])
    assert CliRunner().invoke(main, ["pending"]).exit_code == 4


def test_an_accepted_file_is_pending_until_it_is_published(warehouse: Settings, tmp_path: Path) -> None:
    land(osi_file(tmp_path, ["1.00"]))
    assert steps.pending() == (True, ["submission 1: osi_allocations/osi.csv"])
    assert CliRunner().invoke(main, ["pending"]).exit_code == 0
    add_candidate(new_build(), "mart_x", [("a", "1.00")])
    judge()
    steps.publish()
    assert steps.pending()[0] is False
    land(osi_file(tmp_path, ["2.00"], "again.csv"))
    assert steps.pending() == (True, ["submission 2: osi_allocations/again.csv"])


def test_a_refused_file_is_not_pending(warehouse: Settings, tmp_path: Path) -> None:
    land(osi_file(tmp_path, ["abc"]))
    assert steps.pending()[0] is False


def test_what_failed_often_is_not_tried_again_until_a_new_file_comes(warehouse: Settings, tmp_path: Path) -> None:
    land(osi_file(tmp_path, ["1.00"]))
    for _ in range(MAX_TRIES):
        assert steps.pending()[0] is True
        steps.open_build()
    due, lines = steps.pending()
    assert not due
    assert f"built {MAX_TRIES} times" in lines[-1]
    land(osi_file(tmp_path, ["2.00"], reporting_office="HQ"))
    assert steps.pending()[0] is True
