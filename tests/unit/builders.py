"""Small makers that the unit tests share."""

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from ingestion.contract import Column, Contract, contract, feeds
from ingestion.findings import Finding
from ingestion.inspection import Inspection
from ingestion.readers import Batch, Row, Table

FEEDS = tuple(feeds())
"""All feeds: a test that runs over them holds for one that is added."""


def column(kind: str, **more: Any) -> Column:
    """A column of one kind, not required and not key unless said."""
    return Column(**({"name": "c", "kind": kind, "required": False, "key": False, "description": ""} | more))


def osi() -> Contract:
    """The contract of OSI allocations, on which the general tests run."""
    return contract("osi_allocations")


def osi_row(**changes: str) -> dict[str, str]:
    """A row of OSI allocations with nothing wrong in it."""
    row = dict.fromkeys(osi().names, "") | {
        "allocation_id": "A-1", "funding_line": "GRCP", "member_code": "GRCP", "period_start": "2019-01-01",
        "period_end": "2019-12-31", "funding_source_class": "osi_direct", "amount_basis": "allocation",
        "currency": "USD", "amount": "1.00", "as_of_date": "2019-12-31", "reporting_office": "OIG",
        "reporting_period": "2019", "source_document": "Ledger",
    }  # fmt: skip
    assert set(changes) <= set(row)
    return row | changes


def table(*batches: Batch, header: Sequence[str] = (), sheet: str | None = None, typed: bool = False) -> Table:
    """A table of OSI allocations as a reader gives it, its heading in row 1."""
    return Table(sheet, 1, tuple(header) or osi().names, iter(batches), typed=typed)


def batch(rows: Iterable[dict[str, str] | Finding], first: int = 2) -> Batch:
    """Rows of OSI allocations, in the order of the contract; a finding stands for a row that could not be read."""
    numbers: list[int] = []
    cells: list[Row] = []
    findings: list[Finding] = []
    for number, item in enumerate(rows, start=first):
        if isinstance(item, Finding):
            findings.append(item)
            continue
        numbers.append(number)
        cells.append([item[name] for name in osi().names])
    return Batch(numbers, cells, findings)


def csv_text(rows: Iterable[dict[str, str]], header: Sequence[str] = ()) -> str:
    """Rows of OSI allocations as a CSV file; `header` names its columns."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, tuple(header) or osi().names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def handed_on(seen: Inspection, submission: int = 7) -> list[dict[str, str]]:
    """Go through a file to its end; the rows that were handed on, by column, `row` and `sheet` among them."""
    text = as_csv(seen, submission).decode()
    names = ("submission", "sheet", "row", *seen.columns)
    rows = [dict(zip(names, cells, strict=True)) for cells in csv.reader(io.StringIO(text, newline=""), strict=True)]
    assert {row.pop("submission") for row in rows} <= {str(submission)}
    return rows


def written(folder: Path, content: bytes | str, name: str = "file.csv") -> Path:
    """A file with this content."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def as_csv(seen: Inspection, submission: int = 0) -> bytes:
    """All rows that an inspection hands on, as COPY gets them."""
    return b"".join(seen.pieces(submission))
