"""The evaluation's printed tables, as the fixture file gives them."""

import csv
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

TABLES = Path(__file__).parent / "fixtures" / "evaluation_tables.csv"
YEARS = range(2014, 2020)

SELECTED = "Selected ISCMs"

# fixtures F01-F07, F10-F16, F23, F24 of the requirements
OSI_TOTALS = dict(zip(YEARS, (121_000, 113_652, 440_000, 247_400, 281_300, 338_300), strict=True))
OSI_SUM = 1_541_652
PROJECT_TOTALS = dict(zip(YEARS, (4_854_600, 8_860_900, 9_979_400, 7_930_100, 14_188_200, 4_229_900), strict=True))
PROJECT_SUM, PROJECT_SUM_WITHOUT_PLACMI = 50_043_100, 47_667_900
STAFF_TOTALS = dict(zip(YEARS, (6, 6, 6, 6, 5, 8), strict=True))
COLOMBO_PROJECT_SUM, COLOMBO_OSI, COLOMBO_2017 = 2_173_600, 100_000, 727_600

MEMBERS = {
    "GRCP": "GRCP",
    "GRCP meetings": "GRCP",
    "GRCP meetings*": "GRCP",
    "GFMD": "GFMD",
    "RCPs": "RCPS_POOL",
    "Bali Process": "BALI",
    "SACM": "SACM",
    "MIDWA": "MIDWA",
    "RCM": "RCM",
    "PAFoM": "PAFOM",
    "PAFoM (DG pledge, seed funds)": "PAFOM",
    "PLACMI (used to support certain SACM activities)": "PLACMI",
    "Colombo Process": "COLOMBO",
}
"""Code of the member behind each printed label of Tables 4 to 7."""


def cells(table: int) -> Iterator[tuple[str, str, int, Decimal]]:
    """Label, member code, year and value of each cell of a table, totals left out."""
    with TABLES.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if int(row["table"]) == table and row["row_label"] != "Total":
                yield row["row_label"], MEMBERS[row["row_label"]], int(row["year"].strip("*")), Decimal(row["value"])
