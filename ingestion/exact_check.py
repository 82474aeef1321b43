"""The exact check of some rows: cell by cell where anything is wrong, each finding with its place."""

import re
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from ingestion.cells import as_texts
from ingestion.contract import Column, Contract, RowRule
from ingestion.coverage import CoverageWatch
from ingestion.findings import MAX_VALUE, Finding, Notebook, Severity
from ingestion.header import Header
from ingestion.readers import Row
from ingestion.row_rules import SPOILT, TOTAL, at_fault
from ingestion.values import ColumnChecker, Complaint

Verdict = tuple[str, str, str, Severity]
"""Rule id, message, the column at fault, and how grave it is."""

_TOTAL = re.compile(TOTAL, re.IGNORECASE)
_SPOILT = re.compile(SPOILT, re.IGNORECASE)
_IS_TOTAL = "row-total", "this row is the sum of others; send the lines alone, totals go into the control totals"
_IS_SPOILT = (
    "value-spoilt",
    "a spreadsheet seems to have changed this number; format the column as text, write it again",
)
_IS_MISSING = "value-missing", "this cell must be filled; write its value"


class ExactCheck:
    """Checks rows of the heading's width; `texts` and `own` hold their columns as text, by name.

    Args:
        numbers, rows: row numbers as a person sees them, and cells, "" for an empty one.
        damaged: cells (row number, place) of which the reader has said already what is wrong.
        header, sheet: where the columns stand.
        notes: takes the findings.
        terms: the contract.
    """

    def __init__(
        self, numbers: Sequence[int], rows: Sequence[Row], damaged: set[tuple[int, int]], header: Header,
        sheet: str | None, notes: Notebook, terms: Contract,
    ) -> None:  # fmt: skip
        self._numbers, self._header, self._sheet, self._notes, self._terms = numbers, header, sheet, notes, terms
        self._cells = list(zip(*rows, strict=True))
        self._sums: set[int] = set()
        self._damaged: dict[str, set[int]] = {}
        for number, place in damaged:
            self._damaged.setdefault(header.name(place) or "", set()).add(number)
        self.own = {name: as_texts(None, self._cells[place])[0] for name, place in header.own.items()}
        self.texts = {column.name: self._as_text(column) for column in terms.columns}

    @property
    def whole(self) -> bool:
        """Whether every cell could be read; what is wrong with the others is noted already."""
        return not any(self._damaged.values())

    def check(self, checkers: Mapping[str, ColumnChecker], watch: CoverageWatch) -> None:
        """Check values, then coverage, then the rules over several columns."""
        for name in self._terms.named:
            self._find_sums(name)
        for column in self._terms.columns:
            self._check_column(column, checkers[column.name])
        self._check_coverage(watch)
        for rule in self._terms.row_rules:
            self._check_rule(sorted(rule.columns), partial(_judge, rule, watch))

    def _as_text(self, column: Column) -> Sequence[str]:
        if column.name not in self._header.positions:
            return [""] * len(self._numbers)
        raw = self._cells[self._header.positions[column.name]]
        cells, mistaken = as_texts(column, raw)
        if mistaken:
            damaged = self._damaged.setdefault(column.name, set())
            for number, value, text in zip(self._numbers, raw, cells, strict=True):
                if value in mistaken:
                    self._say(mistaken[value], number, column.name, text)
                    damaged.add(number)
        return cells

    def _find_sums(self, name: str) -> None:
        """Rows that are the sum of others: nothing else needs to be said about them."""
        sums = {value for value in set(self.texts[name]) if _TOTAL.match(value)}
        for number, value in zip(self._numbers, self.texts[name], strict=True) if sums else ():
            if value in sums and number not in self._sums:
                self._say(_IS_TOTAL, number, name, value)
                self._sums.add(number)

    def _check_column(self, column: Column, checker: ColumnChecker) -> None:
        cells, damaged = self.texts[column.name], self._damaged.setdefault(column.name, set())
        wrong = checker.wrong(cells)
        if column.key and column.kind == "text":
            wrong |= {value: _IS_SPOILT for value in set(cells) - wrong.keys() if _SPOILT.match(value)}
        if column.required and "" in cells:
            wrong[""] = _IS_MISSING
        if wrong:
            for number, value in zip(self._numbers, cells, strict=True):
                if value in wrong and number not in damaged and number not in self._sums:
                    self._say(wrong[value], number, column.name, value or None)
                    damaged.add(number)

    def _check_coverage(self, watch: CoverageWatch) -> None:
        def judge(row: dict[str, str]) -> Verdict | None:
            found = watch.complaint(*(row[name] for name in watch.columns))
            return (*found, "blocking") if found else None

        self._check_rule(list(watch.columns), judge)

    def _check_rule(self, names: list[str], judge: Callable[[dict[str, str]], Verdict | None]) -> None:
        """Judge each distinct combination of some columns once; what was wrong in itself is not judged again."""
        columns = [self.texts[name] for name in names]
        damaged = self._sums.union(*(self._damaged.get(name, ()) for name in names))
        verdicts: dict[tuple[str, ...], Verdict | None] = {}
        for at, (number, values) in enumerate(zip(self._numbers, zip(*columns, strict=True), strict=True)):
            if number in damaged:
                continue
            if values not in verdicts:
                verdicts[values] = judge(dict(zip(names, values, strict=True)))
            if found := verdicts[values]:
                rule, message, column, severity = found
                said = self._finding((rule, message), number, column, values[names.index(column)] or None)
                self._notes.note(said if severity == "blocking" else self._held(said, severity, at, values))

    def _held(self, finding: Finding, severity: Severity, at: int, values: tuple[str, ...]) -> Finding:
        """What may be accepted: remembered for this row and these values, so that others are asked about anew."""
        words = finding.rule, *(self.texts[name][at] for name in self._terms.key), *values
        return replace(finding, severity=severity, scope=" ".join(filter(None, words)))

    def _say(self, complaint: Complaint, row: int, column: str, value: str | None) -> None:
        self._notes.note(self._finding(complaint, row, column, value))

    def _finding(self, complaint: Complaint, row: int, column: str, value: str | None) -> Finding:
        rule, message = complaint
        return Finding(
            rule, message, self._sheet, row, column, value and value[:MAX_VALUE],
            cell=self._header.cell(column, row), reference=self._reference(row),
        )  # fmt: skip

    def _reference(self, row: int) -> str | None:
        if not self.own:
            return None
        at = bisect_left(self._numbers, row)
        return "; ".join(f"{name}={cells[at]}" for name, cells in self.own.items() if cells[at])[:MAX_VALUE] or None


def _judge(rule: RowRule, watch: CoverageWatch, row: dict[str, str]) -> Verdict | None:
    column = at_fault(rule, row, watch.coverage)
    return (rule.id, rule.message, column, rule.severity) if column else None
