"""Rows as the readers give them: one by one, or as columns of plain lines."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ingestion.findings import Finding

Row = Sequence[object]
"""Cells of one row. A text file gives str, "" for an empty cell; a workbook gives what its cells hold: str, int, float,
date, datetime, and "" for an empty one."""


@dataclass(frozen=True)
class Batch:
    """Some rows in the order of the file, and what is wrong with single cells or rows among them.

    `numbers` are row numbers as a person sees them, from 1. `damaged` are the cells (row number, place from 0) that
    have a finding here and are given as "", so that nothing else is said about them.
    """

    numbers: Sequence[int]
    rows: Sequence[Row]
    findings: list[Finding] = field(default_factory=list)
    damaged: frozenset[tuple[int, int]] = frozenset()


@dataclass(frozen=True)
class Lines:
    """Rows of a text file of which each is plainly one line: as columns to be proved clean at once, and as they are.

    `columns` are Arrow arrays of strings in the order of the file; `text` the lines, each with its end.
    """

    numbers: range
    text: bytes
    columns: list[Any]

    def as_batch(self) -> Batch:
        """The same rows one by one, without those that hold nothing."""
        rows = list(zip(*(column.to_pylist() for column in self.columns), strict=True))
        filled = [(number, row) for number, row in zip(self.numbers, rows, strict=True) if any(row)]
        return Batch([number for number, _ in filled], [row for _, row in filled])
