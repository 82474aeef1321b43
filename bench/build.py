"""How long a build takes on a long history: from nothing, beside the same SQL without dbt, and after one new month.

python -m bench.build [--lines 1000000,5000000] [--rounds 3] [--json]

Each history has 12 months; the last ones without their ledgers. Ledgers of those land one month after the other, of
20,000 lines each whatever the size of the history. See bench/README.md for what the numbers mean.
"""

import argparse
import datetime as dt
import itertools
import json
import os
import statistics
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from psycopg2 import sql

from bench.ingest import ISCM, machine, say, timed
from bench.limit import Replay
from bench.scratch import Database, Scratch, scratch
from iscm.acceptance import accept
from iscm.simulating import write_feed_file
from iscm.submitting import land_file
from simulation.history import SimulatedFile
from simulation.made import made_up
from simulation.scene import month_name
from warehouse.database import dsn
from warehouse.settings import settings

MONTHS = 12
LINES_OF_A_MONTH = 20_000
LEDGER = "project_ledger"


def history(lines: int, held_back: int) -> Iterator[SimulatedFile]:
    """Files of a history with so many ledger lines; ledgers are not corrected, those of the last months held back."""
    later = {month_name(number) for number in range(MONTHS - held_back, MONTHS)}
    for file in made_up(MONTHS, lines // (MONTHS - held_back), seed=1).files:
        if not (file.feed == LEDGER and (file.corrected or file.period in later)):
            yield file


def month(number: int) -> Iterator[SimulatedFile]:
    """Ledgers of one month, of the same size in every history."""
    for file in made_up(MONTHS, LINES_OF_A_MONTH, seed=2).files:
        if file.feed == LEDGER and file.period == month_name(number) and not file.corrected:
            yield file


@contextmanager
def inside(database: Database) -> Iterator[None]:
    """Let this process work on the database."""
    before = dict(os.environ)
    os.environ |= database.environment
    settings.cache_clear()
    try:
        yield
    finally:
        os.environ.clear()
        os.environ |= before
        settings.cache_clear()


_FILES: list[SimulatedFile] = []
"""What the processes that write files were forked with: the files know how to make their rows and cannot be sent."""


def _write(number: int, folder: Path) -> tuple[str, Path]:
    file = _FILES[number]
    return file.feed, write_feed_file(folder / file.feed / f"{file.name}.csv", file.feed, file.rows())


def bring(files: Iterator[SimulatedFile], folder: Path) -> int:
    """Write files in processes of their own and land them one after the other; gives the number of rows."""
    _FILES[:] = files
    rows, until = 0, dt.date.today() + dt.timedelta(days=30)
    with ProcessPoolExecutor(mp_context=get_context("fork")) as writers:
        paths = writers.map(_write, range(len(_FILES)), itertools.repeat(folder))
        for number, (feed, path) in enumerate(paths, start=1):
            answer = land_file(path, feed).as_dict()
            if answer["outcome"] == "quarantined":  # some of what chance makes up is odd
                accept(answer["submission"], [], "made up by chance", until, "bench")
            elif answer["outcome"] != "accepted":
                sys.exit(f"{path.name} is {answer['outcome']}: {answer['findings'][:2]}")
            rows += answer["rows"]
            path.unlink()
            if number % 50 == 0:
                say(f"{number} of {len(_FILES)} files, {rows:,} rows")
    return rows


def build(database: Database, *arguments: str) -> float:
    """Seconds of `iscm build`."""
    database.run(sql.SQL("checkpoint"))
    return timed([ISCM, "build", *arguments], database.environment)[0]


def limit(database: Database) -> float:
    """Seconds of the same statements without dbt."""
    with inside(database):
        replay = Replay(settings().home / "dbt", dsn("transformer"))
    replay.forget()
    database.run(sql.SQL("checkpoint"))
    began = time.monotonic()
    replay.run()
    return time.monotonic() - began


def measure(place: Scratch, lines: int, rounds: int) -> dict[str, list[float]]:
    """Seconds of each contestant in each round, on one history."""
    found: dict[str, list[float]] = {"limit": [], "full": [], "month": [], "nothing": []}
    with place.database() as database:
        with inside(database):
            say(f"{lines:,} lines: {bring(history(lines, rounds), place.folder):,} rows landed")
        for number in range(rounds):
            found["full"].append(build(database, "--full-refresh"))
            found["limit"].append(limit(database))
            say(f"round {number + 1}: full {found['full'][-1]:.1f} s, limit {found['limit'][-1]:.1f} s")
        for number in range(rounds):
            with inside(database):
                bring(month(MONTHS - rounds + number), place.folder)
            found["month"].append(build(database))
            found["nothing"].append(build(database))
            say(f"month {number + 1}: {found['month'][-1]:.1f} s, no month: {found['nothing'][-1]:.1f} s")
    return found


def report(sizes: dict[int, dict[str, list[float]]]) -> list[dict[str, Any]]:
    """One line per size: medians, and how the full build stands to the limit."""
    lines = []
    for size, found in sizes.items():
        medians = {name: round(statistics.median(seconds), 1) for name, seconds in found.items()}
        lines.append({
            "lines": size, **medians, "full_over_limit": round(medians["full"] - medians["limit"], 1),
            "full_to_limit": round(medians["full"] / medians["limit"], 2),
            "rounds": {name: [round(second, 1) for second in seconds] for name, seconds in found.items()},
        })  # fmt: skip
    return lines


def main() -> None:
    """Measure what was asked for and print it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", default="1000000,5000000")
    parser.add_argument("--rounds", default="3", help="of each size, with commas between, or of all")
    parser.add_argument("--json", action="store_true", help="print JSON instead of the table")
    asked = parser.parse_args()
    os.environ["ISCM_GIT_REVISION"] = "bench"  # code that has a name: what it made may be kept
    with scratch() as place:
        sizes, rounds = asked.lines.split(","), asked.rounds.split(",")
        each = itertools.zip_longest(sizes, rounds, fillvalue=rounds[-1])
        lines = report({int(size): measure(place, int(size), int(times)) for size, times in each})
    if asked.json:
        print(json.dumps({"machine": machine(), "results": lines}, indent=2))
        return
    print(machine(), "", "| ledger lines | limit s | full s | full / limit | month s | no month s |", sep="\n")
    print("|---:|---:|---:|---:|---:|---:|")
    for line in lines:
        columns = ("limit", "full", "full_to_limit", "month", "nothing")
        print(f"| {line['lines']:,} | " + " | ".join(str(line[name]) for name in columns) + " |")
    print(*(f"{line['lines']:,}: {line['rounds']}" for line in lines), sep="\n")


if __name__ == "__main__":
    main()
