"""Reading a file in a process of its own: the order, the rows, the progress and what was found."""

import contextlib
import datetime as dt
import fcntl
import json
import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from ingestion.coverage import Coverage
from ingestion.findings import Finding
from ingestion.row_stream import RowStream
from warehouse.settings import PROJECT, settings

Progress = Callable[[int, float], None]
"""Told rows and share (0 to 1) of a long file about once a second."""


@dataclass
class Inspected:
    """What reading a file found. `measures` are (kind, subject, period, value); empty when something blocks."""

    sheet: str | None = None
    row_count: int = 0
    coverage: Coverage | None = None
    totals: dict[str, Decimal] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    measures: list[tuple[str, str, str, Decimal]] = field(default_factory=list)

    @property
    def blocked(self) -> bool:
        """Whether anything found keeps the file out."""
        return any(finding.severity == "blocking" for finding in self.findings)

    def add(self, finding: Finding) -> None:
        """Take down what a later step found."""
        self.counts[finding.rule] += 1
        self.findings.append(finding)


PIPE = 1 << 20
"""Bytes that may wait between the reader and the database, so that neither often waits for the other."""


class Reading:
    """A reader process: started early, since it takes a moment to load; given one order; asked for what it found.

    Args:
        progress: told how far a long file has come.
        contracts: folder of the contracts to judge by, if not those of this installation.

    Use as a context manager: the process is gone at the end, whatever happened.
    """

    def __init__(self, progress: Progress | None = None, contracts: Path | None = None) -> None:
        self._progress = progress
        self._heard: list[dict[str, Any]] = []
        self._rows: RowStream | None = None
        self._opened = threading.Event()
        listen, self._speak = os.pipe()
        self._messages = os.fdopen(listen, encoding="utf-8")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "ingestion.reader_process"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, pass_fds=[self._speak],
            cwd=PROJECT, env=environment(contracts or settings().contracts),
        )  # fmt: skip
        assert self._process.stdout  # noqa: S101 - it was started with a pipe
        with contextlib.suppress(OSError):  # the system gives a user only so much: it goes on with less
            fcntl.fcntl(self._process.stdout, fcntl.F_SETPIPE_SZ, PIPE)
        self._listener = threading.Thread(target=self._listen, daemon=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._process.kill()
        self._process.communicate()
        if self._speak >= 0:
            os.close(self._speak)
        if self._listener.is_alive():
            self._listener.join()
        self._messages.close()

    def order(
        self, path: Path, name: str, feed: str, submission: int, control: tuple[str, Path] | None, *, rows: bool
    ) -> tuple[str, ...]:
        """Have a file read; gives the columns of the rows that follow, none when its headings are refused.

        Args:
            path, name: the archived bytes, and the name under which they were sent.
            feed: name of the contract.
            submission: number that each row is to carry.
            control: name and path of control totals that came beside the file.
            rows: whether the rows are wanted at all.
        """
        assert self._process.stdout  # noqa: S101 - it was started with a pipe
        self._rows = RowStream(self._process.stdout)
        beside = control and {"name": control[0], "path": str(control[1])}
        order = {"path": str(path), "name": name, "feed": feed, "submission": submission, "control": beside}
        assert self._process.stdin  # noqa: S101 - a process is given one order
        self._listener.start()
        with contextlib.suppress(BrokenPipeError):  # it is gone already: what was found says so
            self._process.stdin.write(json.dumps(order | {"rows": rows, "messages": self._speak}).encode() + b"\n")
            self._process.stdin.close()
        self._process.stdin = None
        os.close(self._speak)
        self._speak = -1
        self._opened.wait()
        return tuple(self._heard[0].get("columns", ())) if self._heard else ()

    @property
    def rows(self) -> RowStream:
        """The clean rows as CSV for COPY: to be read to the end, or not at all."""
        assert self._rows  # noqa: S101 - they were ordered
        return self._rows

    def found(self) -> Inspected:
        """What was found, once the rows were read to their end. A reader that died is a finding like any other."""
        self._listener.join()
        _, errors = self._process.communicate()
        last = self._heard[-1] if self._heard else {}
        if "blocked" not in last:
            return _stopped(last, self._process.returncode, errors.decode(errors="replace"))
        coverage = None
        if last["coverage"]:
            office, start, end, part = last["coverage"]
            coverage = Coverage(office, dt.date.fromisoformat(start), dt.date.fromisoformat(end), part)
        return Inspected(
            self._heard[0]["sheet"],
            last["row_count"],
            coverage,
            {code: Decimal(total) for code, total in last["totals"].items()},
            [Finding.from_dict(finding) for finding in last["findings"]],
            Counter(last["counts"]),
            [(kind, subject, period, Decimal(value)) for kind, subject, period, value in last["measures"]],
        )

    def _listen(self) -> None:
        for line in self._messages:
            message = json.loads(line)
            if "share" in message:
                if self._progress:
                    self._progress(message["rows"], message["share"])
                continue
            self._heard.append(message)
            self._opened.set()
        self._opened.set()


def environment(contracts: Path) -> dict[str, str]:
    """What the reader needs of the environment: no password, and no buffers for threads that it has not."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "TZ") if name in os.environ}
    nowhere = {"ISCM_HOME": os.devnull, "ISCM_SECRETS_DIR": os.devnull}  # it does not look for a password either
    threads = {"ARROW_DEFAULT_MEMORY_POOL": "system", "OPENBLAS_NUM_THREADS": "1"}
    return kept | nowhere | threads | {"ISCM_CONTRACTS": str(contracts)}


def _stopped(last: dict[str, Any], code: int, errors: str) -> Inspected:
    if code == -signal.SIGXCPU:
        why = "it takes longer than any table of this size"
    elif "stopped" in last or "memory" in errors.lower():
        why = "it takes more memory than any table of this size"
    elif code == -signal.SIGKILL:
        why = "the system stopped the reader, most often for lack of memory; drop it once more"
    else:
        why = f"the reader broke down ({errors.strip().splitlines()[-1][:200] if errors.strip() else code})"
    message = f"the file cannot be read: {why}; save it anew from the spreadsheet program, or send it as CSV"
    found = Inspected()
    found.add(Finding("file-limits", message))
    return found
