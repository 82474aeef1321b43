"""The same inputs give the same candidate, row by row, whatever the number of threads and wherever the build runs."""

from pathlib import Path

import pytest

from iscm import steps
from publication.candidate import Candidate, read_candidate
from tests.integration.support import land, ledger_file, one
from warehouse.database import connect
from warehouse.settings import PROJECT, Settings

SIMULATED = [PROJECT / "sample_simulated" / feed / "2019_HQ.csv" for feed in ("exchange_rates", "standard_costs")]
HOW = [(4, "UTC"), (1, "Pacific/Auckland"), (4, "America/Asuncion")]
"""Threads and time zone of each build; Auckland is half a day ahead, in Asuncion a month began without a midnight."""


def _inputs(folder: Path) -> None:
    """Beside the sample: exchange rates, standard costs, and a line of several months, one with a change of clocks."""
    line = {"period_start": "2017-08-31", "period_end": "2017-11-01", "reporting_period": "2017"}
    path = ledger_file(folder, ["1000.01"], currency="USD", reporting_office="CO-NEPAL", **line)
    for feed, file in (*((file.parent.name, file) for file in SIMULATED), ("project_ledger", path)):
        answer = land(file, feed)
        assert answer["outcome"] == "accepted", answer["findings"]


def _built_from_nothing(threads: int, zone: str, monkeypatch: pytest.MonkeyPatch) -> Candidate:
    for name in ("TZ", "PGTZ"):  # that of the process, and that of each session of libpq
        monkeypatch.setenv(name, zone)
    assert one("transformer", "show timezone") == zone
    assert steps.dbt("build", "--quiet", "--full-refresh", "--threads", str(threads)) == 0
    with connect("publisher") as link:
        return read_candidate(link)


def test_threads_and_time_zones_do_not_change_the_candidate(
    built: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _inputs(tmp_path / "files")
    steps.open_build()
    candidates = {how: _built_from_nothing(*how, monkeypatch) for how in HOW}
    assert len(candidates) == len(HOW) == 3
    first = candidates[HOW[0]]
    assert len(first.row_counts) >= 25
    assert first.row_counts["fct_investment_lines"] > 100
    assert one("publisher", "select count(*) from candidate.mart_total_by_iscm_month") > 0
    for candidate in candidates.values():
        assert candidate.build_id == first.build_id  # one build, so that all are as of one day
        assert candidate.row_counts == first.row_counts
    assert {candidate.sha256 for candidate in candidates.values()} == {first.sha256}
