"""Going through a file once: every row checked against the contract, clean rows handed on, findings collected."""

import itertools
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from ingestion.contract import Column, Contract
from ingestion.coverage import Coverage, parse_period
from ingestion.findings import MAX_LISTED, Finding
from ingestion.header import match_header
from ingestion.readers import Table
from ingestion.readers.table import Row
from ingestion.row_rules import ROW_CHECKS
from ingestion.values import checker, exact

BATCH = 5_000
MAX_VALUE = 200
"""Characters of a wrong value that a finding repeats."""

CleanRow = tuple[int, tuple[str | None, ...]]
"""Row number as a person sees it, and the cells in the order of the contract's columns."""


@dataclass
class Inspection:
    """What one pass over a file found. Read the results after `clean_rows` has ended."""

    table: Table
    contract: Contract
    findings: list[Finding] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    coverage: Coverage | None = None
    row_count: int = 0
    totals: dict[str, Decimal] = field(default_factory=dict)
    _blocking: int = 0
    _keys: dict[tuple[str | None, ...], int] = field(default_factory=dict)

    @property
    def blocked(self) -> bool:
        """Whether anything found so far keeps the file out."""
        return self._blocking > 0

    def clean_rows(self) -> Iterator[CleanRow]:
        """Check row by row; yield the rows, in the contract's column order, as long as nothing blocks."""
        header, findings = match_header(self.table, self.contract)
        for finding in findings:
            self.note(finding)
        if findings:
            return  # without its headings no cell can be judged
        places = [header.positions[name] for name in self.contract.names]
        while chunk := list(itertools.islice(self.table.rows, BATCH)):
            batch = self._readable(chunk, header.width, places)
            self._check_rows(batch, self._check_values(batch))
            self._add_totals(batch)
            if not self.blocked:
                yield from batch
        if self.row_count == 0 and not self.findings:
            self._say("file-no-rows", "there is a heading but no row; send at least one row", self.table.header_row)

    def _readable(self, chunk: list[tuple[int, Row] | Finding], width: int, places: list[int]) -> list[CleanRow]:
        batch: list[CleanRow] = []
        self.row_count += len(chunk)
        for item in chunk:
            if isinstance(item, Finding):
                self.note(item)
                continue
            number, cells = item
            # a workbook does not store the empty cells at the end of a row; a text file does
            if len(cells) > width or (len(cells) < width and self.table.sheet is None):
                message = f"the row has {len(cells)} cells, the heading {width}; look for a comma or quote too many"
                self._say("row-width", message, number)
                continue
            padded: Row = cells + (None,) * (width - len(cells))
            batch.append((number, tuple(padded[place] for place in places)))
        return batch

    def _check_values(self, batch: list[CleanRow]) -> dict[str, set[str]]:
        """Check cell by cell; gives the values refused, by column."""
        numbers = [number for number, _ in batch]
        refused = {}
        for place, column in enumerate(self.contract.columns):
            if wrong := self._check_column(column, [row[place] for _, row in batch], numbers):
                refused[column.name] = wrong
        return refused

    def _check_column(self, column: Column, cells: list[str | None], numbers: list[int]) -> set[str]:
        check = checker(column)
        # equal values are judged once: most columns hold few
        wrong = {value: found for value in set(cells) if value is not None and (found := check(value))}
        if wrong:
            for number, value in zip(numbers, cells, strict=True):
                if value in wrong:
                    rule, message = wrong[value]
                    self._say(rule, message, number, column.name, value)
        if column.required and None in cells:
            for number, value in zip(numbers, cells, strict=True):
                if value is None:
                    self._say("value-missing", "this cell must be filled", number, column.name)
        return set(wrong)

    def _check_rows(self, batch: list[CleanRow], refused: dict[str, set[str]]) -> None:
        names = self.contract.names
        key_places = [names.index(name) for name in self.contract.key]
        for number, cells in batch:
            row = dict(zip(names, cells, strict=True))
            # what is wrong in itself was said once; no rule is to build on it
            wrong = {name for name, values in refused.items() if row[name] in values}
            if not wrong & {self.contract.office_column, self.contract.period_column}:
                self._check_coverage(row, number)
            for rule in self.contract.row_rules:
                if wrong & rule.columns:
                    continue
                column = ROW_CHECKS[rule.check](row, rule.settings, self.coverage)
                if column:
                    self._say(rule.id, rule.message, number, column, row[column])
            key = tuple(cells[place] for place in key_places)
            earlier = self._keys.setdefault(key, number)
            if earlier != number and None not in key:
                message = f"this key stands in row {earlier} already; each row needs its own"
                self._say("key-repeated", message, number, ", ".join(self.contract.key), " / ".join(filter(None, key)))

    def _check_coverage(self, row: dict[str, str | None], number: int) -> None:
        office, period = row[self.contract.office_column], row[self.contract.period_column]
        if not office or not period:
            return
        try:
            here = Coverage(office, *parse_period(period))
        except ValueError as error:
            self._say("coverage-period", str(error), number, self.contract.period_column, period)
            return
        if self.coverage is None:
            self.coverage = here
        elif here.office != self.coverage.office:
            message = f"the file is of {self.coverage.office}; send one file per office"
            self._say("coverage-one-office", message, number, self.contract.office_column, office)
        elif here != self.coverage:
            message = "the file covers another period in its first row; send one file per period"
            self._say("coverage-one-period", message, number, self.contract.period_column, period)

    def _add_totals(self, batch: list[CleanRow]) -> None:
        if self.blocked or not self.contract.amount_columns:
            return
        names = self.contract.names
        currency, amounts = names.index("currency"), [names.index(name) for name in self.contract.amount_columns]
        for _, cells in batch:
            code = cells[currency] or ""
            added = sum((exact(value) for place in amounts if (value := cells[place])), Decimal(0))
            self.totals[code] = self.totals.get(code, Decimal(0)) + added

    def _say(self, rule: str, message: str, row: int, column: str | None = None, value: str | None = None) -> None:
        self.note(Finding(rule, message, self.table.sheet, row, column, value and value[:MAX_VALUE]))

    def note(self, finding: Finding) -> None:
        """Count a finding, and list it while the list is not full."""
        self.counts[finding.rule] += 1
        self._blocking += finding.severity == "blocking"
        if len(self.findings) < MAX_LISTED:
            self.findings.append(finding)
