"""What is kept from build to build is what a build from nothing makes, in whatever order the files arrive."""

import random
from pathlib import Path

import pytest

from iscm import steps
from iscm.simulating import write_history
from tests.integration.support import change, fetch, land_accepted
from warehouse.settings import Settings, settings

TABLES = (
    "fct_investment_lines", "mart_money_by_iscm", "mart_osi_by_iscm", "mart_project_support_by_iscm",
    "mart_total_by_iscm", "mart_total_by_iscm_month", "mart_total_by_year",
)  # fmt: skip
SUMS = tuple(f"int_sums_by_{grain}" for grain in ("member", "iscm", "month", "project", "scope"))
FEEDS = (
    "projects", "project_iscm_shares", "exchange_rates", "project_ledger", "osi_allocations", "contributions",
)  # fmt: skip
MONEY = (*(f"+{table}" for table in TABLES), "+int_money_made")
BUILDS = 3


@pytest.fixture
def arrivals(warehouse: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Files of a small history; the code that builds has a name, so that what it made may be kept."""
    _code(monkeypatch, "first")
    write_history(tmp_path / "simulated", months=4, lines_per_month=240, seed=3, say=lambda line: None)
    files = [path for feed in FEEDS for path in sorted((tmp_path / "simulated" / feed).glob("*.csv"))]
    files = [path for path in files if not path.name.endswith(".control.csv")]
    assert {path.parent.name for path in files} == set(FEEDS)
    assert len(files) > 30
    return files


def _code(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("ISCM_GIT_REVISION", name)
    settings.cache_clear()


def _land(path: Path) -> None:
    land_accepted(path, path.parent.name)


def _build(*arguments: str, tested: bool = True) -> None:
    """Build the money; all else, and every data test, counts as run unless the build is said to be untested."""
    steps.open_build()
    kinds = ("--resource-type", "model", "--resource-type", "seed")
    assert steps.dbt("build", "--quiet", *kinds, *(arguments or ("--select", *MONEY))) == 0
    if tested:
        change(
            "transformer",
            """
            insert into ops.dbt_results (build_id, node, status)
            select build_id, node, 'success' from ops.dbt_results
            where build_id = (select max(build_id) from ops.builds)
            group by build_id, node having bool_and(status = 'declared')
            """,
        )


def _rows() -> dict[str, list[str]]:
    """Every row of the money tables, without the build's number."""
    found = {
        table: [
            row for (row,) in fetch("publisher", f"select (to_jsonb(t) - 'build_id')::text from candidate.{table} t")
        ]
        for table in TABLES
    } | {
        table: [row for (row,) in fetch("transformer", f"select to_jsonb(t)::text from intermediate.{table} t")]
        for table in SUMS
    }
    assert all(found.values())
    return {table: sorted(rows) for table, rows in found.items()}


def _equals_a_build_from_nothing() -> None:
    kept = _rows()
    _build("--full-refresh", "--select", *MONEY)
    anew = _rows()
    assert {table: len(rows) for table, rows in kept.items()} == {table: len(rows) for table, rows in anew.items()}
    assert kept == anew


def _made_in_newest_build() -> tuple[int, int]:
    """Files whose lines the newest build made, and files of the fact."""
    ((newest, files),) = fetch(
        "publisher",
        """
        select count(distinct submission_id) filter (where build_id = (select max(build_id) from ops.builds)),
            count(distinct submission_id)
        from candidate.fct_investment_lines
        """,
    )
    return newest, files


@pytest.mark.parametrize("seed", [1, 2])
def test_builds_after_any_order_of_arrival_equal_a_build_from_nothing(arrivals: list[Path], seed: int) -> None:
    random.Random(seed).shuffle(arrivals)  # noqa: S311 - nothing secret
    for number in range(BUILDS):
        for path in arrivals[number::BUILDS]:
            _land(path)
        _build()
    _equals_a_build_from_nothing()


def test_a_month_is_made_alone_and_a_share_that_reaches_back_makes_its_files_again(arrivals: list[Path]) -> None:
    month = next(path for path in reversed(arrivals) if path.parent.name == "project_ledger")
    share = next(path for path in arrivals if path.parent.name == "project_iscm_shares" and "_corrected" in path.name)
    for path in arrivals:
        if path not in (month, share):
            _land(path)
    _build()
    made, files = _made_in_newest_build()
    assert made == files > 10
    _land(month)
    _build()
    assert _made_in_newest_build()[0] == 1
    _land(share)  # of few projects, from February on
    _build()
    made, files = _made_in_newest_build()
    assert 0 < made < files
    _equals_a_build_from_nothing()


def test_a_build_that_broke_off_leaves_nothing_behind(arrivals: list[Path]) -> None:
    ledgers = [path for path in arrivals if path.parent.name == "project_ledger"]
    corrected = next(path for path in ledgers if path.stem.endswith("_corrected"))
    original = corrected.with_name(corrected.name.replace("_corrected", ""))
    for path in arrivals:
        if path not in (corrected, original):
            _land(path)
    _build()
    _land(original)
    _build("--select", "+fct_investment_lines", tested=False)  # the sums and what is made were never reached
    _land(corrected)  # and the file that was on its way is superseded
    _build()
    _equals_a_build_from_nothing()


def test_nothing_is_kept_of_a_build_of_which_a_test_never_ran(arrivals: list[Path]) -> None:
    for path in arrivals:
        _land(path)
    _build()
    _build(tested=False)
    made, files = _made_in_newest_build()
    assert made == 0 < files
    _build()
    assert _made_in_newest_build() == (files, files)


def test_other_code_makes_everything_from_nothing(arrivals: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    for path in arrivals:
        _land(path)
    _build()
    _build()
    made, files = _made_in_newest_build()
    assert made == 0 < files
    _code(monkeypatch, "second")
    _build()
    made, files = _made_in_newest_build()
    assert made == files
    _code(monkeypatch, "second-dirty")
    for _ in range(2):
        _build()
        assert _made_in_newest_build() == (files, files)
