"""Headings: matched by declared name or alias, never by position."""

import unicodedata
from dataclasses import dataclass

from ingestion.contract import Contract
from ingestion.findings import Finding
from ingestion.places import cell_name
from ingestion.readers import Table

OWN = "x_"
"""How the headings of the sender's own columns begin."""


@dataclass(frozen=True)
class Header:
    """Where each declared column stands in the file, and where the sender's own do: places, from 0, by name."""

    positions: dict[str, int]
    own: dict[str, int]
    width: int

    def cell(self, column: str | None, row: int | None) -> str | None:
        """The cell of a column and a row, like H48; None for a column that the file has not."""
        place = self.positions.get(column or "", self.own.get(column or ""))
        return cell_name(place, row) if place is not None and row is not None else None

    def name(self, place: int) -> str | None:
        """Name of the column at a place."""
        return next((name for names in (self.positions, self.own) for name, at in names.items() if at == place), None)


def match_header(table: Table, contract: Contract) -> tuple[Header, list[Finding]]:
    """Find each declared column among the headings of the file.

    Returns:
        The positions found, and a finding for each missing, repeated, blank or unknown heading. Headings that start
        with `x_` are the sender's own.
    """
    known = {normal(alias): column.name for column in contract.columns for alias in (column.name, *column.aliases)}
    positions: dict[str, int] = {}
    own: dict[str, int] = {}
    findings: list[Finding] = []

    def say(rule: str, message: str, place: int, value: str | None) -> None:
        cell = cell_name(place, table.header_row)
        findings.append(
            Finding(rule, message, table.sheet, table.header_row, value or f"{place + 1}. column", value, cell=cell)
        )

    for place, heading in enumerate(table.header):
        folded = normal(heading)
        name = known.get(folded)
        if not folded:
            say("header-blank", "this heading is empty; name the column or delete it", place, None)
        elif name is None and not folded.startswith(OWN):
            message = "this column is not in the contract; delete it or start its name with x_"
            say("header-unknown", message, place, heading)
        elif name in positions or folded in own:
            say("header-repeated", f"the column {name or folded} stands twice; keep one", place, heading)
        elif name is not None:
            positions[name] = place
        else:
            own[folded] = place
    for column in contract.columns:
        if column.name not in positions and not column.may_be_absent:
            message = "this column is missing; add it with exactly this heading"
            findings.append(Finding("header-missing", message, table.sheet, table.header_row, column.name))
    return Header(positions, own, len(table.header)), findings


def normal(heading: str) -> str:
    """A heading as it is compared: compatibility forms folded, trimmed, lower case, blanks as underscores."""
    return "_".join(unicodedata.normalize("NFKC", heading).strip().lower().split())
