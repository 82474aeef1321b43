"""One thing wrong or odd with a submission, said so that its sender can mend it."""

from dataclasses import asdict, dataclass
from typing import Literal

Severity = Literal["blocking", "warning", "note"]

MAX_LISTED = 1_000
"""Findings listed one by one; all are counted."""


@dataclass(frozen=True)
class Finding:
    """A finding with its place. `row` is the number a person sees in the sheet or text editor, from 1."""

    rule: str
    message: str
    sheet: str | None = None
    row: int | None = None
    column: str | None = None
    value: str | None = None
    severity: Severity = "blocking"

    def as_dict(self) -> dict[str, object]:
        """The finding as plain data, for JSON."""
        return asdict(self)

    def sentence(self, file: str) -> str:
        """One line that names file, sheet, row, column, value and rule."""
        place = [
            printable(file),
            f"sheet {self.sheet}" if self.sheet else None,
            f"row {self.row}" if self.row else None,
            f"column {self.column}" if self.column else None,
        ]
        value = f" (found: {self.value!r})" if self.value is not None else ""
        return f"{', '.join(part for part in place if part)}: {self.message}{value} [{self.rule}]"


def printable(text: str) -> str:
    """The text as it is, or written out where it holds what could forge a line or steer a terminal."""
    return text if text.isprintable() else repr(text)


class FileRefusedError(Exception):
    """The file cannot be read as a table at all; carries the one finding that says why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding
