"""Going through a file once: every row checked against the contract, clean rows handed on, findings collected."""

import csv
import io
import itertools
import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from typing import Literal

from ingestion.combinations import encoded
from ingestion.contract import Contract
from ingestion.control import Control, check_control
from ingestion.coverage import Coverage, CoverageWatch
from ingestion.exact_check import ExactCheck
from ingestion.findings import FileRefusedError, Finding, Notebook
from ingestion.header import Header, match_header
from ingestion.keys import KeyWatch, key_hashes, repeated_keys
from ingestion.places import cell_place
from ingestion.proof import Proof, Prover, proved_clean
from ingestion.proved_ahead import ProvedAhead, proved_ahead
from ingestion.readers import Batch, Row, Table
from ingestion.readers.rows import Lines
from ingestion.row_stream import numbered
from ingestion.tally import Tally
from ingestion.values import ColumnChecker

CUT_AT = (65_536, 1_048_576)
"""The last rows of the two spreadsheet formats: a file that ends there may have lost the rest without a word."""
OWN_COLUMN = "_own"
"""Where the sender's own `x_` columns land, as JSON."""


class Inspection:
    """One pass over a file against its contract.

    Args:
        read: gives the file's table, anew each time; a second pass is made only to name repeated keys.
        terms: the contract.
        control: control totals that came in a file of their own.

    The results are there when `pieces` has ended.
    """

    def __init__(self, read: Callable[[], Table], terms: Contract, control: Control | None = None) -> None:
        self.terms, self.notes, self.tally = terms, Notebook(), Tally(terms)
        self.row_count = self._last_row = 0
        self.columns: tuple[str, ...] = ()
        self.table = Table(None, 1, (), iter(()))
        self._read, self._control = read, control
        self._header = Header({}, {}, 0)
        self._keys = KeyWatch()
        self._watch = CoverageWatch(terms.office_column, terms.period_column)
        self._checkers = {column.name: ColumnChecker(column) for column in terms.columns}
        try:
            self._open()
        except FileRefusedError as refusal:
            self.notes.note(refusal.finding)

    def _open(self) -> None:
        self.table = self._read()
        self.notes.place = self.table.place
        self._header, findings = match_header(self.table, self.terms)
        for finding in (*self.table.notes, *findings):
            self.notes.note(finding)
        # in the order of the file, so that a plain line can be handed on as it is
        declared = sorted(self._header.positions, key=self._header.positions.__getitem__)
        self.columns = (*declared, *([OWN_COLUMN] if self._header.own else []))

    @property
    def blocked(self) -> bool:
        """Whether anything found so far keeps the file out."""
        return self.notes.blocked

    @property
    def _has_control(self) -> bool:
        return self._control is not None or len(self.table.control) > 1

    @property
    def coverage(self) -> Coverage | None:
        """Office and period of the file, once a row has named them."""
        return self._watch.coverage

    def pieces(self, submission: int | None = None) -> Iterator[bytes]:
        """Check everything, piece by piece; yield the rows as CSV for COPY as long as nothing blocks.

        Each row is the submission, the sheet, the row's number and the cells of `columns`. Without a submission the
        rows are not wanted: the pieces are empty.
        """
        if self.blocked:
            return  # without its headings no cell can be judged
        with self._helpers() as ahead:
            batches = self.table.batches
            while True:
                yield from self._proved_ahead(ahead, submission)
                if (batch := next(batches, None)) is None:
                    break
                piece = self._lines(batch, submission) if isinstance(batch, Lines) else self._rows(batch, submission)
                yield b"" if self.blocked else piece
        if self._last_row in CUT_AT and not self._has_control:
            message = (
                f"the file ends in row {self._last_row:,}, where spreadsheet programs cut off what follows; "
                "send the control totals with it"
            )
            self._say("file-cut", message, self._last_row)
        if self.row_count == 0 and not self.blocked:
            self._say("file-no-rows", "there is a heading but no row; send at least one row", self.table.header_row)
        self._check_keys()
        if not self.blocked:
            for finding in check_control(self.tally, self.terms, self.table, self._control):
                self.notes.note(finding)

    def _helpers(self) -> AbstractContextManager[ProvedAhead | None]:
        if self.table.plain is None or self._header.own:
            return nullcontext()
        watch = CoverageWatch(*self._watch.columns)
        return proved_ahead(self.table.plain, Prover(self.terms, self._header.positions, self._checkers, watch))

    def _proved_ahead(self, ahead: ProvedAhead | None, submission: int | None) -> Iterator[bytes]:
        """Plain lines, as long as helpers have proved them."""
        if ahead and self.blocked:
            ahead.close()  # every cell is looked at from here on
        while ahead and not self.blocked and (proved := ahead.next(self._watch.coverage)):
            numbers, text, proof = proved
            self._watch.coverage = proof.coverage
            yield self._take(proof, numbers, text, submission)

    def _lines(self, lines: Lines, submission: int | None) -> bytes:
        if self._header.own or self.blocked:
            return self._rows(lines.as_batch(), submission)
        proof = Prover(self.terms, self._header.positions, self._checkers, self._watch).prove(lines.columns)
        if proof is None:
            return self._rows(lines.as_batch(), submission)
        return self._take(proof, lines.numbers, lines.text, submission)

    def _take(self, proof: Proof, numbers: range, text: bytes, submission: int | None) -> bytes:
        self.row_count += proof.rows
        self._last_row = numbers[-1]
        self._keys.add(proof.keys)
        self.tally.take(proof.tally)
        return b"" if submission is None else numbered(text, numbers.start, submission)

    def _rows(self, batch: Batch, submission: int | None) -> bytes:
        self.row_count += len(batch.rows)
        self._last_row = batch.numbers[-1] if batch.numbers else self._last_row
        for finding in batch.findings:
            self.notes.note(self._of_own_column(self._with_column(finding)))
        numbers, rows = self._of_right_width(batch)
        if not rows:
            return b""
        damaged = set(batch.damaged)
        check = ExactCheck(numbers, rows, damaged, self._header, self.table.sheet, self.notes, self.terms)
        columns = encoded(check.texts)
        if not (check.whole and proved_clean(columns, self.terms, self._checkers, self._watch)):
            check.check(self._checkers, self._watch)
        keys = [check.texts[name] for name in self.terms.key]
        self._keys.add(key_hashes(keys))
        if self.table.form and self.coverage:
            self._watch.coverage = replace(self.coverage, part=" / ".join(cells[0] for cells in keys))
        if self.blocked:
            return b""
        self.tally.add(columns)
        return b"" if submission is None else self._as_csv(check, numbers, submission)

    def _as_csv(self, check: ExactCheck, numbers: list[int], submission: int) -> bytes:
        columns = [check.texts[name] for name in self.columns if name != OWN_COLUMN]
        if check.own:
            own = zip(*check.own.values(), strict=True)
            columns.append([json.dumps(dict(zip(check.own, row, strict=True)), ensure_ascii=False) for row in own])
        same = itertools.repeat(submission), itertools.repeat(self.table.sheet)
        rows = list(zip(*same, numbers, *columns, strict=False))
        text = _written(rows, csv.QUOTE_MINIMAL)
        # the writer leaves a carriage return without quotes, and COPY would take it for the end of a line
        return (_written(rows, csv.QUOTE_ALL) if "\r" in text else text).encode()

    def _with_column(self, finding: Finding) -> Finding:
        if finding.column or not finding.cell:
            return finding
        place, _ = cell_place(finding.cell)
        return replace(finding, column=self._header.name(place))

    def _of_own_column(self, finding: Finding) -> Finding:
        """The sender's own columns are not checked: a cell that cannot be kept is said, and blocks nothing."""
        if finding.column not in self._header.own:
            return finding
        return replace(finding, severity="note", message=f"{finding.message}; this cell of yours was left out")

    def _of_right_width(self, batch: Batch) -> tuple[list[int], list[Row]]:
        width = self._header.width
        if set(map(len, batch.rows)) <= {width}:
            return list(batch.numbers), list(batch.rows)
        numbers: list[int] = []
        rows: list[Row] = []
        for number, row in zip(batch.numbers, batch.rows, strict=True):
            filled = len(row)
            while self.table.typed and filled > width and row[filled - 1] == "":
                filled -= 1
            # a workbook does not store the empty cells at the end of a row; a text file does
            if filled > width or (filled < width and not self.table.typed):
                message = f"the row has {filled} cells, the heading {width}; look for a comma or quote too many or few"
                self._say("row-width", message, number)
                continue
            numbers.append(number)
            rows.append([*row[:width], *[""] * (width - filled)])
        return numbers, rows

    def _check_keys(self) -> None:
        suspects = self._keys.suspects()
        if not suspects:
            return
        for number, earlier, key in repeated_keys(suspects, self.terms, self._header, self._read):
            message = f"this key stands in row {earlier} already; give each row its own"
            self._say("key-repeated", message, number, self.terms.key[0], " / ".join(key))

    def _say(self, rule: str, message: str, row: int, column: str | None = None, value: str | None = None) -> None:
        cell = self._header.cell(column, row)
        self.notes.note(Finding(rule, message, self.table.sheet, row, column, value, cell=cell))


def _written(rows: list[tuple[object, ...]], quoting: Literal[0, 1]) -> str:
    text = io.StringIO()
    csv.writer(text, quoting=quoting, lineterminator="\n").writerows(rows)
    return text.getvalue()
