"""Single cells that cannot be taken, kept small: a hostile sheet has millions of them."""

from array import array
from collections.abc import Iterator

from openpyxl.utils import get_column_letter

from ingestion.findings import MAX_VALUE, Finding

MAX_VALUES = 1_000
"""Cells whose value is kept for the message; the place is kept of all."""

_KINDS = {
    "formula": ("value-formula", "a formula is not a value; copy the cell and paste it as a value"),
    "error": ("value-error", "the cell holds an error; write the value itself"),
    "boolean": ("value-boolean", "TRUE or FALSE is not a value of any column; write what is meant"),
    "date": (
        "value-date",
        "this is a time of day, a length of time or no day of the calendar; send the day alone",
    ),
    "number": ("value-number", "this is stored as a number but is none; write it again"),
    "kind": ("value-kind", "the cell is stored in a way that programs read differently; write it again"),
    "format": (
        "value-format",
        "the cell's format shows another figure than the one that is stored (a percentage or thousands); "
        "format the column as a plain number",
    ),
}
_ORDER = list(_KINDS)


class Marks:
    """Cells with what is wrong with each, in the order of rows. Truth: whether there are any."""

    def __init__(self, sheet: str) -> None:
        self._sheet = sheet
        self._rows, self._columns, self._kinds = array("L"), array("H"), array("B")
        self._values: dict[int, str] = {}
        self._given = 0

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, row: int, column: int, kind: str, value: str) -> None:
        """Mark a cell; rows are numbered from 1 and come in order, columns from 0."""
        if len(self._values) < MAX_VALUES:
            self._values[len(self._rows)] = value[:MAX_VALUE]
        self._rows.append(row)
        self._columns.append(column)
        self._kinds.append(_ORDER.index(kind))

    def up_to(self, row: int) -> Iterator[tuple[int, int, Finding]]:
        """The marks not given yet, up to and with that row: row, column and finding."""
        while self._given < len(self._rows) and self._rows[self._given] <= row:
            at = self._given
            self._given += 1
            place, column = self._rows[at], self._columns[at]
            yield place, column, cell_finding(self._sheet, place, column, _ORDER[self._kinds[at]], self._values.get(at))


def cell_finding(sheet: str, row: int, column: int, kind: str, value: str | None) -> Finding:
    """The finding on one cell; rows are numbered from 1, columns from 0."""
    rule, message = _KINDS[kind]
    return Finding(rule, message, sheet=sheet, row=row, value=value, cell=f"{get_column_letter(column + 1)}{row}")
