"""Marking the sender's workbook in a process of its own: it opens a file that somebody else made."""

import json
import resource
import subprocess
import sys
from pathlib import Path

from ingestion.answer import Answer
from ingestion.contract import Contract
from ingestion.findings import Finding
from warehouse.settings import PROJECT

MEMORY = 300 * 2**20
"""Bytes of data that marking may take."""
SECONDS = 60
"""Processor seconds that it may take: more than the largest workbook that is given back whole needs."""
READ_AS_A_WHOLE = ("file-", "form-")
"""How the rules begin for which no row was read."""


def mark(source: Path, answer: Answer, terms: Contract, target: Path) -> None:
    """Write the workbook with the findings; what the sender sent is marked in it, unless it cannot be opened.

    Raises:
        RuntimeError: not even the list of findings could be written.
    """
    order = {
        "source": str(source), "name": answer.file, "sheet": terms.sheet, "target": str(target),
        "findings": [finding.as_dict() for finding in answer.findings], "counts": answer.rule_counts,
        "encoding": terms.encoding, "delimiter": terms.delimiter,
    }  # fmt: skip
    unreadable = answer.rows == 0 and any(found.rule.startswith(READ_AS_A_WHOLE) for found in answer.findings)
    if not unreadable and _run({**order, "readable": True}) == "":
        return
    if problem := _run({**order, "readable": False}):
        raise RuntimeError(f"the findings of {answer.file!r} could not be written: {problem}")


def _run(order: dict[str, object]) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "ingestion.marking"],
        input=json.dumps(order), capture_output=True, text=True, cwd=PROJECT, check=False,
    )  # fmt: skip
    return "" if done.returncode == 0 else (done.stderr.strip().splitlines() or [str(done.returncode)])[-1]


def main() -> None:
    """Carry out the order that stands in the standard input."""
    from ingestion.marked_workbook import write_marked

    order = json.loads(sys.stdin.read())
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    write_marked(
        Path(order["source"]), order["name"], order["sheet"],
        [Finding.from_dict(finding) for finding in order["findings"]], order["counts"], Path(order["target"]),
        readable=order["readable"], encoding=order["encoding"], delimiter=order["delimiter"],
    )  # fmt: skip


if __name__ == "__main__":
    main()
