"""Who is told what became of a file: `recipients.csv` in the home of the installation, kept by hand.

Headings `feed, office, address`; a blank feed or office stands for any. Addresses are functional mailboxes.
"""

import csv
import re
from dataclasses import dataclass
from pathlib import Path

from ingestion.findings import printable

HEADINGS = ["feed", "office", "address"]
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")


@dataclass(frozen=True)
class Recipients:
    """The lines of the file, (feed, office, address) each, and in `faults` what is wrong with others."""

    lines: tuple[tuple[str, str, str], ...]
    faults: tuple[str, ...]

    def of(self, feed: str, office: str | None) -> list[str]:
        """Addresses for a file of that feed and office, each once; an office that is not known matches blank ones."""
        found = {
            address.lower(): address
            for line_feed, line_office, address in self.lines
            if line_feed in ("", feed) and line_office in ("", office)
        }
        return sorted(found.values())


def read_recipients(path: Path) -> Recipients:
    """Read the file; a line at fault is left out and told, so that one slip does not keep all others waiting."""
    if not path.exists():
        return Recipients((), (f"{path} is missing: nobody is told by mail; write it with the headings {HEADINGS}",))
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.reader(file, strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        return Recipients((), (f"{path} cannot be read ({error}); save it as CSV UTF-8",))
    if not rows or [cell.strip().lower() for cell in rows[0]] != HEADINGS:
        return Recipients((), (f"{path}: the first line must be {','.join(HEADINGS)}",))
    lines: list[tuple[str, str, str]] = []
    faults: list[str] = []
    for number, row in enumerate(rows[1:], start=2):
        cells = tuple(cell.strip() for cell in row)
        if len(cells) == 3 and _ADDRESS.fullmatch(cells[2]):
            lines.append((cells[0], cells[1], cells[2]))
        elif any(cells):
            text = printable(", ".join(cells))
            faults.append(f"{path}, row {number}: write feed, office and one mail address (found: {text})")
    return Recipients(tuple(lines), tuple(faults))
