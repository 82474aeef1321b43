"""Adding a feed is what docs/adding_a_feed.md says: the files on that page, and no other edit."""

import datetime as dt
import re
import shutil
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from ingestion.contract import contract, feeds
from ingestion.feed_docs import write_feed_docs
from ingestion.feed_page import feed_page
from ingestion.template import write_template
from iscm import steps
from tests.integration.support import fetch, land
from warehouse.settings import PROJECT, Settings, settings

COPIED = ("ingestion/contracts", "ingestion/code_lists", "dbt_project")
CONTRACT, SAMPLE = "ingestion/contracts/venues.yaml", "sample/venues/2019_OIG.csv"
MODEL = ["dbt_project/models/staging/stg_venues.sql", "dbt_project/models/staging/stg_venues.yml"]


def files_of_the_page() -> dict[str, str]:
    """Name and text of each file that the page shows."""
    text = (PROJECT / "docs" / "adding_a_feed.md").read_text(encoding="utf-8")
    return dict(re.findall(r"^`([^`\n]+)`\n\n```\w+\n(.*?)^```$", text, re.MULTILINE | re.DOTALL))


@pytest.fixture
def project(warehouse: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of contracts, code lists and dbt project with the files of the page added, in use for this test."""
    folder = tmp_path / "project"
    for part in COPIED:
        shutil.copytree(PROJECT / part, folder / part, ignore=shutil.ignore_patterns("target", "logs", "__pycache__"))
    for name, content in files_of_the_page().items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content, encoding="utf-8")
    monkeypatch.setenv("ISCM_CONTRACTS", str(folder / "ingestion" / "contracts"))
    monkeypatch.setattr(steps, "PROJECT", folder)
    settings.cache_clear()
    write_feed_docs(folder / "dbt_project" / "models" / "staging")
    return folder


def test_a_feed_is_one_contract_one_staging_model_and_one_sample() -> None:
    assert sorted(files_of_the_page()) == sorted([CONTRACT, *MODEL, SAMPLE])
    assert not any((PROJECT / name).exists() for name in files_of_the_page())


def test_the_feed_of_the_page_is_landed_typed_and_tested(project: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert "venues" in feeds()
    steps.migrate()
    answer = land(project / SAMPLE, "venues")
    assert (answer["outcome"], answer["rows"], answer["findings"]) == ("accepted", 2, [])
    assert answer["totals"] == {"CHF": "0.10", "USD": "1200.50"}
    steps.open_build()
    capfd.readouterr()
    assert steps.dbt("build", "--select", "stg_venues") == 0
    # the model, its two tests, and the hook that records them
    assert "PASS=4 WARN=0 ERROR=0 SKIP=0" in capfd.readouterr().out
    rows = fetch(
        "transformer",
        "select booking_id, booked_on, seats, currency, rent, row_number from staging.stg_venues order by 1",
    )
    assert rows == [
        ("B-1", dt.date(2019, 10, 21), 120, "USD", Decimal("1200.50"), 2),
        ("B-2", dt.date(2019, 11, 2), None, "CHF", Decimal("0.10"), 3),
    ]
    types = fetch("transformer", "select pg_typeof(rent)::text, pg_typeof(seats)::text from staging.stg_venues limit 1")
    assert types == [("numeric", "integer")]


def test_a_row_against_its_contract_is_refused(project: Path) -> None:
    steps.migrate()
    text = (project / SAMPLE).read_text(encoding="utf-8")
    wrong = project / "wrong.csv"
    wrong.write_text(text.replace("USD", "DOLLAR").replace("2019-11-02", "2020-11-02"), encoding="utf-8")
    answer = land(wrong, "venues")
    found = {(finding["row"], finding["column"], finding["rule_id"]) for finding in answer["findings"]}
    assert answer["outcome"] == "rejected"
    assert found == {(2, "currency", "value-code"), (3, "booked_on", "venues-covered")}
    assert fetch("auditor", "select count(*) from raw.venues") == [(0,)]


def test_template_and_feed_page_derive_from_the_contract(project: Path, tmp_path: Path) -> None:
    terms = contract("venues")
    book = openpyxl.load_workbook(write_template(terms, tmp_path / "venues.xlsx"))
    assert tuple(cell.value for cell in book["Export"][1]) == terms.names
    assert "- The booking must lie within the reporting period. [`venues-covered`]" in feed_page(terms)
