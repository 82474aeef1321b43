"""Control totals: how many rows and what sum per currency the sender says are in the file."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ingestion.cells import plain
from ingestion.contract import CONTROL_ENDING, Contract
from ingestion.findings import Finding
from ingestion.header import normal
from ingestion.readers import Row, Table
from ingestion.tally import Tally

SHEET = "Control"
HEADINGS = ("currency", "rows", "sum")
MAX_BYTES = 100_000
"""Of a file of control totals: one line per currency is little."""

_ALIASES = {
    "currency": "currency", "ccy": "currency", "rows": "rows", "row_count": "rows", "count": "rows", "lines": "rows",
    "sum": "sum", "total": "sum", "amount": "sum", "control_total": "sum",
}  # fmt: skip
_AMOUNT = re.compile(r"-?[0-9]{1,16}(\.[0-9]{1,2})?", re.ASCII)


@dataclass(frozen=True)
class Control:
    """Rows of control totals with their row numbers, and where they stand: a sheet or a file of their own."""

    place: str
    rows: Sequence[tuple[int, Row]]


def read_control(name: str, content: bytes) -> Control:
    """The control totals of a file of their own; what cannot be read shows when they are checked."""
    text = content.decode("utf-8-sig", errors="replace") if len(content) <= MAX_BYTES else ""
    try:
        return Control(name, list(enumerate(csv.reader(io.StringIO(text, newline="")), start=1)))
    except csv.Error:
        return Control(name, [])


def check_control(tally: Tally, terms: Contract, table: Table, beside: Control | None) -> Iterator[Finding]:
    """Compare what was read with each set of control totals that came, and say so when one is required and none did."""
    sheet = Control(f"sheet {SHEET}", table.control)
    # a sheet with nothing but its headings is that of a template which nobody filled in
    inside = [sheet] if any(not _is_heading(row) for _, row in _filled(sheet)) else []
    given = [*inside, *([beside] if beside else [])]
    if not given and terms.control_required:
        yield Finding(
            "control-missing",
            f"this feed needs control totals; add a sheet {SHEET} with the headings {', '.join(HEADINGS)} "
            f"and one line per currency, or a file NAME{CONTROL_ENDING} with the same beside it",
        )
    for control in given:
        yield from _Comparison(tally, control).findings()


class _Comparison:
    """One set of control totals beside what was read."""

    def __init__(self, tally: Tally, control: Control) -> None:
        self._tally, self._control = tally, control
        self._seen: set[str] = set()

    def findings(self) -> Iterator[Finding]:
        filled = _filled(self._control)
        if not filled:
            message = f"no control totals can be read here; write a table of {', '.join(HEADINGS)}"
            yield self._say("control-unreadable", message, None)
            return
        number, heading = filled[0]
        places = _places(heading)
        if not _is_heading(heading):
            wanted = f"the headings of the control totals must be {', '.join(HEADINGS)}"
            yield self._say("control-unreadable", wanted, number, value=", ".join(map(str, heading)))
            return
        for number, row in filled[1:]:
            cells = {name: _text(row[place]) if place < len(row) else "" for name, place in places.items()}
            yield from self._compare(number, cells)
        # one line without a currency is enough where rows are all there is to count
        if "" in self._seen and not self._tally.has_money:
            return
        for code in sorted(self._tally.rows_by_currency.keys() - self._seen):
            shown = f"currency {code}" if code else "the rows"
            message = f"the control totals do not name {shown}, which stands in the file; add a line for it"
            yield self._say("control-currency", message, None, "currency", code or None)

    def _compare(self, number: int, cells: dict[str, str]) -> Iterator[Finding]:
        code = cells["currency"].strip().upper()
        rows, total = cells["rows"].strip(), cells.get("sum", "").strip()
        if code in self._seen:
            yield self._say("control-unreadable", "this currency stands twice; keep one line", number, "currency", code)
            return
        self._seen.add(code)
        if not re.fullmatch("[0-9]{1,12}", rows, re.ASCII):
            yield self._say("control-unreadable", "write the number of rows as digits, like 120", number, "rows", rows)
        elif int(rows) != (
            found := self._tally.rows_by_currency.get(code, 0) if code or self._tally.has_money else self._tally.rows
        ):
            message = f"the control totals say {rows} rows{_of(code)}, the file has {found}; send the whole file"
            yield self._say("control-rows", message, number, "rows", rows)
        if not code or not (total or self._tally.has_money):
            return
        if not _AMOUNT.fullmatch(total):
            yield self._say("control-unreadable", "write the sum as a plain number like 1234.56", number, "sum", total)
        elif Decimal(total) != (read := self._tally.totals.get(code, Decimal(0))):
            message = (
                f"the control totals say {code} {Decimal(total):.2f}, the file adds up to {read}; correct one of them"
            )
            yield self._say("control-sum", message, number, "sum", total)

    def _say(
        self, rule: str, message: str, row: int | None, column: str | None = None, value: str | None = None
    ) -> Finding:
        sheet = SHEET if self._control.place == f"sheet {SHEET}" else None
        place = "" if sheet else f" ({self._control.place})"
        return Finding(rule, message + place, sheet, row, column, value)


def _filled(control: Control) -> list[tuple[int, Row]]:
    return [(number, row) for number, row in control.rows if any(str(cell).strip() for cell in row)]


def _places(heading: Row) -> dict[str, int]:
    return {_ALIASES.get(normal(str(cell)), ""): place for place, cell in enumerate(heading)}


def _is_heading(row: Row) -> bool:
    return {"currency", "rows"} <= _places(row).keys()


def _of(code: str) -> str:
    return f" of {code}" if code else ""


def _text(cell: object) -> str:
    if isinstance(cell, int | float):
        return plain(cell) or str(cell)
    return str(cell)
