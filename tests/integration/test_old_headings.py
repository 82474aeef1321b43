"""A feed whose contract grew takes files made before that: without the young headings, and beside files with them."""

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from ingestion.contract import contract
from tests.integration.support import fetch, land
from warehouse.settings import PROJECT, Settings


def _file(path: Path, rows: Iterable[Mapping[str, str]], without: Iterable[str] = ()) -> Path:
    same = {"reporting_office": "HQ", "reporting_period": "2020", "source_document": "simulated"}
    with path.open("w", encoding="utf-8", newline="") as file:
        names = [column for column in contract("posts").names if column not in without]
        writer = csv.DictWriter(file, names, restval="")
        writer.writeheader()
        writer.writerows(same | row for row in rows)
    return path


@pytest.mark.parametrize("kind", ["plain", "quoted"])
def test_a_file_of_posts_with_the_old_headings_is_taken_and_corrected(
    warehouse: Settings, tmp_path: Path, kind: str
) -> None:
    young = [column.name for column in contract("posts").columns if column.may_be_absent]
    assert len(young) == 4
    title = "finance officer" if kind == "plain" else 'the "finance" officer'
    same = {"function_title": title}
    old = [{"post_id": f"OLD-{kind.upper()}-{n}", **same} for n in range(3)]
    answer = land(_file(tmp_path / "a.csv", old, young), "posts")
    assert (answer["outcome"], answer["rows"], answer["findings"]) == ("accepted", 3, [])
    rows = fetch(
        "auditor",
        "select post_id, function_title, grade, valid_from from raw.posts where _submission_id = %s order by 1",
        answer["submission"],
    )
    assert rows == [(row["post_id"], title, None, None) for row in old]
    repeated = land(_file(tmp_path / "b.csv", [*old, old[0]], young), "posts")
    assert {finding["rule_id"] for finding in repeated["findings"]} == {"key-repeated"}
    # a blank part of a key is the same in the old file and the new: one row changed, none came or went
    corrected = land(_file(tmp_path / "c.csv", [old[0] | {"grade": "P3"}, *old[1:]]), "posts")
    difference = corrected["difference"]
    assert [difference[name] for name in ("rows_added", "rows_removed", "rows_changed")] == [0, 0, 1]


def test_a_register_of_projects_with_the_old_headings_is_taken(warehouse: Settings) -> None:
    """The sample's own register was made before the columns were."""
    path = PROJECT / "sample" / "projects" / "2014-2019_OIG.csv"
    young = {column.name for column in contract("projects").columns if column.may_be_absent}
    assert young == {"theme", "ends_on", "reviewed"}
    assert not young & set(path.read_text(encoding="utf-8").splitlines()[0].split(","))
    answer = land(path, "projects")
    assert (answer["outcome"], answer["findings"]) == ("accepted", [])
    rows = fetch("auditor", "select distinct theme, ends_on, reviewed from raw.projects")
    assert rows == [(None, None, None)]
