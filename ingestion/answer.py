"""What the sender of a file is told, in words and as data."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from ingestion.findings import Finding, as_data, printable


@dataclass(frozen=True)
class Difference:
    """What a correction changes against the submission whose place it takes; `moved` is new minus old, by ISCM."""

    supersedes: int
    rows_added: int
    rows_removed: int
    rows_changed: int
    moved: dict[str, str] = field(default_factory=dict)

    def line(self) -> str:
        """The difference in words."""
        rows = f"{self.rows_added} rows added, {self.rows_removed} removed, {self.rows_changed} changed"
        moved = ", ".join(f"{subject} {amount}" for subject, amount in self.moved.items())
        return f"against submission {self.supersedes}: {rows}" + (f"; moved: {moved}" if moved else "; no money moved")


@dataclass(frozen=True)
class Answer:
    """The answer to one file. Amounts are exact decimals as text.

    `submission`, `arrival` and `received_at` are None in a dry run. `in_force` is the submission that has taken the
    place of a duplicate's; `accepted` says of a duplicate that it was held back and somebody has let it in. `compared`
    says whether earlier deliveries could be asked.
    """

    file: str
    feed: str
    outcome: str
    sha256: str | None
    rows: int = 0
    totals: dict[str, str] = field(default_factory=dict)
    office: str | None = None
    period_start: dt.date | None = None
    period_end: dt.date | None = None
    part: str | None = None
    findings: list[Finding] = field(default_factory=list)
    finding_count: int = 0
    rule_counts: dict[str, int] = field(default_factory=dict)
    contract_version: str | None = None
    contract_sha256: str | None = None
    code_lists_sha256: str | None = None
    control_sha256: str | None = None
    compared: bool = True
    submission: int | None = None
    arrival: int | None = None
    received_at: dt.datetime | None = None
    superseded: int | None = None
    in_force: int | None = None
    difference: Difference | None = None
    accepted: bool = False

    def as_dict(self) -> dict[str, Any]:
        """The answer as plain data, for JSON; `docs/answer.schema.json` describes it."""
        data = dict(self.__dict__)
        data["findings"] = as_data(self.findings)
        data["difference"] = self.difference and dict(self.difference.__dict__)
        for name in ("period_start", "period_end", "received_at"):
            data[name] = data[name] and data[name].isoformat()
        return data

    def lines(self) -> list[str]:
        """The answer for a person."""
        totals = ", ".join(f"{code} {total}".strip() for code, total in self.totals.items())
        number = f", submission {self.submission}" if self.submission else " (dry run: nothing was kept)"
        lines = [f"{printable(self.file)}: {self.outcome}{number}, {self.rows} rows{'; ' + totals if totals else ''}"]
        lines += [f"sha256 {self.sha256}"] if self.sha256 else []
        if self.office:
            lines.append(f"{self.office}, {self.period_start} to {self.period_end}")
        if self.contract_version:
            lines.append(f"judged by contract {printable(self.feed)} {self.contract_version}")
        lines += self._explanation()
        if self.finding_count:
            more = f", the first {len(self.findings)} of them" if self.finding_count > len(self.findings) else ""
            lines.append(f"{self.finding_count} findings{more}:")
        numbered = enumerate(self.findings, start=1)
        return lines + [f"  {n}. {found.severity}: {found.sentence(self.file)}" for n, found in numbered]

    def _explanation(self) -> list[str]:
        lines = []
        if self.outcome == "duplicate" and self.accepted:
            lines.append("exactly these bytes were held back before; they were accepted and are in force")
        elif self.outcome == "duplicate":
            lines.append("exactly these bytes were accepted before; nothing changed")
        if self.in_force:
            lines.append(
                f"submission {self.in_force} has taken their place and stays in force; to go back, send a changed file"
            )
        if self.outcome == "quarantined":
            lines.append("held back: correct it and send it again, or have each warning accepted (iscm accept)")
        if self.superseded and self.outcome == "accepted":
            lines.append(f"takes the place of submission {self.superseded}")
        if self.difference:
            lines.append(self.difference.line())
        if not self.compared:
            lines.append("not compared with earlier deliveries: the warehouse was not reached")
        return lines
