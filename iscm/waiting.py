"""Watching the chain work: what was answered, built, judged, and whether everything received is published."""

from pathlib import Path

import psycopg2

from ingestion.contract import feeds
from publication.builds import unpublished
from warehouse.database import connect
from warehouse.settings import Settings

_NEWS = """
    select arrived_at, format('%%s/%%s: %%s, %%s rows', s.feed, a.file_name,
        case when exists (
            select 1 from ops.arrivals as e where e.submission_id = a.submission_id and e.arrival_id < a.arrival_id
        ) then 'known already, was ' else '' end || s.outcome, s.row_count)
    from ops.arrivals as a join ops.submissions as s using (submission_id) where a.arrived_at > %(since)s
    union all
    select opened_at, format('build %%s opened', build_id) from ops.builds where opened_at > %(since)s
    union all
    select recorded_at, format('build %%s: %%s: %%s', build_id, node, status)
    from ops.dbt_results
    where status not in ('declared', 'success', 'pass', 'skipped') and recorded_at > %(since)s
    union all
    select ran_at, format('build %%s judged: %%s, %%s checks, %%s rows', build_id,
        case when passed then 'passed' else 'RED' end, checks_run, rows_evaluated)
    from ops.gate_results where ran_at > %(since)s
    union all
    select published_at, format('publication %%s is out', publication_number)
    from ops.publications where published_at > %(since)s
    order by 1
"""


class PublicationWatch:
    """Follows one installation from the moment it is made."""

    def __init__(self, at: Settings) -> None:
        self.at = at
        with connect("auditor", at) as link, link.cursor() as run:
            run.execute("select clock_timestamp()")
            (self.since,) = run.fetchone() or (None,)

    def news(self) -> list[str]:
        """What happened since the last call, one line each."""
        try:
            with connect("auditor", self.at) as link, link.cursor() as run:
                run.execute(_NEWS, {"since": self.since})
                rows = run.fetchall()
        except psycopg2.OperationalError:
            return []  # the server is being started again
        if rows:
            self.since = rows[-1][0]
        return [text for _, text in rows]

    def published(self) -> bool:
        """Whether the drop folder is empty and every current submission is in the publication that stands."""
        if waiting(self.at.drop):
            return False
        try:
            with connect("auditor", self.at) as link, link.cursor() as run:
                run.execute("select exists (select 1 from ops.publication_pointer)")
                return run.fetchone() == (True,) and not unpublished(link)
        except psycopg2.OperationalError:
            return False


def waiting(drop: Path) -> list[Path]:
    """Files in the drop folder that are not yet answered."""
    return [path for feed in feeds() for path in (drop / feed).glob("[!.]*") if path.is_file()]
