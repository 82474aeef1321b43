"""The process that opens what was dropped: it has no password, writes no file, and has limits of memory and time.

Reads one order as JSON from its standard input, answers with messages as JSON lines on one descriptor and with clean
rows, ready for COPY, on its standard output. Whatever a hostile file does to it, the worker that started it goes on.
"""

import gc
import json
import os
import resource
import sys
import time
from importlib.abc import MetaPathFinder
from pathlib import Path
from typing import Any, TextIO

MEMORY = 300 * 2**20
"""Bytes of data that reading may take."""
SECONDS = 4
"""Processor seconds for any file, to which come those for its size."""
BYTES_PER_SECOND = 2**20
"""Slower than any file that is what it says; a bomb is small."""


def main() -> None:
    """Carry out the order that stands in the standard input; see `ingestion.reading.Reading.order`."""
    gc.disable()  # rows make no cycles, and looking for some takes half of the time
    sys.meta_path.insert(0, _NoPandas())
    from ingestion.inspection import Inspection  # noqa: F401 - loaded while the order is still on its way

    order = json.loads(sys.stdin.readline() or "null")
    if order is None:
        return  # no file was to be read after all
    _limit(Path(order["path"]))
    with os.fdopen(order["messages"], "w", encoding="utf-8") as messages:
        try:
            _read(order, messages)
        except BrokenPipeError:
            os._exit(1)  # nobody listens any more
        except MemoryError:
            _say(messages, {"stopped": "memory"})
    os._exit(0)  # taking a large heap apart would take longer than the last rows did


class _NoPandas(MetaPathFinder):
    """Keeps Arrow from looking for pandas, which takes longer to load than most files to read."""

    def find_spec(self, name: str, *_: object) -> None:
        if name == "pandas":
            raise ImportError("not in this process")


def _limit(path: Path) -> None:
    seconds = SECONDS + path.stat().st_size // BYTES_PER_SECOND
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _read(order: dict[str, Any], messages: TextIO) -> None:
    from ingestion.contract import contract
    from ingestion.control import read_control
    from ingestion.inspection import Inspection
    from ingestion.readers import read
    from ingestion.row_stream import write_rows

    terms = contract(order["feed"])
    control = order["control"] and read_control(order["control"]["name"], Path(order["control"]["path"]).read_bytes())
    seen = Inspection(lambda: read(Path(order["path"]), order["name"], terms), terms, control)
    _say(messages, {"columns": seen.columns, "sheet": seen.table.sheet})
    said = time.monotonic()
    for piece in seen.pieces(order["submission"] if order["rows"] else None):
        if piece:
            write_rows(sys.stdout.buffer, piece)
        if time.monotonic() - said > 1:
            said = time.monotonic()
            _say(messages, {"rows": seen.row_count, "share": seen.table.progress()})
    coverage = seen.coverage
    _say(
        messages,
        {
            "row_count": seen.row_count,
            "coverage": coverage
            and [coverage.office, coverage.start.isoformat(), coverage.end.isoformat(), coverage.part],
            "totals": {code: str(total) for code, total in seen.tally.totals.items()},
            "findings": [finding.as_dict() for finding in seen.notes.findings],
            "counts": dict(seen.notes.counts),
            "blocked": seen.blocked,
            "measures": [] if seen.blocked or not coverage else [
                [kind, subject, period, str(value)] for kind, subject, period, value in seen.tally.measures(coverage)
            ],
        },
    )  # fmt: skip


def _say(messages: TextIO, message: dict[str, Any]) -> None:
    messages.write(json.dumps(message) + "\n")
    messages.flush()


if __name__ == "__main__":
    main()
