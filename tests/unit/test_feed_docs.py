"""What dbt is told of the landing tables is what the contracts say now."""

from pathlib import Path

import yaml

from ingestion.contract import contract
from ingestion.feed_docs import ADDED, SOURCES, TEXTS, write_feed_docs
from tests.unit.builders import FEEDS
from warehouse.settings import PROJECT

STAGING = PROJECT / "dbt_project" / "models" / "staging"


def test_the_committed_files_are_what_the_contracts_give(tmp_path: Path) -> None:
    write_feed_docs(tmp_path)
    for name in (SOURCES, TEXTS):
        assert (STAGING / name).read_text(encoding="utf-8") == (tmp_path / name).read_text(encoding="utf-8")


def test_every_column_of_every_feed_has_its_own_text() -> None:
    (raw,) = yaml.safe_load((STAGING / SOURCES).read_text(encoding="utf-8"))["sources"]
    texts = (STAGING / TEXTS).read_text(encoding="utf-8")
    assert len(FEEDS) >= 13
    assert [table["name"] for table in raw["tables"]] == list(FEEDS)
    for table in raw["tables"]:
        terms = contract(table["name"])
        assert [column["name"] for column in table["columns"]] == [*ADDED, *terms.names]
        for column in terms.columns:
            assert f"{{% docs {terms.feed}__{column.name} %}}\n{column.description}\n{{% enddocs %}}\n" in texts
