"""XLSX: the declared sheet as native values, after the workbook has been checked as it is written."""

import datetime as dt
import math
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from openpyxl.utils.cell import range_boundaries
from python_calamine import CalamineSheet, CalamineWorkbook

from ingestion.findings import FileRefusedError, Finding, printable
from ingestion.readers.rows import Batch, Row
from ingestion.readers.table import Table
from ingestion.readers.xlsx_archive import Archive, damaged
from ingestion.readers.xlsx_guard import Package, SheetEntry, inspect_package
from ingestion.readers.xlsx_headings import RawRow, first_rows, looks_like, shared_in
from ingestion.readers.xlsx_marks import cell_finding
from ingestion.readers.xlsx_sheet import SheetScan, scan_sheet
from ingestion.readers.xlsx_strings import Strings, scan_strings
from ingestion.readers.xlsx_styles import scaled_styles

BATCH = 4_000
EXACT = 1e15
"""A whole number below this is exact."""
FIRST_DAY = dt.date(1900, 3, 1)
"""Before it a spreadsheet counts a day that no calendar has."""


@dataclass(frozen=True)
class _Checked:
    """What the checks found out about a workbook.

    `scans` are of the sheets that are read: the declared one and, if there is one, Control, in this order; `others`
    are the first rows of the other sheets that a person sees.
    """

    package: Package
    scans: dict[str, SheetScan]
    others: dict[str, list[RawRow]]
    strings: Strings


def read_xlsx(path: Path, sheet: str) -> Table:
    """Read `sheet` of a workbook; see `ingestion.readers.read` for what comes back and what is raised.

    Cells that hold no plain value come as findings of their batch, with what is wrong with the workbook beside its
    rows (macros, links, merged cells) in the first.
    """
    checked = _check(path, sheet)
    try:
        with CalamineWorkbook.from_path(path) as book:
            rows, *control = (_Rows(book.get_sheet_by_name(name), scan) for name, scan in checked.scans.items())
    except Exception as error:  # whatever the reader still stumbles over, often a cell that was marked
        for scan in checked.scans.values():
            for _, _, finding in scan.marks.up_to(scan.last_row):
                raise FileRefusedError(finding) from error
        raise damaged(f"it cannot be read ({type(error).__name__})") from error
    header_row, header = rows.header()
    _refuse_second_candidate(checked, sheet, header)
    findings = [*checked.package.findings, *_merged(checked.scans, sheet, header_row)]
    totals: list[tuple[int, Row]] = []
    for batch in chain.from_iterable(page.batches([]) for page in control):
        totals += zip(batch.numbers, batch.rows, strict=True)
        findings += batch.findings
    return Table(sheet, header_row, header, rows.batches(findings), totals, rows.progress, True, _notes(checked, sheet))


def _check(path: Path, sheet: str) -> _Checked:
    with Archive(path) as archive:
        package = inspect_package(archive)
        declared, control = package.declared(sheet), package.control()
        others = {
            entry.name: first_rows(archive, entry.part)
            for entry in package.sheets
            if entry.visible and entry.kind == "worksheet" and entry not in (declared, control)
        }
        strings = scan_strings(archive, shared_in(chain.from_iterable(others.values())))
        scaled = scaled_styles(archive)
        read: list[SheetEntry] = [declared, *([control] if control else [])]
        scans = {entry.name: scan_sheet(archive, entry.part, entry.name, strings, scaled) for entry in read}
        archive.verify()
    return _Checked(package, scans, others, strings)


def _refuse_second_candidate(checked: _Checked, sheet: str, header: Sequence[str]) -> None:
    for name, rows in checked.others.items():
        if looks_like(rows, header, checked.strings):
            message = f"the sheet {printable(name)!r} has the same headings; keep the rows on {sheet!r} alone"
            raise FileRefusedError(Finding("file-sheets", message, sheet=sheet, value=printable(name)))


def _merged(scans: dict[str, SheetScan], sheet: str, header_row: int) -> Iterator[Finding]:
    """A merged cell shows one value and stores none in the others: they would be read as empty."""
    for name, scan in scans.items():
        for place in scan.merged:
            try:
                _, top, _, bottom = range_boundaries(place)
            except (ValueError, TypeError) as error:
                raise damaged("it merges cells that no sheet has") from error
            if name != sheet or bottom is None or bottom >= header_row:
                message = f"the cells {place} are merged; split them and fill each"
                yield Finding("file-merged", message, sheet=name, row=top, value=place, cell=place.partition(":")[0])


def _notes(checked: _Checked, sheet: str) -> list[Finding]:
    notes = [
        Finding("file-sheets", f"the sheet {printable(entry.name)!r} was not read", sheet=entry.name, severity="note")
        for entry in checked.package.sheets
        if entry.name not in checked.scans
    ]
    if hidden := checked.scans[sheet].hidden_rows:
        message = f"{hidden} hidden rows were read like all others"
        notes.append(Finding("file-hidden", message, sheet=sheet, severity="note"))
    return notes


class _Rows:
    """The rows of one sheet as native values, to be gone through once."""

    def __init__(self, page: CalamineSheet, scan: SheetScan) -> None:
        self._sheet, self._scan = page.name, scan
        self._left = [""] * (page.start[1] if page.start else 0)
        self._cells = iter(page.iter_rows() if page.start else ())
        self._filled = self._number = 0

    def progress(self) -> float:
        """The share of rows that has been given, 0 to 1."""
        return min(1.0, self._number / max(1, self._scan.last_row))

    def header(self) -> tuple[int, tuple[str, ...]]:
        """The first filled row: its number and its cells as text.

        Raises:
            FileRefusedError: there is none, or one of its cells is no plain value.
        """
        for batch in self._batches(1, []):
            if batch.findings:
                raise FileRefusedError(batch.findings[0])
            if batch.rows:
                texts = [cell if isinstance(cell, str) else str(cell) for cell in batch.rows[0]]
                while not texts[-1]:
                    texts.pop()
                return batch.numbers[0], tuple(texts)
        message = "the sheet is empty; it needs a heading row and at least one row"
        raise FileRefusedError(Finding("file-empty", message, sheet=self._sheet))

    def batches(self, first: list[Finding]) -> Iterator[Batch]:
        """What is left, some thousand rows at a time; `first` stands in the first batch."""
        return self._batches(BATCH, first)

    def _batches(self, size: int, first: list[Finding]) -> Iterator[Batch]:
        findings = list(first)
        while (batch := self._batch(size, findings)).rows:
            yield batch
            findings = []
        findings += [finding for _, _, finding in self._scan.marks.up_to(self._scan.last_row)]
        if not self._scan.marks and self._filled != self._scan.filled:
            message = (
                f"two readers disagree: the sheet has {self._scan.filled} filled cells and {self._filled} were read; "
                "save the workbook again as 'Excel Workbook (.xlsx)'"
            )
            findings.append(Finding("file-workbook", message, sheet=self._sheet))
        if findings:
            yield Batch([], [], findings)

    def _batch(self, size: int, findings: list[Finding]) -> Batch:
        numbers: list[int] = []
        rows: list[list[object]] = []
        refused: dict[tuple[int, int], Finding] = {}
        for cells in self._cells:
            self._number += 1
            blank = cells.count("")
            if blank == len(cells):
                continue
            self._filled += len(cells) - blank
            try:
                row = [cell if type(cell) is str else _native(cell) for cell in cells]
            except _NotPlainError:
                row = list(self._row(cells, refused))
            numbers.append(self._number)
            rows.append(self._left + row if self._left else row)
            if len(rows) == size:
                break
        if rows:
            # what the checks say of a cell goes before what the value alone tells
            refused |= {(row, column): finding for row, column, finding in self._scan.marks.up_to(numbers[-1])}
        for number, column in refused:
            place = bisect_left(numbers, number)
            if numbers[place] == number and column < len(rows[place]):
                rows[place][column] = ""
        return Batch(numbers, rows, findings + [refused[place] for place in sorted(refused)], frozenset(refused))

    def _row(self, cells: Sequence[object], refused: dict[tuple[int, int], Finding]) -> Iterator[object]:
        """The cells of a row that holds something else than plain values; adds what is wrong and where."""
        for column, cell in enumerate(cells, start=len(self._left)):
            try:
                yield _native(cell)
            except _NotPlainError as error:
                refused[self._number, column] = cell_finding(self._sheet, self._number, column, error.kind, str(cell))
                yield ""


class _NotPlainError(Exception):
    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


def _native(cell: Any) -> object:
    """The value of a cell; a whole number as int."""
    kind = type(cell)
    if kind is float:
        if -EXACT < cell < EXACT:
            # a negative zero is nothing that a person typed: it stays what it is, for the checks to see
            return int(cell) if cell.is_integer() and (cell or str(cell) == "0.0") else cell
        if math.isfinite(cell):
            return cell
        raise _NotPlainError("number")
    if kind is str or (kind is dt.date and cell >= FIRST_DAY):
        return cell
    # the reader gives a date without a time of day as a date
    raise _NotPlainError("boolean" if kind is bool else "date")
