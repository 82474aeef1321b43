"""What dbt is told of the landing tables: the sources and the texts of their columns, derived from the contracts."""

from collections.abc import Iterable
from pathlib import Path

from ingestion.contract import Contract, contract, feeds

SOURCES, TEXTS = "_raw.yml", "_raw.md"
ADDED = {"_submission_id": "submission_id", "_sheet": "sheet", "_row_number": "row_number", "_own": "own_columns"}
"""Columns that landing adds, and the doc blocks that tell of them."""


def write_feed_docs(folder: Path) -> None:
    """Write sources and texts of all feeds into the folder of the staging models."""
    terms = [contract(feed) for feed in feeds()]
    (folder / SOURCES).write_text(sources(terms), encoding="utf-8")
    (folder / TEXTS).write_text(texts(terms), encoding="utf-8")


def sources(feeds: Iterable[Contract]) -> str:
    """dbt's YAML of the landing tables; the text of each column is the doc block FEED__COLUMN."""
    lines = [
        "# Made by `iscm feed-docs`; change the contracts, not this file.",
        "sources:",
        "  - name: raw",
        "    description: Landing tables, one per feed. All text, append-only, as the contracts say.",
        "    tables:",
    ]
    for terms in feeds:
        blocks = ADDED | {name: f"{terms.feed}__{name}" for name in terms.names}
        lines += [
            f"      - name: {terms.feed}",
            f"        description: {terms.title}, as sent. One row per row of an accepted file.",
            "        columns:",
            *(f"          - {{name: {name}, description: \"{{{{ doc('{blocks[name]}') }}}}\"}}" for name in blocks),
        ]
    return "\n".join(lines) + "\n"


def texts(feeds: Iterable[Contract]) -> str:
    """The doc blocks of all columns of the contracts, as Markdown."""
    lines = ["<!-- Made by `iscm feed-docs`; change the contracts, not this file. -->", ""]
    for terms in feeds:
        for column in terms.columns:
            lines += [f"{{% docs {terms.feed}__{column.name} %}}", column.description, "{% enddocs %}", ""]
    return "\n".join(lines[:-1]) + "\n"
