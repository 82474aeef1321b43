"""What the sender of a file is told, in words and as data."""

from dataclasses import dataclass
from typing import Any

from ingestion.findings import Finding, printable


@dataclass(frozen=True)
class Answer:
    """The answer to one arrival of a file.

    `outcome`: accepted, rejected, or duplicate (these bytes were accepted before). `superseded` is the submission whose
    place this one takes; `in_force` the newer one that has taken the place of a duplicate's. `totals` are sums by
    currency, exact, as text.
    """

    file: str
    feed: str
    outcome: str
    submission: int
    sha256: str
    rows: int
    totals: dict[str, str]
    findings: list[Finding]
    finding_count: int
    superseded: int | None = None
    in_force: int | None = None
    arrival: int = 0

    @property
    def refused(self) -> bool:
        """Whether the file is kept out."""
        return self.outcome == "rejected"

    def as_dict(self) -> dict[str, Any]:
        """The answer as plain data, for JSON."""
        return self.__dict__ | {"findings": [finding.as_dict() for finding in self.findings]}

    def lines(self) -> list[str]:
        """The answer for a person."""
        totals = ", ".join(f"{code} {total}" for code, total in self.totals.items())
        head = f"{printable(self.file)}: {self.outcome}, submission {self.submission}, {self.rows} rows"
        lines = [f"{head}{'; ' + totals if totals else ''}", f"sha256 {self.sha256}"]
        if self.outcome == "duplicate":
            lines.append("exactly these bytes were accepted before; nothing changed")
        if self.in_force:
            lines.append(
                f"submission {self.in_force} has taken their place and stays in force; to go back, send a changed file"
            )
        if self.superseded and self.outcome == "accepted":
            lines.append(f"takes the place of submission {self.superseded}")
        if self.finding_count:
            lines.append(f"{self.finding_count} findings:")
        return lines + [f"  {finding.sentence(self.file)}" for finding in self.findings]
