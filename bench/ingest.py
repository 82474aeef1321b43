"""How fast a long file lands, beside the limit (psql), pandas and dlt, and how fast a workbook is read beside calamine.

python -m bench.ingest [--rows 1000000] [--rounds 3] [--contestants limit,ours,pandas] [--json]

The contestants take turns within each round, each on a fresh database of one scratch server; each must have brought
every row and every cent. See bench/README.md for what the numbers mean.
"""

import argparse
import datetime as dt
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import psutil
from psycopg2 import sql

from bench.ledger import HEADINGS, write_csv, write_xlsx
from bench.scratch import Database, Scratch, scratch
from iscm.steps import git_revision
from warehouse.settings import PROJECT

FEED = "project_ledger"
ISCM = str(Path(sys.executable).with_name("iscm"))
PEER_PACKAGES = ("dlt[postgres]", "pandas", "psycopg2-binary", "pyarrow", "python-calamine", "sqlalchemy")
RESULT_TABLES = {"limit": ("public", "ledger"), "ours": ("raw", FEED), "dlt": ("bench", "ledger")}
CSV_CONTESTANTS = ("limit", "ours", "ours-tenth", "pandas-copy", "pandas", "dlt-arrow", "dlt")
XLSX_CONTESTANTS = ("xlsx-calamine", "xlsx-check", "xlsx-land", "xlsx-calamine-within", "xlsx-check-within")
OPTIONAL = ("pandas-multi",)
SAMPLE_EVERY = 0.05
Measured = tuple[float, float]
"""Seconds, and MiB at the peak."""


def say(line: str) -> None:
    """Progress goes to the error output: the result stays clean."""
    print(line, file=sys.stderr, flush=True)


def memory(process: psutil.Process) -> int:
    """Bytes that the process and its descendants hold, shared pages counted once; the server is none of them."""
    total = 0
    try:
        for one in [process, *process.children(recursive=True)]:
            total += one.memory_full_info().pss
    except (psutil.NoSuchProcess, psutil.ZombieProcess):
        pass  # it has ended meanwhile
    return total


def timed(command: Sequence[str], environment: dict[str, str]) -> Measured:
    """Run a command as a process of its own, from its start to its end."""
    # a file takes all that the command says; a full pipe would hold it up
    with tempfile.TemporaryFile("w+") as said:
        began = time.monotonic()
        run = subprocess.Popen(command, env=environment, cwd=PROJECT, stdout=said, stderr=subprocess.STDOUT)
        watched, peak = psutil.Process(run.pid), 0
        while run.poll() is None:
            peak = max(peak, memory(watched))
            try:
                run.wait(SAMPLE_EVERY)
            except subprocess.TimeoutExpired:
                continue
        took = time.monotonic() - began
        if run.returncode:
            said.seek(0)
            sys.exit(f"{' '.join(command[:3])} failed:\n{said.read()[-3000:]}")
    return took, peak / 2**20


class Bench:
    """The files, the environment of the peers and the contestants."""

    def __init__(self, place: Scratch, rows: int, xlsx_rows: int, chosen: Sequence[str]) -> None:
        self._place, self._chosen = place, chosen
        folder = place.folder
        self._files: dict[str, tuple[Path, int, Decimal]] = {}
        for kind, count in ("csv", rows), ("tenth", rows // 10), ("xlsx", xlsx_rows):
            if any(_kind(name) == kind for name in chosen):
                path = folder / f"{kind}.{'xlsx' if kind == 'xlsx' else 'csv'}"
                say(f"writing {path.name}, {count:,} rows")
                self._files[kind] = path, count, (write_xlsx if kind == "xlsx" else write_csv)(path, count)
        self._python = _peer_environment(folder) if any(_is_peer(name) for name in chosen) else ""

    def sizes(self) -> dict[str, str]:
        """What each file holds, in words."""
        return {
            kind: f"{count:,} rows x {len(HEADINGS)} columns, {path.stat().st_size / 1e6:.0f} MB"
            for kind, (path, count, _) in self._files.items()
        }

    def peers(self) -> list[str]:
        """Names and versions of the peers' packages."""
        if not self._python:
            return []
        listed = subprocess.run(
            [_uv(), "pip", "freeze", "-q", "--python", self._python], capture_output=True, text=True
        )
        wanted = {package.split("[")[0] for package in PEER_PACKAGES}
        return [line for line in listed.stdout.splitlines() if line.split("==")[0] in wanted]

    def measure(self, name: str) -> Measured:
        """Let one contestant run once, on a fresh database, and look at what it brought."""
        path, count, total = self._files[_kind(name)]
        if name.endswith("-within"):
            return _within(name, path)
        with self._place.database() as database:
            found = timed(*self._command(name, path, database))
            if name != "xlsx-calamine" and name != "xlsx-check":
                _verify(name, database, count, total)
        return found

    def _command(self, name: str, path: Path, database: Database) -> tuple[list[str], dict[str, str]]:
        if name == "limit":
            columns = sql.SQL(", ").join(sql.SQL("{} text").format(sql.Identifier(name)) for name in HEADINGS)
            database.run(sql.SQL("create table ledger ({})").format(columns))
            return [
                self._place.cluster.program("psql"), "-X", "-q", "-h", "127.0.0.1", "-p", str(database.port),
                "-U", "postgres", "-d", database.name, "-c", f"\\copy ledger from '{path}' with (format csv, header)",
            ], os.environ | {"PGPASSWORD": database.password}  # fmt: skip
        if name in ("ours", "ours-tenth", "xlsx-land", "xlsx-check"):
            step = "check" if name == "xlsx-check" else "land"
            return [ISCM, step, str(path), "--feed", FEED], database.environment
        peer = name.removeprefix("xlsx-")
        return [self._python, str(PROJECT / "bench" / "peers.py"), peer, str(path), database.address], dict(os.environ)


def _kind(name: str) -> str:
    return "xlsx" if name.startswith("xlsx-") else "tenth" if name == "ours-tenth" else "csv"


def _is_peer(name: str) -> bool:
    return name.startswith(("pandas", "dlt")) or name == "xlsx-calamine"


def _verify(name: str, database: Database, count: int, total: Decimal) -> None:
    family = "ours" if name in ("ours-tenth", "xlsx-land") else name.split("-")[0]
    table = sql.Identifier(*RESULT_TABLES.get(family, RESULT_TABLES["limit"]))
    found = database.run(sql.SQL("select count(*), sum(amount::numeric) from {}").format(table))
    if found != (count, total):
        sys.exit(f"{name} brought {found}, the file holds {(count, total)}")


def _within(name: str, path: Path) -> Measured:
    """Read the workbook in this process: calamine to Python rows, or ours with every check of the contract."""
    from python_calamine import CalamineWorkbook

    from ingestion.contract import contract
    from ingestion.inspection import Inspection
    from ingestion.readers import read

    terms = contract(FEED)
    began = time.monotonic()
    if name.startswith("xlsx-calamine"):
        CalamineWorkbook.from_path(str(path)).get_sheet_by_name("Export").to_python()
    else:
        seen = Inspection(lambda: read(path, path.name, terms), terms)
        for _ in seen.pieces(1):  # the rows are made as for landing
            pass
        if seen.blocked:
            sys.exit(f"the benchmark's own file is refused: {seen.notes}")
    return time.monotonic() - began, 0.0


def _uv() -> str:
    return shutil.which("uv") or str(PROJECT / ".venvs" / "uv" / "bin" / "uv")


def _peer_environment(folder: Path) -> str:
    """A throw-away environment with the peers' newest releases; gives its Python."""
    say("installing the peers in an environment of their own")
    python = str(folder / "peers" / "bin" / "python")
    subprocess.run([_uv(), "venv", "-q", "--no-config", "--python", sys.executable, folder / "peers"], check=True)
    subprocess.run(
        [_uv(), "pip", "install", "-q", "--compile-bytecode", "--python", python, *PEER_PACKAGES], check=True
    )
    return python


def summary(results: dict[str, list[Measured]]) -> list[dict[str, Any]]:
    """One line per contestant: every time, medians, and the ratio to the limit of its kind."""
    lines = []
    for name, found in results.items():
        limit = {"xlsx": "xlsx-calamine", "csv": "limit"}.get(_kind(name), "")
        limit = "xlsx-calamine-within" if name.endswith("-within") else limit
        median = statistics.median(seconds for seconds, _ in found)
        ratio = median / statistics.median(seconds for seconds, _ in results[limit]) if limit in results else None
        lines.append({
            "contestant": name, "seconds": [round(seconds, 2) for seconds, _ in found], "median": round(median, 2),
            "ratio": ratio and round(ratio, 2), "peak_mib": round(statistics.median(peak for _, peak in found)),
        })  # fmt: skip
    return lines


def machine() -> str:
    """Date, cores, memory and revision."""
    total = psutil.virtual_memory().total / 2**30
    return f"{dt.date.today()}, {os.cpu_count()} cores, {total:.0f} GiB, revision {git_revision()}"


def report(lines: list[dict[str, Any]]) -> str:
    """The summary as a table."""
    shown = [f"{'contestant':<22}{'median s':>9}{'ratio':>8}{'peak MiB':>10}  each round"]
    for line in lines:
        ratio = "" if line["ratio"] is None else f"{line['ratio']:.2f}"
        peak = line["peak_mib"] or ""
        shown.append(f"{line['contestant']:<22}{line['median']:>9.2f}{ratio:>8}{peak:>10}  {line['seconds']}")
    return "\n".join(shown)


def in_rounds(names: Sequence[str], rounds: int, measure: Callable[[str], Measured]) -> dict[str, list[Measured]]:
    """Each contestant once per round, in turn, so that a slow spell of the machine meets all of them."""
    results: dict[str, list[Measured]] = {name: [] for name in names}
    for number in range(1, rounds + 1):
        for name in names:
            results[name].append(measure(name))
            seconds, peak = results[name][-1]
            say(f"round {number} of {rounds}: {name} {seconds:.2f} s" + (f", {peak:.0f} MiB" if peak else ""))
    return results


def main() -> None:
    """Measure what was asked for and print it."""
    everyone = (*CSV_CONTESTANTS, *XLSX_CONTESTANTS)
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--xlsx-rows", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--contestants", default=",".join(everyone), help=f"of {', '.join((*everyone, *OPTIONAL))}")
    parser.add_argument("--json", action="store_true", help="print JSON instead of the table")
    asked = parser.parse_args()
    names = asked.contestants.split(",")
    if unknown := set(names) - {*everyone, *OPTIONAL}:
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    with scratch() as place:
        bench = Bench(place, asked.rows, asked.xlsx_rows, names)
        lines = summary(in_rounds(names, asked.rounds, bench.measure))
        sizes, peers = bench.sizes(), bench.peers()
    if asked.json:
        print(json.dumps({"machine": machine(), "files": sizes, "peers": peers, "results": lines}, indent=2))
    else:
        print("\n".join([machine(), *(f"{kind}: {size}" for kind, size in sizes.items()), *peers, "", report(lines)]))


if __name__ == "__main__":
    main()
