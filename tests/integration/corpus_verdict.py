"""What is wrong with an answer to a case of the corpus, in words; nothing when it is right."""

import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from ingestion.contract import contract
from tests.fixtures.corpus.case import Case, Loaded, Refused
from tests.integration.support import iscm

Answer = Mapping[str, Any]
"""An answer as `iscm check --json` prints it."""

_INSTRUCTION = re.compile(
    r"\b(send|write|save|remove|delete|split|fill|add|name|keep|paste|correct|check|look|unhide|show|put|copy|export|"
    r"replace|change|make|choose|ask|give|drop|format|round|clear|sort|close|use|enter|leave|move|rename|shorten|mend|needs?|must)\b",
    re.IGNORECASE,
)


def complaints(case: Case, answer: Answer) -> list[str]:
    """What is wrong with the answer of a check."""
    if answer["outcome"] == "accepted":
        if case.loaded is None:
            return ["SILENT ACCEPTANCE"]
        return _wrong_sums(case, case.loaded, answer)
    if answer["outcome"].startswith("CRASH"):
        return [answer["outcome"]]
    if case.refused is None:
        return [f"REFUSED A RIGHT FILE: {_brief(answer)}"]
    if answer["outcome"] != "rejected":
        return [f"outcome {answer['outcome']}: {_brief(answer)}"]
    return _wrong_place(case.refused, answer) + [
        f"VAGUE ({why}): {finding}" for finding in _blocking(answer) if (why := vague(finding))
    ]


def _wrong_sums(case: Case, told: Loaded, answer: Answer) -> list[str]:
    found = {code: Decimal(total) for code, total in answer["totals"].items()}
    sums: dict[str, Decimal] = {}
    for row in told.rows.values():
        if "currency" in row and row.get("amount"):
            sums[row["currency"]] = sums.get(row["currency"], Decimal(0)) + Decimal(row["amount"])
    wrong = [] if found == sums else [f"totals {found}, expected {sums}"]
    if answer["rows"] != len(told.rows):
        wrong.append(f"{answer['rows']} rows, expected {len(told.rows)}")
    return wrong


def _wrong_place(told: Refused, answer: Answer) -> list[str]:
    blocking = _blocking(answer)
    wrong = [
        f"UNEXPECTED RULE {finding['rule_id']}: {finding}"
        for finding in blocking
        if finding["rule_id"] not in told.rules | told.also
    ]
    named = [finding for finding in blocking if finding["rule_id"] in told.rules]
    if not any(_stands_at(told, finding) for finding in named):
        place = [told.sheet, told.row, told.column, told.cell, told.value]
        wrong.append(f"expected {sorted(told.rules)} at {place}, found {_brief(answer)}")
    return wrong


def _stands_at(told: Refused, finding: Mapping[str, Any]) -> bool:
    place = {"row": told.row, "column": told.column, "cell": told.cell, "sheet": told.sheet}
    if any(value is not None and finding[name] != value for name, value in place.items()):
        return False
    shown = f"{finding['value'] or ''} {finding['message']}"
    return told.value is None or told.value in shown


def _blocking(answer: Answer) -> list[Mapping[str, Any]]:
    return [finding for finding in answer["findings"] if finding["severity"] == "blocking"]


def _brief(answer: Answer) -> list[tuple[Any, ...]]:
    keys = ("rule_id", "sheet", "row", "column", "cell", "value", "message")
    return [tuple(finding[key] for key in keys) for finding in answer["findings"][:4]]


_OF_A_CELL = re.compile(r"value-|key-|coverage-one|row-|header-(unknown|repeated|blank)")
_EMPTY = re.compile(r"value-missing|header-blank|row-|.*required|.*needs")


def vague(finding: Mapping[str, Any]) -> str | None:
    """Why a person could not act on this finding; None when they can."""
    rule, message = finding["rule_id"], finding["message"]
    if not rule:
        return "no rule"
    if len(message) < 20 or not _INSTRUCTION.search(message):
        return "no instruction"
    if _OF_A_CELL.match(rule):
        if finding["row"] is None:
            return "no row"
        if finding["column"] is None and finding["cell"] is None and not rule.startswith("row-"):
            return "no column"
        if finding["value"] is None and not _EMPTY.match(rule):
            return "no value"
    return None


def differences(feed: str, told: Loaded, landed: Sequence[Mapping[str, Any]]) -> list[str]:
    """Where the rows of a landing table differ from what was to be loaded; numbers of a workbook by their value."""
    kinds = {column.name: column.kind for column in contract(feed).columns}
    found = {row["_row_number"]: row for row in landed}
    wrong = [] if found.keys() == told.rows.keys() else [f"rows {sorted(found)}, expected {sorted(told.rows)}"]
    for number in sorted(found.keys() & told.rows.keys()):
        wrong += [f"row {number}: sheet {found[number]['_sheet']}"] if found[number]["_sheet"] != told.sheet else []
        for name, kind in kinds.items():
            left, right = found[number][name] or "", told.rows[number].get(name, "")
            number_of_a_book = told.sheet and kind != "text" and kind != "date" and left and right
            same = Decimal(left) == Decimal(right) if number_of_a_book else left == right
            wrong += [] if same else [f"row {number}, {name}: {left!r}, expected {right!r}"]
    return wrong


@dataclass(frozen=True)
class Run:
    """One run of a command in a process of its own."""

    code: int
    out: bytes
    error: bytes
    seconds: float
    peak_mib: float

    @property
    def answer(self) -> Answer:
        """The answer in JSON."""
        found: Answer = json.loads(self.out)
        return found


_MEASURED = """
import resource, subprocess, sys
done = subprocess.run(sys.argv[2:])
with open(sys.argv[1], "w") as file:
    file.write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))
sys.exit(done.returncode)
"""
"""Runs a command from a small process: what is started from a large one counts as large for that alone."""


def run_check(path: Path, feed: str, *options: str) -> Run:
    """Run `iscm check`; the peak is that of the largest process among the command and its children."""
    with tempfile.NamedTemporaryFile() as peak:
        start = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-c", _MEASURED, peak.name, *iscm(), "check", *options, "--feed", feed, str(path)],
            capture_output=True, check=False,
        )  # fmt: skip
        seconds = time.monotonic() - start
        return Run(done.returncode, done.stdout, done.stderr, seconds, int(Path(peak.name).read_text()) / 1024)
