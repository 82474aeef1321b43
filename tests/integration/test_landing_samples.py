"""Every sample file is accepted, and stands in `raw` cell by cell with the place it came from."""

import csv
import datetime as dt
import hashlib
from pathlib import Path

import openpyxl
import pytest

from ingestion.contract import contract, feeds
from ingestion.coverage import parse_period
from iscm.sample import ACCEPTANCES, accept_sample
from tests.integration.support import SAMPLE_FILES, fetch, land, one
from warehouse.settings import PROJECT, Settings

SIMULATED_FILES = sorted((PROJECT / "sample_simulated").glob("*/*.*"))
Line = tuple[str | None, int, tuple[str | None, ...]]


def _lines(path: Path, names: tuple[str, ...]) -> list[Line]:
    """Sheet, row number and cells of each row, read without any code of ours."""
    if path.suffix == ".csv":
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        assert path.read_text(encoding="utf-8").count("\n") == len(rows) + 1  # one line each: the numbers are simple
        return [(None, n, tuple(row.get(name) or None for name in names)) for n, row in enumerate(rows, start=2)]
    page = openpyxl.load_workbook(path)["Export"]
    header, *rest = page.iter_rows(values_only=True)
    lines = []
    for number, values in enumerate(rest, start=2):
        row = dict.fromkeys(contract("project_ledger").names) | dict(zip(header, values, strict=True))
        lines.append((page.title, number, tuple(None if row[n] is None else str(row[n]) for n in names)))
    return lines


def _known_oddities() -> set[tuple[str, str]]:
    with ACCEPTANCES.open(encoding="utf-8", newline="") as file:
        return {(row["feed"], row["scope"]) for row in csv.DictReader(file)}


@pytest.mark.parametrize("path", SAMPLE_FILES + SIMULATED_FILES, ids=lambda path: "-".join(path.parts[-3:-1]))
def test_a_sample_file_is_accepted_and_landed_cell_by_cell(warehouse: Settings, path: Path) -> None:
    feed = path.parent.name
    names = contract(feed).names
    expected = _lines(path, names)
    answer = land(path, feed)
    assert answer["rows"] == len(expected)
    odd = {scope for name, scope in _known_oddities() if name == feed and "sample_simulated" not in path.parts}
    assert {(f["severity"], f["scope"]) for f in answer["findings"]} == {("warning", scope) for scope in odd}
    assert answer["outcome"] == ("quarantined" if odd else "accepted")
    listed = ", ".join(names)
    rows = fetch("auditor", f"select _submission_id, _sheet, _row_number, {listed} from raw.{feed} order by 3")
    assert [(sheet, number, tuple(cells)) for _, sheet, number, *cells in rows] == expected
    assert {row[0] for row in rows} == {answer["submission"]}


@pytest.mark.parametrize("path", SAMPLE_FILES, ids=lambda path: path.parent.name)
def test_a_sample_file_has_a_submission_that_says_what_it_is(warehouse: Settings, path: Path) -> None:
    feed, data = path.parent.name, path.read_bytes()
    answer = land(path, feed)
    (row,) = fetch(
        "auditor",
        """
        select feed, file_name, sha256, size_bytes, outcome, contract_sha256, reporting_office, period_start::text,
            period_end::text, supersedes
        from ops.submissions left join ops.admissions using (submission_id)
        """,
    )
    digest = hashlib.sha256(data).hexdigest()
    names = contract(feed).names
    places = names.index("reporting_office"), names.index("reporting_period")
    ((office, period),) = {tuple(cells[place] for place in places) for _, _, cells in _lines(path, names)}
    covered = (office, *(day.isoformat() for day in parse_period(period or "")), None)
    assert row == (feed, path.name, digest, len(data), answer["outcome"], contract(feed).sha256, *covered)
    assert (warehouse.archive / digest[:2] / digest).read_bytes() == data


def test_the_samples_are_files_of_both_kinds_for_every_feed() -> None:
    assert {path.parent.name for path in SAMPLE_FILES + SIMULATED_FILES} == set(feeds())
    assert {path.suffix for path in SAMPLE_FILES} == {".csv", ".xlsx"}


def test_what_is_odd_in_the_evaluation_itself_comes_into_force_when_it_is_accepted(warehouse: Settings) -> None:
    known = _known_oddities()
    assert known
    for feed in {feed for feed, _ in known}:
        (path,) = [path for path in SAMPLE_FILES if path.parent.name == feed]
        (warehouse.drop / feed).mkdir(parents=True)
        assert land(path, feed)["outcome"] == "quarantined"
    assert one("auditor", "select count(*) from ops.current_submissions") == 0
    assert accept_sample(dt.date.today())
    assert {feed for (feed,) in fetch("auditor", "select feed from ops.current_submissions")} == {f for f, _ in known}
    assert one("auditor", "select count(*) from ops.acceptances") == len(known)


def test_totals_by_currency_are_kept_as_exact_text(warehouse: Settings) -> None:
    found = {}
    for path in SAMPLE_FILES:
        found[path.parent.name] = land(path, path.parent.name)["totals"]
    assert found["osi_allocations"] == {"USD": "1641652.00"}
    assert found["project_ledger"] == {"USD": "52216700.00"}
    # 312,024 of co-funding and 4,545 of self-financing
    assert found["contributions"] == {"USD": "316569.00"}
    assert found["posts"] == {}
