"""Small makers that the unit tests share."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ingestion.contract import Column, Contract, contract
from ingestion.findings import Finding
from ingestion.readers import Table
from ingestion.readers.table import Row

FEEDS = ("assignments", "event_reports", "osi_allocations", "posts", "project_ledger", "projects")


def column(kind: str, **more: Any) -> Column:
    """A column of one kind, not required and not key unless said."""
    return Column(**({"name": "c", "kind": kind, "required": False, "key": False, "description": ""} | more))


def osi() -> Contract:
    """The contract of OSI allocations, on which the general tests run."""
    return contract("osi_allocations")


def osi_row(**changes: str | None) -> dict[str, str | None]:
    """A row of OSI allocations with nothing wrong in it."""
    row: dict[str, str | None] = dict.fromkeys(osi().names)
    row |= {
        "allocation_id": "A-1", "funding_line": "GRCP", "member_code": "GRCP", "period_start": "2019-01-01",
        "period_end": "2019-12-31", "funding_source_class": "osi_direct", "amount_basis": "allocation",
        "currency": "USD", "amount": "1.00", "as_of_date": "2019-12-31", "reporting_office": "OIG",
        "reporting_period": "2019", "source_document": "Ledger",
    }  # fmt: skip
    assert set(changes) <= set(row)
    return row | changes


def table(rows: Iterable[dict[str, str | None] | Finding], sheet: str | None = None) -> Table:
    """Rows of OSI allocations as a reader gives them, the first in row 2."""
    cells: list[tuple[int, Row] | Finding] = [
        item if isinstance(item, Finding) else (number, tuple(item[name] for name in osi().names))
        for number, item in enumerate(rows, start=2)
    ]
    return Table(sheet, 1, osi().names, iter(cells))


def written(folder: Path, content: bytes | str, name: str = "file.csv") -> Path:
    """A file with this content."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path
