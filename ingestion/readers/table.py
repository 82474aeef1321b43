"""The one shape that every reader gives."""

from collections.abc import Callable, Iterator, Sequence
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

    `columns` are Arrow arrays of strings in the order of the file; `text` the lines, each with its end; `offset` and
    `size` say where they stand in the file, in bytes.
    """

    numbers: range
    columns: list[Any]
    text: bytes
    offset: int
    size: int

    def as_batch(self) -> Batch:
        """The same rows one by one, without those that hold nothing."""
        rows = list(zip(*(column.to_pylist() for column in self.columns), strict=True))
        filled = [(number, row) for number, row in zip(self.numbers, rows, strict=True) if any(row)]
        return Batch([number for number, _ in filled], [row for _, row in filled])


@dataclass(frozen=True)
class Table:
    """A sheet with its header and its rows, which can be gone through once.

    A row may be shorter or longer than the header: the checks say so. `control` holds the rows of the sheet *Control*,
    `progress` the share of the file that has been read (0 to 1), `typed` whether cells are a workbook's values rather
    than text, `notes` what is worth saying about the file as a whole, `form` whether it is the one row of a form.
    `place` leads from a finding about this table to its place in the file, where the two differ.
    """

    sheet: str | None
    header_row: int
    header: tuple[str, ...]
    batches: Iterator[Batch | Lines]
    control: list[tuple[int, Row]] = field(default_factory=list)
    progress: Callable[[], float] = lambda: 1.0
    typed: bool = False
    notes: list[Finding] = field(default_factory=list)
    form: bool = False
    place: Callable[[Finding], Finding] = lambda finding: finding
