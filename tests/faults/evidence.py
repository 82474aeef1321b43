"""What a warehouse holds, told without numbers and times that differ from run to run; and whether it is whole."""

import hashlib
import json
import stat
from collections.abc import Mapping, Sequence
from typing import Any

from psycopg2 import sql
from psycopg2.extensions import cursor

from ingestion.contract import contract, feeds
from ingestion.outbox import answer_stem
from warehouse.database import connect
from warehouse.settings import Settings

RECORDS = (
    "submissions", "findings", "submission_measures", "delivery_verdicts", "admissions", "submission_differences",
    "difference_amounts", "acceptances",
)  # fmt: skip
VOLATILE = {"submission_id", "received_at", "admitted_at", "ran_at", "accepted_at", "acceptance_id"}
Row = tuple[str | None, ...]


def state(at: Settings) -> dict[str, Any]:
    """Records of each submission by the sha256 of its file: `landed` in full, `refused` as sets, however often."""
    with connect("postgres", at) as link, link.cursor() as run:
        run.execute("select submission_id, sha256, outcome from ops.submissions")
        files = {number: (sha256, outcome) for number, sha256, outcome in run.fetchall()}
        found: dict[str, Any] = {"landed": {}, "refused": {}, "in force": _in_force(run), "twice": []}
        for number, (sha256, outcome) in files.items():
            records = {table: _records(run, table, number, files) for table in RECORDS}
            if outcome == "rejected":
                found["refused"].setdefault(sha256, set()).add(json.dumps(records, sort_keys=True))
                continue
            if sha256 in found["landed"]:
                found["twice"].append(sha256)
            found["landed"][sha256] = records
    return found


def _in_force(run: cursor) -> list[str]:
    run.execute("select feed, sha256 from ops.current_submissions order by 1, 2")
    return [f"{feed} {sha256}" for feed, sha256 in run.fetchall()]


def _records(run: cursor, table: str, number: int, files: Mapping[int, tuple[str, str]]) -> list[str]:
    run.execute(f"select to_jsonb(t) from ops.{table} as t where submission_id = %s", (number,))
    rows = []
    for (row,) in run.fetchall():
        kept = {name: value for name, value in row.items() if name not in VOLATILE}
        if kept.get("supersedes"):
            kept["supersedes"] = files[kept["supersedes"]][0]
        if "compared_with" in kept:
            kept["compared_with"] = sorted(files[other][0] for other in kept["compared_with"])
        rows.append(json.dumps(kept, sort_keys=True))
    return sorted(rows)


def faults_of_rows(at: Settings, files: Mapping[str, tuple[str, Sequence[Row]]]) -> list[str]:
    """What is lost, doubled or half-landed in `raw`, compared with the files themselves.

    Args:
        at: the installation.
        files: feed and rows, as the contract orders its columns, of every file that may be there, by sha256.
    """
    complaints = []
    with connect("postgres", at) as link, link.cursor() as run:
        run.execute("select submission_id, sha256 from ops.submissions where outcome <> 'rejected'")
        landed = dict(run.fetchall())
        for feed in feeds():
            table = sql.Identifier("raw", feed)
            run.execute(sql.SQL("select distinct _submission_id from {}").format(table))
            complaints += [
                f"rows of submission {number} in {feed} without a submission that was let in"
                for (number,) in run.fetchall()
                if number not in landed
            ]
            names = sql.SQL(", ").join(map(sql.Identifier, contract(feed).names))
            for number, sha256 in landed.items():
                if files[sha256][0] != feed:
                    continue
                run.execute(
                    sql.SQL("select {} from {} where _submission_id = %s order by _row_number").format(names, table),
                    (number,),
                )
                rows = run.fetchall()
                if rows != list(files[sha256][1]):
                    complaints.append(f"{feed}: {len(rows)} rows of {len(files[sha256][1])}, or others than the file's")
    return complaints


def faults_of_archive(at: Settings) -> list[str]:
    """Submissions whose bytes are not in the archive as they were received."""
    with connect("postgres", at) as link, link.cursor() as run:
        run.execute("select distinct sha256 from ops.submissions where sha256 is not null")
        wanted = [sha256 for (sha256,) in run.fetchall()]
    complaints = []
    for sha256 in wanted:
        kept = at.archive / sha256[:2] / sha256
        if not kept.is_file():
            complaints.append(f"{sha256} is not in the archive")
    for kept in at.archive.glob("*/*"):
        if hashlib.sha256(kept.read_bytes()).hexdigest() != kept.name or stat.S_IMODE(kept.stat().st_mode) != 0o400:
            complaints.append(f"{kept.name} in the archive is not what its name says")
    return complaints


def answered(at: Settings, file: str) -> str | None:
    """Outcome that was answered to the last arrival of a file name; None while it has no answer."""
    with connect("postgres", at) as link, link.cursor() as run:
        run.execute("select arrival_id from ops.arrivals where file_name = %s order by 1 desc limit 1", (file,))
        row = run.fetchone()
    if row is None:
        return None
    for words in at.outbox.glob("*/*.txt"):
        if words.name == f"{answer_stem(file, row[0])}.txt":
            return str(json.loads(words.with_suffix(".json").read_bytes())["outcome"])
    return None


def faults_of_outbox(at: Settings) -> list[str]:
    """Answers that are not complete or belong to no arrival."""
    with connect("postgres", at) as link, link.cursor() as run:
        run.execute(
            "select s.feed, a.file_name, a.arrival_id, a.sha256, a.submission_id "
            "from ops.arrivals as a join ops.submissions as s using (submission_id)"
        )
        arrivals = {
            (feed, answer_stem(file, arrival)): (sha256, submission)
            for feed, file, arrival, sha256, submission in run.fetchall()
        }
    complaints = []
    for words in at.outbox.glob("*/*.txt"):
        place = (words.parent.name, words.name.removesuffix(".txt"))
        said = json.loads(words.with_suffix(".json").read_bytes())
        if (said["sha256"], said["submission"]) != arrivals.get(place):
            complaints.append(f"{words.name} answers no arrival")
        if said["findings"] and not words.with_name(f"{place[1]}.findings.xlsx").exists():
            complaints.append(f"{words.name} comes without its workbook")
        if not words.read_text().endswith("\n"):
            complaints.append(f"{words.name} is cut off")
    return complaints


def whole(at: Settings, files: Mapping[str, tuple[str, Sequence[Row]]]) -> list[str]:
    """Everything that is wrong with an installation at rest, whatever was killed before."""
    return [*faults_of_rows(at, files), *faults_of_archive(at), *faults_of_outbox(at)]
