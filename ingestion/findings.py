"""One thing wrong or odd with a submission, said so that its sender can mend it."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal

Severity = Literal["blocking", "warning", "note"]

MAX_LISTED = 1_000
"""Findings listed one by one; all are counted."""

MAX_VALUE = 200
"""Characters of a wrong value that a finding repeats."""

SEVERITIES: tuple[Severity, ...] = ("blocking", "warning", "note")
"""In the order in which they are shown."""


@dataclass(frozen=True)
class Finding:
    """A finding with its place.

    `row` is the number a person sees in the sheet or text editor, from 1; `column` the contract's name where it is
    known; `cell` the place in a sheet ("H48"); `reference` what the sender's own `x_` columns say in that row.
    `scope` is the key under which the acceptance of a warning is remembered.
    """

    rule: str
    message: str
    sheet: str | None = None
    row: int | None = None
    column: str | None = None
    value: str | None = None
    severity: Severity = "blocking"
    cell: str | None = None
    reference: str | None = None
    scope: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """The finding as plain data, for JSON."""
        data = dict(self.__dict__)
        return {"rule_id" if name == "rule" else name: value for name, value in data.items()}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "Finding":
        """The finding that `as_dict` gave."""
        return cls(**{"rule" if name == "rule_id" else name: value for name, value in data.items()})

    def sentence(self, file: str) -> str:
        """One line that names file, sheet, row, column, value and rule."""
        place = [
            printable(file),
            f"sheet {printable(self.sheet)}" if self.sheet else None,
            f"row {self.row}" if self.row else None,
            f"column {printable(self.column)}" if self.column else None,
        ]
        value = f" (found: {self.value!r})" if self.value is not None else ""
        own = f" (yours: {printable(self.reference)})" if self.reference else ""
        return f"{', '.join(part for part in place if part)}: {printable(self.message)}{value}{own} [{self.rule}]"


def as_data(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """Findings as plain data, numbered from 1 as `iscm accept` takes them."""
    return [{"number": number} | finding.as_dict() for number, finding in enumerate(findings, start=1)]


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Blocking ones first, then by row."""
    return sorted(findings, key=lambda found: (SEVERITIES.index(found.severity), found.row or 0, found.cell or ""))


def printable(text: str) -> str:
    """The text as it is, or written out where it holds what could forge a line or steer a terminal."""
    return text if text.isprintable() else repr(text)


class FileRefusedError(Exception):
    """The file cannot be read as a table at all; carries the one finding that says why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


class Notebook:
    """Takes down findings: counts all, lists the first `MAX_LISTED`, blocking ones before others."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.blocked = False
        self.place: Callable[[Finding], Finding] = lambda finding: finding
        self._blocking: list[Finding] = []
        self._others: list[Finding] = []

    def note(self, finding: Finding) -> None:
        """Take down one finding, at its place in the file."""
        finding = self.place(finding)
        self.counts[finding.rule] += 1
        self.blocked = self.blocked or finding.severity == "blocking"
        listed = self._blocking if finding.severity == "blocking" else self._others
        if len(listed) < MAX_LISTED:
            listed.append(finding)

    @property
    def findings(self) -> list[Finding]:
        """Blocking ones first, then by row."""
        return in_order(self._blocking + self._others)[:MAX_LISTED]
