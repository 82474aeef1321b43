"""What changed contracts would have done to everything ever received: nothing is written."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ingestion.archive import archived
from ingestion.contract import read_contract
from ingestion.findings import printable
from ingestion.reading import Inspected, Reading
from warehouse.database import connect
from warehouse.settings import settings


@dataclass(frozen=True)
class Past:
    """A submission as it was judged; `landed` when nothing blocked it then."""

    submission: int
    feed: str
    file: str
    sha256: str
    landed: bool
    control: str | None


@dataclass(frozen=True)
class Simulated:
    """How one past submission would fare now."""

    past: Past
    found: Inspected

    @property
    def changed(self) -> bool:
        """Whether it would be let in now and was not then, or the other way round."""
        return self.past.landed == self.found.blocked

    def line(self) -> str:
        """The change in words."""
        then, now = ("accepted", "rejected") if self.past.landed else ("rejected", "accepted")
        rules = ", ".join(f"{rule} {count}" for rule, count in sorted(self.found.counts.items()))
        head = f"submission {self.past.submission} ({self.past.feed}/{printable(self.past.file)})"
        return f"{head}: was {then}, would be {now}{' for ' + rules if rules and now == 'rejected' else ''}"


def simulate(contracts: Path, feed: str | None, say: Callable[[str], None]) -> list[Simulated]:
    """Judge the archived bytes of every past submission by the contracts in a folder.

    Args:
        contracts: folder of contracts; every one is read first, so that a broken one says so before anything runs.
        feed: only submissions of this feed.
        say: told how far it has come.

    Raises:
        ingestion.contract.ContractError: a contract cannot be read.
    """
    known = {path.stem for path in sorted(contracts.glob("*.yaml")) if read_contract(path)}
    every = [past for past in _past(feed) if past.feed in known]
    found = []
    for number, past in enumerate(every, start=1):
        found.append(Simulated(past, _read(past, contracts)))
        say(f"{number} of {len(every)} submissions")
    return found


def _past(feed: str | None) -> list[Past]:
    with connect("auditor") as link, link.cursor() as run:
        run.execute(
            """
            select submission_id, feed, file_name, sha256, outcome <> 'rejected', control_sha256
            from ops.submissions where sha256 is not null and (feed = %(feed)s or %(feed)s is null)
            order by submission_id
            """,
            {"feed": feed},
        )
        return [Past(*row) for row in run.fetchall()]


def _read(past: Past, contracts: Path) -> Inspected:
    folder = settings().archive
    control = past.control and ("control totals beside the file", archived(folder, past.control))
    with Reading(contracts=contracts) as reading:
        reading.order(archived(folder, past.sha256), past.file, past.feed, past.submission, control or None, rows=False)
        return reading.found()
