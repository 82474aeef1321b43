"""Where a file, a feed, a submission or a receipt stands; as data and in words."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

from psycopg2.extensions import cursor

from ingestion.archive import sha256_of
from ingestion.contract import feeds
from ingestion.findings import as_data, printable
from ingestion.mail import delivery_lines
from ingestion.submissions import findings, successor
from iscm.waiting import waiting
from warehouse.database import connect
from warehouse.settings import settings

VERIFIED = (
    "sha256", "feed", "outcome", "rows", "totals", "office", "period_start", "period_end", "contract_version",
    "contract_sha256", "code_lists_sha256", "control_sha256", "received_at", "finding_count",
)  # fmt: skip
"""What of a receipt is compared with the register."""


class NothingKnownError(Exception):
    """Nothing of that name or number is known; the message says what may be asked."""


def status(what: str | None) -> dict[str, Any]:
    """Where something stands.

    Args:
        what: a file, a receipt (the JSON of an answer), a feed, a number of a submission; None for everything.

    Returns:
        `asked`, and one of `submissions`, `receipt` with `differences`, or `feeds`.

    Raises:
        NothingKnownError: no such thing.
    """
    with connect("auditor") as link, link.cursor() as run:
        if what is None:
            return {"asked": None, "feeds": [_feed(run, feed) for feed in feeds()]}
        if what.isdigit():
            return {"asked": what, "submissions": _submissions(run, "s.submission_id = %s", int(what), full=True)}
        if what in feeds():
            found = _submissions(run, "s.feed = %s", what)
            return {"asked": what, "feeds": [_feed(run, what)], "submissions": found}
        path = Path(what)
        if not path.is_file():
            raise NothingKnownError(
                f"{printable(what)} is no file, feed or submission number; the feeds are: {', '.join(feeds())}"
            )
        receipt = _receipt(path)
        return _verify(run, what, receipt) if receipt else _file(run, what, path)


def _file(run: cursor, what: str, path: Path) -> dict[str, Any]:
    sha256 = sha256_of(path)
    found = _submissions(run, "s.sha256 = %s", sha256, full=True)
    places = [str(place) for place in waiting(settings().drop) if place.name == path.name]
    return {"asked": what, "sha256": sha256, "submissions": found, "waiting": places}


def _receipt(path: Path) -> dict[str, Any] | None:
    if path.suffix != ".json" or path.stat().st_size > 16 * 2**20:
        return None
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        return None
    return data if isinstance(data, dict) and isinstance(data.get("submission"), int) else None


def _verify(run: cursor, what: str, receipt: dict[str, Any]) -> dict[str, Any]:
    """A receipt beside the register: genuine when nothing differs."""
    found = _submissions(run, "s.submission_id = %s", receipt["submission"], full=True)
    if not found:
        return {"asked": what, "receipt": receipt, "genuine": False, "differences": ["submission"], "submissions": []}
    (registered,) = found
    kept = dict(registered, outcome=registered["first_outcome"])
    # the receipt of a duplicate lists no findings: they stand in the first one
    names = [name for name in VERIFIED if name != "finding_count" or receipt.get("outcome") != "duplicate"]
    differences = [name for name in names if _moment(_said(receipt, name)) != _moment(kept[name])]
    return {
        "asked": what, "receipt": receipt, "genuine": not differences, "differences": differences, "submissions": found
    }  # fmt: skip


def _said(receipt: dict[str, Any], name: str) -> Any:
    """What a receipt says; that of a duplicate tells of the submission whose bytes came again."""
    if receipt.get("outcome") == "duplicate" and name == "outcome":
        return "quarantined" if receipt.get("accepted") else "accepted"
    return receipt.get(name)


def _moment(value: Any) -> Any:
    """A moment as such, anything else as it is: PostgreSQL leaves zeros at the end away, Python does not."""
    try:
        return dt.datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return value


def _submissions(run: cursor, condition: str, value: object, *, full: bool = False) -> list[dict[str, Any]]:
    run.execute(
        f"""
        select s.submission_id as submission, s.feed, s.file_name as file, s.sha256, s.outcome as first_outcome,
            case
                when s.outcome = 'rejected' then 'rejected'
                when a.submission_id is null then 'quarantined'
                when c.submission_id is null then 'superseded'
                else 'in force'
            end as state,
            s.row_count as rows, s.totals, s.reporting_office as office,
            s.period_start::text, s.period_end::text, s.finding_count, s.contract_version, s.contract_sha256,
            s.code_lists_sha256, s.control_sha256,
            to_json(s.received_at) #>> '{{}}' as received_at,
            exists (
                select 1 from ops.publications as p join ops.build_inputs as i on p.build_id = i.build_id
                where i.submission_id = s.submission_id
            ) as published
        from ops.submissions as s
        left join ops.admissions as a on s.submission_id = a.submission_id
        left join ops.current_submissions as c on s.submission_id = c.submission_id
        where {condition} order by s.submission_id desc limit 100
        """,  # noqa: S608 - the conditions are our own words
        (value,),
    )
    rows = _named(run)
    for row in rows if full else ():
        row["findings"] = as_data(findings(run, row["submission"]))
        row["taken_place_by"] = successor(run, row["submission"])
        row["acceptances"] = _acceptances(run, row["submission"])
        row["mail"] = delivery_lines(run.connection, row["submission"])
    return rows


def _acceptances(run: cursor, submission: int) -> list[dict[str, Any]]:
    run.execute(
        "select finding_number as finding, reason, accepted_by, valid_until::text as until from ops.acceptances "
        "where submission_id = %s order by 1",
        (submission,),
    )
    return _named(run)


def _named(run: cursor) -> list[dict[str, Any]]:
    """The rows of a query, by the names of its columns."""
    names = [column.name for column in run.description or ()]
    return [dict(zip(names, row, strict=True)) for row in run.fetchall()]


def _feed(run: cursor, feed: str) -> dict[str, Any]:
    run.execute(
        """
        select
            (select count(*) from ops.current_submissions where feed = %(feed)s),
            (select count(*) from ops.submissions as s where feed = %(feed)s and outcome = 'quarantined'
                and not exists (select 1 from ops.admissions as a where a.submission_id = s.submission_id)),
            (select count(*) from ops.submissions where feed = %(feed)s and outcome = 'rejected'),
            (select max(received_at)::text from ops.submissions where feed = %(feed)s),
            array(select json_build_object('file', file_name, 'rows', row_count, 'share', share)
                from ops.landing_progress where feed = %(feed)s
                and updated_at > clock_timestamp() - interval '10 minutes')
        """,
        {"feed": feed},
    )
    in_force, quarantined, rejected, latest, landing = run.fetchone() or (0, 0, 0, None, [])
    files = [path.name for path in waiting(settings().drop) if path.parent.name == feed]
    return {
        "feed": feed, "in_force": in_force, "quarantined": quarantined, "rejected": rejected, "latest": latest,
        "waiting": files, "landing": landing,
    }  # fmt: skip


def lines(found: dict[str, Any]) -> list[str]:
    """A status for a person."""
    text = []
    for feed in found.get("feeds", ()):
        counts = f"{feed['in_force']} in force, {feed['quarantined']} held back, {feed['rejected']} rejected"
        text.append(f"{feed['feed']}: {counts}, latest {feed['latest'] or 'never'}")
        text += [f"  waits in the drop folder: {printable(name)}" for name in feed["waiting"]]
        text += [
            f"  being landed: {printable(item['file'])}, {item['rows']:,} rows, {item['share']:.0%}"
            for item in feed["landing"]
        ]
    if "genuine" in found:
        text.append(
            "the receipt is genuine: the register says the same"
            if found["genuine"]
            else f"the receipt is NOT what the register says: {', '.join(found['differences'])} differ"
        )
    text += [
        f"waits in the drop folder and is answered within a minute: {printable(p)}" for p in found.get("waiting", ())
    ]
    if "sha256" in found and not found["submissions"] and not found["waiting"]:
        text.append(f"never received: no file with the sha256 {found['sha256']} has arrived")
    for item in found.get("submissions", ()):
        text += _submission_lines(item)
    return text or ["nothing is known"]


def _submission_lines(item: dict[str, Any]) -> list[str]:
    totals = ", ".join(f"{code} {total}" for code, total in item["totals"].items())
    published = ", published" if item["published"] else ""
    text = [
        f"submission {item['submission']}: {item['feed']}/{printable(item['file'])}, {item['state']}{published}",
        f"  {item['rows']} rows{'; ' + totals if totals else ''}; received {item['received_at']}",
    ]
    if item["office"]:
        text.append(f"  {item['office']}, {item['period_start']} to {item['period_end']}")
    if item["sha256"]:
        text.append(f"  sha256 {item['sha256']}")
    if item.get("taken_place_by"):
        text.append(f"  submission {item['taken_place_by']} has taken its place")
    for found in item.get("findings", ()):
        place = "".join(f", {word} {found[word]}" for word in ("sheet", "row", "column") if found[word])
        value = f" (found: {found['value']!r})" if found["value"] is not None else ""
        said = f"{printable(found['message'])}{value} [{found['rule_id']}]"
        text.append(f"  {found['number']}. {found['severity']}{place}: {said}")
    text += [f"  mail: {line}" for line in item.get("mail", ())]
    for word in item.get("acceptances", ()):
        text.append(
            f"  finding {word['finding']} accepted by {word['accepted_by']} until {word['until']}: {word['reason']}"
        )
    return text
