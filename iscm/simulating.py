"""Writing a simulated history as files to drop, with what they are expected to add up to."""

import csv
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from pathlib import Path

from ingestion.contract import contract
from simulation.account import Account
from simulation.history import History, SimulatedFile, history

MONEY_FEEDS = ("osi_allocations", "project_ledger", "contributions")
TOTALS = (
    "iscm_code", "fiscal_year", "money_side", "amount_basis", "lower_usd", "central_usd", "upper_usd",
)  # fmt: skip
NOTICE = """# Simulated files

Nothing here is a fact: every row says so as its source document. Never drop it into an installation with real figures.

`arrivals.csv` gives the order in which the files arrive: a corrected file takes the place of the one before.
`expected_totals.csv` is what `mart_total_by_iscm` must say in the end, worked out by an account that shares no code
with the models; blank is unknown.
"""


def write_history(folder: Path, months: int, lines_per_month: int, seed: int, say: Callable[[str], None]) -> int:
    """Write the history into an empty or new folder; gives the number of files.

    Raises:
        FileExistsError: the folder holds something already.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise FileExistsError(f"{folder} is not empty; name a new folder")
    say(f"making up {months} months")
    made = history(months, lines_per_month, seed)
    (folder / "README.md").write_text(NOTICE, encoding="utf-8")
    for number, file in enumerate(made.files, start=1):
        _write_file(folder / file.feed, file)
        if number % 100 == 0:
            say(f"{number} of {len(made.files)} files written")
    arrivals = [
        {"order": number, "feed": file.feed, "file": f"{file.name}.csv"} for number, file in enumerate(made.files)
    ]
    _write(folder / "arrivals.csv", ("order", "feed", "file"), arrivals)
    say("adding up")
    _write(folder / "expected_totals.csv", TOTALS, expected_totals(made))
    return len(made.files)


def expected_totals(made: History) -> list[dict[str, object]]:
    """Rows of TOTALS that the history adds up to, in the order of their keys."""
    account = Account(made.rows("projects"), made.rows("project_iscm_shares"), made.rows("exchange_rates"))
    for feed in MONEY_FEEDS:
        for row in made.rows(feed):
            if row["amount"] != "":
                account.add(row)
    return [
        dict(
            zip(
                TOTALS,
                (*key, bounds.lower, bounds.central if bounds.whole else "", bounds.upper if bounds.whole else ""),
                strict=True,
            )
        )
        for key, bounds in sorted(account.totals.items())
    ]


def _write_file(folder: Path, file: SimulatedFile) -> None:
    path = folder / f"{file.name}.csv"
    _write(path, contract(file.feed).names, file.rows)
    if contract(file.feed).control_required:
        sums: dict[str, list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
        for row in file.rows:
            sums[row["currency"]][0] += 1
            sums[row["currency"]][1] += Decimal(row["amount"])
        totals = [{"currency": code, "rows": rows, "sum": total} for code, (rows, total) in sorted(sums.items())]
        _write(path.with_name(f"{path.name}.control.csv"), ("currency", "rows", "sum"), totals)


def _write(path: Path, names: Iterable[str], rows: Iterable[Mapping[str, object]]) -> None:
    path.parent.mkdir(exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, tuple(names), restval="")
        writer.writeheader()
        writer.writerows(rows)
