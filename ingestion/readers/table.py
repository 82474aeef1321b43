"""The one shape that every reader gives."""

from collections.abc import Iterator
from dataclasses import dataclass

from ingestion.findings import Finding

Row = tuple[str | None, ...]
"""Cells of one row as text; None is an empty cell."""


@dataclass(frozen=True)
class Table:
    """A sheet with its header and its rows.

    `rows` yields (row number as a person sees it, cells) or a Finding for a row that cannot be read; it can be gone
    through once. A row may be shorter or longer than the header: the checks say so.
    """

    sheet: str | None
    header_row: int
    header: Row
    rows: Iterator[tuple[int, Row] | Finding]
