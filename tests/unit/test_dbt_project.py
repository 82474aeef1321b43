"""The dbt project is kept as its readers need it: described, grain first, contracts, and every mart asked for."""

import re
from collections import Counter
from typing import Any

import pytest
import yaml

from tests.manifest import Manifest, parse, tables
from warehouse.settings import PROJECT

DBT = PROJECT / "dbt_project"
ASSETS = PROJECT / "superset" / "assets"
QUESTIONS = PROJECT / "docs" / "questions.md"
GRAIN = re.compile(r"-- One row per \S")


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> Manifest:
    return parse(tmp_path_factory.mktemp("dbt"))


@pytest.fixture(scope="module")
def published(manifest: Manifest) -> list[dict[str, Any]]:
    """The facts and marts."""
    found = [node for node in tables(manifest, "model") if re.match("(fct|mart)_", node["name"])]
    assert len(found) >= 25
    return found


def test_every_table_is_described(manifest: Manifest) -> None:
    found = tables(manifest)
    assert {node["resource_type"] for node in found} == {"model", "seed", "source"}
    assert [node["unique_id"] for node in found if not node["description"].strip()] == []


def test_every_column_takes_its_text_from_one_doc_block(manifest: Manifest) -> None:
    texts = {key: doc["block_contents"].strip() for key, doc in manifest["docs"].items()}
    columns = [(node["name"], column) for node in tables(manifest) for column in node["columns"].values()]
    assert len(columns) > 1_000
    wrong = [
        (table, column["name"])
        for table, column in columns
        if len(column["doc_blocks"]) != 1 or column["description"] != texts[column["doc_blocks"][0]]
    ]
    assert wrong == []


def test_a_text_is_written_once_and_used(manifest: Manifest) -> None:
    own = {key: doc for key, doc in manifest["docs"].items() if doc["package_name"] == "iscm"}
    # the contracts are their own place, each written for its sender
    written = [doc["block_contents"].strip() for doc in own.values() if not doc["path"].endswith("_raw.md")]
    assert len(written) > 200
    assert [text for text, times in Counter(written).items() if times > 1] == []
    used = {key for node in tables(manifest) for column in node["columns"].values() for key in column["doc_blocks"]}
    assert sorted(own.keys() - used) == []


def test_every_model_states_its_grain_in_its_first_line() -> None:
    first = {path.stem: path.read_text(encoding="utf-8").split("\n", 1)[0] for path in DBT.rglob("models/**/*.sql")}
    assert len(first) > 50
    assert {name: line for name, line in first.items() if not GRAIN.match(line)} == {}


def test_facts_and_marts_have_enforced_contracts_with_a_type_for_each_column(published: list[dict[str, Any]]) -> None:
    for node in published:
        assert node["contract"]["enforced"], node["name"]
        assert node["columns"], node["name"]
        assert [column["name"] for column in node["columns"].values() if not column["data_type"]] == [], node["name"]


def _depends_on(manifest: Manifest, kind: str) -> dict[str, set[str]]:
    """Names of the models of each exposure of a kind."""
    return {
        exposure["name"]: {unique_id.split(".")[-1] for unique_id in exposure["depends_on"]["nodes"]}
        for exposure in manifest["exposures"].values()
        if exposure["type"] == kind
    }


def test_each_dashboard_is_an_exposure_of_the_marts_that_its_charts_read(manifest: Manifest) -> None:
    def assets(kind: str) -> list[dict[str, Any]]:
        found = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted((ASSETS / kind).glob("*.yaml"))]
        assert found
        return found

    datasets = {item["uuid"]: item["table_name"] for item in assets("datasets")}
    charts = {item["uuid"]: datasets[item["dataset_uuid"]] for item in assets("charts")}
    models = {node["name"] for node in tables(manifest, "model")}
    read = {}
    for dashboard in assets("dashboards"):
        placed = [item["meta"]["uuid"] for key, item in dashboard["position"].items() if key.startswith("CHART-")]
        assert placed
        # current_publication is a view of the register, not a mart
        read[dashboard["slug"].replace("-", "_")] = {charts[uuid] for uuid in placed} & models
    assert all(read.values())
    assert _depends_on(manifest, "dashboard") == read
    assert set(datasets.values()) & models == set().union(*read.values())


def test_each_query_of_the_page_of_questions_is_an_exposure(manifest: Manifest) -> None:
    queries = re.findall(
        r"<!-- query: (\w+) -->\n```sql\n(.*?)^```$", QUESTIONS.read_text(encoding="utf-8"), re.M | re.S
    )
    assert len(queries) >= 4
    assert _depends_on(manifest, "analysis") == {
        name: set(re.findall(r"marts\.(\w+)", query)) for name, query in queries
    }


def test_each_fact_and_mart_is_asked_for(manifest: Manifest, published: list[dict[str, Any]]) -> None:
    exposed = set().union(*_depends_on(manifest, "dashboard").values(), *_depends_on(manifest, "analysis").values())
    _, table = QUESTIONS.read_text(encoding="utf-8").split("## What else can be asked\n")
    listed = set(re.findall(r"`((?:fct|mart)_\w+)`", "\n".join(line.split(" | ")[0] for line in table.splitlines())))
    names = {node["name"] for node in published}
    assert sorted(names - exposed - listed) == []
    assert sorted(listed - names) == []
