"""Headings: matched by declared name or alias, never by position."""

import unicodedata
from dataclasses import dataclass

from ingestion.contract import Contract
from ingestion.findings import Finding
from ingestion.readers import Table


@dataclass(frozen=True)
class Header:
    """Where each declared column stands in the file: position by column name."""

    positions: dict[str, int]
    width: int


def match_header(table: Table, contract: Contract) -> tuple[Header, list[Finding]]:
    """Find each declared column among the headings of the file.

    Returns:
        The positions found, and a finding for each missing, repeated, blank or unknown heading. Headings that start
        with `x_` are the sender's own.
    """
    known = {normal(alias): column.name for column in contract.columns for alias in (column.name, *column.aliases)}
    positions: dict[str, int] = {}
    findings: list[Finding] = []

    def say(rule: str, message: str, place: int | None, value: str | None) -> None:
        column = f"{place + 1}. column" if place is not None else None
        findings.append(Finding(rule, message, table.sheet, table.header_row, column, value))

    for place, heading in enumerate(table.header):
        name = known.get(normal(heading or ""))
        if heading is None:
            say("header-blank", "this heading is empty; name the column or delete it", place, None)
        elif name is None and not normal(heading).startswith("x_"):
            say(
                "header-unknown",
                "this column is not in the contract; delete it or start its name with x_",
                place,
                heading,
            )
        elif name in positions:
            say("header-repeated", f"the column {name} stands twice; keep one", place, heading)
        elif name is not None:
            positions[name] = place
    for column in contract.columns:
        if column.name not in positions:
            findings.append(
                Finding("header-missing", "this column is missing; add it", table.sheet, table.header_row, column.name)
            )
    return Header(positions, len(table.header)), findings


def normal(heading: str) -> str:
    """A heading as it is compared: compatibility forms folded, trimmed, lower case, blanks as underscores."""
    return "_".join(unicodedata.normalize("NFKC", heading).strip().lower().split())
