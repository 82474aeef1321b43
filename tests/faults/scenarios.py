"""What is landed while things are killed: files, what lies there before, and how each file is to end."""

import csv
import hashlib
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import openpyxl

from ingestion.contract import contract
from tests.faults.evidence import Row

OSI, LEDGER = "osi_allocations", "project_ledger"
MANY = 60_000
_LINE = {
    "member_code": "GRCP", "funding_line": "GRCP", "funding_source_class": "osi_direct", "amount_basis": "allocation",
    "currency": "USD", "as_of_date": "2019-12-31", "reporting_office": "OIG", "source_document": "Ledger",
}  # fmt: skip


@dataclass(frozen=True)
class File:
    """A file of the harness and what is in it: rows as the contract orders its columns."""

    path: Path
    feed: str
    rows: Sequence[Row]

    @property
    def sha256(self) -> str:
        """Its identity in the warehouse."""
        return hashlib.sha256(self.path.read_bytes()).hexdigest()

    def put(self, drop: Path) -> Path:
        """Lay it into the drop folder, with the control totals beside it; one that waits stays as it is."""
        folder = drop / self.feed
        folder.mkdir(parents=True, exist_ok=True)
        control = self.path.with_name(f"{self.path.name}.control.csv")
        if control.exists():
            shutil.copy(control, folder)
        if not (folder / self.path.name).exists():
            shutil.copy(self.path, folder)
        return folder / self.path.name


@dataclass(frozen=True)
class Scenario:
    """A file whose landing is disturbed, or a submission whose acceptance is.

    Args:
        name: how the table of kills calls it.
        file: what is landed, or what was held back.
        outcome: how its landing ends.
        before: what was landed before, undisturbed.
        accept: the last file of `before` was held back, and its acceptance is disturbed.
    """

    name: str
    file: File
    outcome: str
    before: Sequence[File] = field(default_factory=tuple)
    accept: bool = False

    @property
    def contents(self) -> dict[str, tuple[str, Sequence[Row]]]:
        """Feed and rows of every file, by sha256."""
        return {file.sha256: (file.feed, file.rows) for file in (*self.before, self.file)}


def scenarios(folder: Path) -> list[Scenario]:
    """Every scenario, with its files in `folder`."""
    year_2019 = osi(folder, "2019.csv", 2019, {"A-1": "1.00", "A-2": "2.00", "A-3": "3.00"})
    corrected = osi(folder, "2019-corrected.csv", 2019, {"A-1": "1.00", "A-2": "2.50", "A-4": "4.00"})
    corrected.path.with_name(f"{corrected.path.name}.control.csv").write_text("currency,rows,sum\nUSD,3,7.50\n")
    earlier = [osi(folder, f"{year}.csv", year, {f"B-{year}": "100.00"}) for year in (2017, 2018)]
    odd = osi(folder, "odd.csv", 2019, {"B-2019": "987654.00"})
    return [
        Scenario("a new file", year_2019, "accepted"),
        Scenario("a correction, control totals beside it", corrected, "accepted", [year_2019]),
        Scenario("a file that is rejected", osi(folder, "wrong.csv", 2019, {"A-1": "abc"}), "rejected"),
        Scenario("an odd file that is held back", odd, "quarantined", earlier),
        Scenario("the acceptance of what was held back", odd, "duplicate", [*earlier, odd], accept=True),
        Scenario("a workbook with control totals", ledger(folder), "accepted"),
        Scenario(
            "60,000 rows", osi(folder, "many.csv", 2019, {f"M-{n}": f"{n}.25" for n in range(MANY)}), "accepted"
        ),
    ]  # fmt: skip


def osi(folder: Path, name: str, year: int, amounts: dict[str, str]) -> File:
    """A CSV of OSI allocations: amounts by their key."""
    names = contract(OSI).names
    same = _LINE | {
        "period_start": f"{year}-01-01", "period_end": f"{year}-12-31", "reporting_period": str(year),
    }  # fmt: skip
    rows = [
        tuple((same | {"allocation_id": key, "amount": amount}).get(column) for column in names)
        for key, amount in amounts.items()
    ]
    with (folder / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(names)
        writer.writerows(rows)
    return File(folder / name, OSI, rows)


def ledger(folder: Path) -> File:
    """A workbook of project support with the sheet Control."""
    line = {
        "line_id": "L-1", "project_code": "PLACMI", "period_start": "2019-01-01", "period_end": "2019-12-31",
        "funding_source_class": "iom_project_support", "amount_basis": "allocation", "currency": "USD",
        "amount": "65000.25", "as_of_date": "2019-12-31", "reporting_office": "OIG", "reporting_period": "2019",
        "source_document": "Ledger",
    }  # fmt: skip
    names = contract(LEDGER).names
    rows = [tuple((line | {"line_id": f"L-{number}"}).get(column) for column in names) for number in range(40)]
    book = openpyxl.Workbook()
    page = book.active
    page.title = "Export"
    page.append(names)
    for row in rows:
        page.append(row)
    control = book.create_sheet("Control")
    control.append(["currency", "rows", "sum"])
    control.append(["USD", 40, 2600010])
    book.save(folder / "ledger.xlsx")
    return File(folder / "ledger.xlsx", LEDGER, rows)
