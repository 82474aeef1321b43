"""The pages of the feeds in the documentation are what the contracts say now."""

import pytest

from ingestion.contract import contract, feeds
from ingestion.feed_page import feed_page
from tests.unit.builders import FEEDS
from warehouse.settings import PROJECT

PAGES = sorted((PROJECT / "docs" / "feeds").glob("*.md"))


def test_there_are_pages_and_each_is_of_a_feed() -> None:
    assert len(PAGES) >= 12
    assert {page.stem for page in PAGES} <= set(feeds())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_committed_page_is_what_its_contract_gives(page) -> None:
    assert page.read_text(encoding="utf-8") == feed_page(contract(page.stem))


@pytest.mark.parametrize("feed", FEEDS)
def test_a_page_tells_every_column_every_short_list_of_codes_and_every_rule(feed: str) -> None:
    terms = contract(feed)
    text = feed_page(terms)
    for column in terms.columns:
        (row,) = [line for line in text.splitlines() if line.startswith(f"| `{column.name}` |")]
        assert column.description in row
        assert row.count("|") == 7
        if column.codes and len(column.codes) <= 30:
            (codes,) = [line for line in text.splitlines() if line.startswith(f"- `{column.name}`: ")]
            assert all(f"`{code}` " in codes for code in column.codes)
    assert all(f"[`{rule.id}`]" in text for rule in terms.row_rules)
    assert terms.owner in text
    assert terms.due in text
