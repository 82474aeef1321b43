"""Every sample file is accepted, and stands in `raw` cell by cell with the place it came from."""

import csv
import hashlib
from pathlib import Path

import openpyxl
import pytest

from ingestion.contract import contract
from tests.integration.support import SAMPLE_FILES, fetch, land
from warehouse.settings import Settings

Line = tuple[str | None, int, tuple[str | None, ...]]


def _lines(path: Path, names: tuple[str, ...]) -> list[Line]:
    """Sheet, row number and cells of each row, read without any code of ours."""
    if path.suffix == ".csv":
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        assert path.read_text(encoding="utf-8").count("\n") == len(rows) + 1  # one line each: the numbers are simple
        return [(None, n, tuple(row[name] or None for name in names)) for n, row in enumerate(rows, start=2)]
    (page,) = openpyxl.load_workbook(path).worksheets
    header, *rest = page.iter_rows(values_only=True)
    lines = []
    for number, values in enumerate(rest, start=2):
        row = dict(zip(header, values, strict=True))
        lines.append((page.title, number, tuple(None if row[n] is None else str(row[n]) for n in names)))
    return lines


@pytest.mark.parametrize("path", SAMPLE_FILES, ids=lambda path: path.parent.name)
def test_a_sample_file_is_accepted_and_landed_cell_by_cell(warehouse: Settings, path: Path) -> None:
    feed = path.parent.name
    names = contract(feed).names
    expected = _lines(path, names)
    answer = land(path, feed)
    assert (answer["outcome"], answer["rows"], answer["findings"]) == ("accepted", len(expected), [])
    listed = ", ".join(names)
    rows = fetch("auditor", f"select _submission_id, _sheet, _row_number, {listed} from raw.{feed} order by 3")
    assert [(sheet, number, tuple(cells)) for _, sheet, number, *cells in rows] == expected
    assert {row[0] for row in rows} == {answer["submission"]}


@pytest.mark.parametrize("path", SAMPLE_FILES, ids=lambda path: path.parent.name)
def test_a_sample_file_has_a_submission_that_says_what_it_is(warehouse: Settings, path: Path) -> None:
    feed, data = path.parent.name, path.read_bytes()
    land(path, feed)
    (row,) = fetch(
        "auditor",
        """
        select feed, file_name, sha256, size_bytes, outcome, contract_sha256, reporting_office, period_start::text,
            period_end::text, supersedes
        from ops.submissions
        """,
    )
    digest = hashlib.sha256(data).hexdigest()
    office = ("OIG", "2014-01-01", "2019-12-31", None)
    assert row == (feed, path.name, digest, len(data), "accepted", contract(feed).sha256, *office)
    assert (warehouse.archive / digest[:2] / digest).read_bytes() == data


def test_the_samples_are_all_six_feeds_in_both_kinds_of_file() -> None:
    assert len({path.parent.name for path in SAMPLE_FILES}) == 6
    assert {path.suffix for path in SAMPLE_FILES} == {".csv", ".xlsx"}


def test_totals_by_currency_are_kept_as_exact_text(warehouse: Settings) -> None:
    found = {}
    for path in SAMPLE_FILES:
        found[path.parent.name] = land(path, path.parent.name)["totals"]
    assert {feed: totals for feed, totals in found.items() if totals} == {
        "osi_allocations": {"USD": "1641652.00"},
        "project_ledger": {"USD": "52216700.00"},
    }
