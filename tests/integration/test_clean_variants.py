"""Clean exports of every feed, in every form that a contract allows: none is refused, and nothing changes."""

import csv
import datetime as dt
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st

from ingestion.contract import Column, Contract, contract, feeds
from ingestion.control import Control, read_control
from ingestion.inspection import Inspection
from ingestion.readers import read
from tests.fixtures.corpus.exports import Row, control_totals, exports, shuffled, totals
from tests.unit.builders import as_csv


@dataclass(frozen=True)
class Sent:
    """A file with its name and, where they lie beside it, its control totals."""

    name: str
    data: bytes
    control: bytes | None = None


def _csv(
    terms: Contract, rows: list[Row], names: list[str] | None = None, heading: Callable[[str], str] = str,
    end: str = "\n", mark: bytes = b"", quoting: int = csv.QUOTE_MINIMAL, own: bool = False, control: bool = False,
) -> Sent:  # fmt: skip
    names = names or list(terms.names)
    extra = ["x_ref", "X note"] if own else []
    table = [[*map(heading, names), *extra]]
    table += [[*(row[name] for name in names), *([f"AB-{n}", "=1+1"] if own else [])] for n, row in enumerate(rows)]
    beside = _lines(control_totals(terms, rows)) if control or terms.control_required else None
    return Sent("export.csv", mark + _lines(table, end, quoting), beside)


def _lines(table: list[list[str]], end: str = "\n", quoting: int = csv.QUOTE_MINIMAL) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator=end, quoting=quoting).writerows(table)  # type: ignore[arg-type]
    return text.getvalue().encode()


def _alias(terms: Contract) -> Callable[[str], str]:
    aliases = {column.name: column.aliases[-1].title() for column in terms.columns if column.aliases}
    return lambda name: aliases.get(name, name.upper().replace("_", " "))


CODED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
"""The sign before what a workbook would take for the code of another sign."""


def _xlsx(
    terms: Contract, rows: list[Row], names: list[str] | None = None, texts: bool = False, control: bool = True
) -> Sent:
    names = names or list(terms.names)
    columns = {column.name: column for column in terms.columns}
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet
    sheet.title = terms.sheet
    sheet.append([*names, "x_ref"])
    for number, row in enumerate(rows, start=2):
        for place, name in enumerate(names, start=1):
            cell = sheet.cell(number, place)
            cell.value = row[name] or None if texts else _typed(columns[name], row[name])
            if isinstance(cell.value, str):
                # as a spreadsheet program writes it: a text that begins with = is text, one like a code is no code
                cell.value, cell.data_type = CODED.sub("_x005F_", cell.value), "s"
        sheet.cell(number, len(names) + 1, f"AB-{number}")
    if control or terms.control_required:
        page = book.create_sheet("Control")
        for code, count, total in control_totals(terms, rows):
            cells: list[object] = [count, total] if count == "rows" else [int(count), Decimal(total)]
            page.append([code or None, *cells])
    target = io.BytesIO()
    book.save(target)
    return Sent("export.xlsx", target.getvalue())


def _typed(column: Column, text: str) -> str | Decimal | dt.date | None:
    if not text:
        return None
    if column.kind == "date":
        return dt.date.fromisoformat(text)
    return text if column.kind == "text" else Decimal(text)


VARIANTS: dict[str, dict[str, Callable[[Contract, list[Row]], Sent]]] = {
    "csv": {
        "line feeds": _csv,
        "carriage returns": lambda terms, rows: _csv(terms, rows, end="\r\n"),
        "byte order mark": lambda terms, rows: _csv(terms, rows, mark=b"\xef\xbb\xbf"),
        "all quoted": lambda terms, rows: _csv(terms, rows, quoting=csv.QUOTE_ALL),
        "other order": lambda terms, rows: _csv(terms, rows, shuffled(list(terms.names))),
        "aliases": lambda terms, rows: _csv(terms, rows, heading=_alias(terms)),
        "own columns": lambda terms, rows: _csv(terms, rows, own=True),
        "control totals": lambda terms, rows: _csv(terms, rows, control=True),
    },
    "xlsx": {
        "typed cells": _xlsx,
        "texts": lambda terms, rows: _xlsx(terms, rows, texts=True),
        "other order": lambda terms, rows: _xlsx(terms, rows, shuffled(list(terms.names)), control=False),
    },
}


@pytest.mark.parametrize("kind", VARIANTS)
@pytest.mark.parametrize("feed", feeds())
def test_a_clean_export_is_taken_as_it_is(feed: str, kind: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    terms = contract(feed)
    folder = tmp_path_factory.mktemp("sent")

    @settings(
        max_examples=40, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],  # looking for a smaller example takes minutes
    )  # fmt: skip
    @given(st.booleans().flatmap(lambda line_breaks: exports(terms, line_breaks)))
    def taken(rows: list[Row]) -> None:
        for variant, write in VARIANTS[kind].items():
            note(variant)
            _assert_taken(terms, rows, write(terms, rows), folder)

    taken()


def _assert_taken(terms: Contract, rows: list[Row], sent: Sent, folder: Path) -> None:
    path = folder / sent.name
    path.write_bytes(sent.data)
    control: Control | None = read_control("export.control.csv", sent.control) if sent.control else None
    seen = Inspection(lambda: read(path, sent.name, terms), terms, control)
    landed = list(csv.reader(io.StringIO(as_csv(seen).decode(), newline="")))
    assert [finding for finding in seen.notes.findings if finding.severity != "note"] == []
    assert seen.row_count == len(rows) == len(landed)
    assert seen.tally.totals == totals(terms, rows)
    for cells, (number, row) in zip(landed, _numbered(rows, sent), strict=True):
        assert int(cells[2]) == number
        found = dict(zip(seen.columns, cells[3:], strict=True))
        assert {column.name: _value(column, found[column.name]) for column in terms.columns} == {
            column.name: _value(column, row[column.name]) for column in terms.columns
        }


def _numbered(rows: list[Row], sent: Sent) -> list[tuple[int, Row]]:
    """Each row with its number in the sheet, or with that of the line of text on which it begins."""
    numbers, number = [], 2
    for row in rows:
        numbers.append((number, row))
        number += 1 + (sum(text.count("\n") for text in row.values()) if sent.name.endswith(".csv") else 0)
    return numbers


def _value(column: Column, text: str) -> str | Decimal:
    return Decimal(text) if text and column.kind not in ("text", "date") else text
