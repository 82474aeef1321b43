"""Writing a simulated history as files to drop, with what they are expected to add up to."""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from ingestion.contract import contract
from simulation.expected import Expected
from simulation.made import made_up

NOTICE = """# Simulated files

Nothing here is a fact: every row says so as its source document. Never drop it into an installation with real figures.

`arrivals.csv` gives the order in which the files arrive: a corrected file takes the place of the one before.
`expected/` is what must come of them in the end, worked out by accounts that share no code with the models; blank is
not known. Staff cost is given before anything is withheld; `reveals_a_post` says where a figure would show one.
"""


def write_history(folder: Path, months: int, lines_per_month: int, seed: int, say: Callable[[str], None]) -> int:
    """Write the history into an empty or new folder, one row at a time; gives the number of files.

    Raises:
        FileExistsError: the folder holds something already.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise FileExistsError(f"{folder} is not empty; name a new folder")
    say(f"making up {months} months")
    made = made_up(months, lines_per_month, seed)
    expected = Expected(made)
    (folder / "README.md").write_text(NOTICE, encoding="utf-8")
    for number, file in enumerate(made.files, start=1):
        rows = expected.watched(file.feed, file.rows()) if file.arrives in made.in_force else file.rows()
        write_feed_file(folder / file.feed / f"{file.name}.csv", file.feed, rows)
        if number % 100 == 0:
            say(f"{number} of {len(made.files)} files written")
    arrivals = ((number, file.feed, f"{file.name}.csv") for number, file in enumerate(made.files))
    _write_table(folder / "arrivals.csv", ("order", "feed", "file"), arrivals)
    for name, (columns, table) in expected.tables().items():
        _write_table(folder / "expected" / f"{name}.csv", columns, table)
    return len(made.files)


def write_feed_file(path: Path, feed: str, rows: Iterable[Mapping[str, str]]) -> Path:
    """Write a file to drop, columns by its contract, and its control totals beside it where they are required."""
    path.parent.mkdir(parents=True, exist_ok=True)
    terms = contract(feed)
    totals: dict[str, tuple[int, Decimal]] = {}
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, terms.names, restval="")
        writer.writeheader()
        writer.writerows(_counted(rows, totals) if terms.control_required else rows)
    if terms.control_required:
        lines = ((currency, *total) for currency, total in sorted(totals.items()))
        _write_table(path.with_name(f"{path.name}.control.csv"), ("currency", "rows", "sum"), lines)
    return path


def _counted(rows: Iterable[Mapping[str, str]], totals: dict[str, tuple[int, Decimal]]) -> Iterator[Mapping[str, str]]:
    """The same rows; number and sum of each currency are in `totals` in the end."""
    for row in rows:
        number, total = totals.get(row["currency"], (0, Decimal(0)))
        totals[row["currency"]] = (number + 1, total + Decimal(row["amount"]))
        yield row


def _write_table(path: Path, names: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(names)
        writer.writerows(rows)
