"""A ledger export of any length that the contract of `project_ledger` accepts, the same bytes each time."""

import csv
import datetime as dt
import itertools
import random
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from openpyxl import Workbook

OFFICE, YEAR, SEED = "CO-BANGKOK", 2019, 20191231
HEADINGS = (
    "line_id", "project_code", "period_start", "period_end", "funding_source_class", "amount_basis", "currency",
    "amount", "as_of_date", "reporting_office", "reporting_period", "source_document", "source_table", "source_line",
    "footnote",
)  # fmt: skip
FOOTNOTES = (
    "travel, venue and interpretation",
    'paid in two parts, see "annex B"',
    "estimate of the project manager",
    "of which per diem, hotel, tickets",
)
AMOUNT, LINE = HEADINGS.index("amount"), HEADINGS.index("source_line")
DATES = [HEADINGS.index(name) for name in ("period_start", "period_end", "as_of_date")]


def rows(count: int) -> Iterator[tuple[str, ...]]:
    """The first `count` rows: own line number, some 400 projects, amounts with cents, a footnote on one row in 25."""
    draw = random.Random(SEED)  # noqa: S311 - the same bytes each time is the point
    months = [dt.date(YEAR, month, 1) for month in range(1, 13)] + [dt.date(YEAR + 1, 1, 1)]
    spans = [(str(first), str(after - dt.timedelta(days=1))) for first, after in itertools.pairwise(months)]
    projects = [f"{draw.choice(('PR', 'CS', 'TC', 'MP'))}-{draw.randrange(1000, 10_000)}" for _ in range(400)]
    for number in range(1, count + 1):
        month = draw.randrange(12)
        cents = int(draw.lognormvariate(12, 1.6))
        yield (
            f"{OFFICE}-{YEAR}-{number:07d}", draw.choice(projects), *spans[month], "iom_project_support", "allocation",
            "USD", f"{cents // 100}.{cents % 100:02d}", spans[month][1], OFFICE, str(YEAR),
            f"PRISM extract {YEAR}-{month + 1:02d}", f"GL {draw.randrange(1, 60)}", str(number),
            draw.choice(FOOTNOTES) if draw.random() < 0.04 else "",
        )  # fmt: skip


def write_csv(path: Path, count: int) -> Decimal:
    """Write the export and, beside it, its control totals; gives the sum of its amounts."""
    total = Decimal(0)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADINGS)
        for row in rows(count):
            total += Decimal(row[AMOUNT])
            writer.writerow(row)
    path.with_suffix(".control.csv").write_text(f"currency,rows,sum\nUSD,{count},{total}\n", encoding="utf-8")
    return total


def write_xlsx(path: Path, count: int) -> Decimal:
    """Write the same rows as a workbook holds them, amounts and line numbers as numbers and true dates, with a sheet
    Control; gives the sum of its amounts."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Export")
    sheet.append(HEADINGS)
    total = Decimal(0)
    for row in rows(count):
        cells: list[object] = [cell or None for cell in row]
        total += Decimal(row[AMOUNT])
        cells[AMOUNT] = float(row[AMOUNT])  # every spreadsheet program stores binary numbers
        cells[LINE] = int(row[LINE])
        for place in DATES:
            cells[place] = dt.date.fromisoformat(row[place])
        sheet.append(cells)
    control = book.create_sheet("Control")
    control.append(("currency", "rows", "sum"))
    control.append(("USD", count, float(total)))
    book.save(path)
    return total
