"""Marking the sender's workbook in a process of its own: it opens a file that somebody else made."""

import json
import resource
import subprocess
import sys
from pathlib import Path

from ingestion.answer import Answer
from ingestion.contract import Contract
from ingestion.findings import Finding
from ingestion.reading import environment
from warehouse.settings import PROJECT, settings

MEMORY = 300 * 2**20
"""Bytes of data that marking may take."""
FILE = 256 * 2**20
"""Bytes of any file that it may write."""
SECONDS = 30
"""Processor seconds that it may take: more than the largest workbook that is given back whole needs."""
READ_AS_A_WHOLE = ("file-", "form-")
"""How the rules begin for which no row was read."""


def mark(source: Path, answer: Answer, terms: Contract, target: Path) -> bool:
    """Write the workbook with the findings; what the sender sent is marked in it, unless it cannot be opened.

    Returns:
        Whether it was written; the answer goes out in any case.
    """
    order = {
        "source": str(source), "name": answer.file, "sheet": terms.sheet, "target": str(target),
        "findings": [finding.as_dict() for finding in answer.findings], "counts": answer.rule_counts,
        "encoding": terms.encoding, "delimiter": terms.delimiter,
    }  # fmt: skip
    unreadable = answer.rows == 0 and any(found.rule.startswith(READ_AS_A_WHOLE) for found in answer.findings)
    return (not unreadable and _run({**order, "readable": True})) or _run({**order, "readable": False})


def _run(order: dict[str, object]) -> bool:
    done = subprocess.run(
        [sys.executable, "-m", "ingestion.marking"],
        input=json.dumps(order), capture_output=True, text=True, cwd=PROJECT, check=False,
        env=environment(settings().contracts),
    )  # fmt: skip
    return done.returncode == 0


def main() -> None:
    """Carry out the order that stands in the standard input."""
    from ingestion.marked_workbook import write_marked

    order = json.loads(sys.stdin.read())
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE, FILE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    write_marked(
        Path(order["source"]), order["name"], order["sheet"],
        [Finding.from_dict(finding) for finding in order["findings"]], order["counts"], Path(order["target"]),
        readable=order["readable"], encoding=order["encoding"], delimiter=order["delimiter"],
    )  # fmt: skip


if __name__ == "__main__":
    main()
