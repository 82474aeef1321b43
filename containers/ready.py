"""Is it there? `ready.py NAME` asks once, as a health check; `ready.py --wait NAME` waits for it, as a start does.

Containers may start in any order: after a reboot nobody looks at `depends_on`, and not every Compose can wait for a
one-shot to end. So each start waits for the mark that the preparation by this very image leaves.
"""

import os
import sys
import time
import urllib.request
from pathlib import Path

import psycopg2

WAIT_SECONDS = 600
HEARTBEAT_SECONDS = 60
"""Longer than Airflow's slowest heartbeat, shorter than anybody's patience."""

HEARTBEAT = f"""
    select 1 from job
    where job_type = %s and state = 'running' and latest_heartbeat > now() - interval '{HEARTBEAT_SECONDS} s'
"""  # noqa: S608 - a number of our own
QUESTIONS = {
    # asked of: database and role, the password's secret, a query that answers with a row when all is well
    "postgres": ("postgres", "postgres", "ISCM_POSTGRES_PASSWORD", "select 1", ()),
    "warehouse": ("iscm", "bi_reader", "ISCM_BI_READER_PASSWORD", "select count(*) from marts.current_publication", ()),
    "airflow-scheduler": ("airflow", "airflow", "ISCM_AIRFLOW_DB_PASSWORD", HEARTBEAT, ("SchedulerJob",)),
    "airflow-dag-processor": ("airflow", "airflow", "ISCM_AIRFLOW_DB_PASSWORD", HEARTBEAT, ("DagProcessorJob",)),
    "airflow-triggerer": ("airflow", "airflow", "ISCM_AIRFLOW_DB_PASSWORD", HEARTBEAT, ("TriggererJob",)),
}  # fmt: skip
PAGES = {
    "airflow-api-server": ("ISCM_AIRFLOW_PORT", "8080", "/api/v2/version"),
    "superset": ("ISCM_SUPERSET_PORT", "8088", "/health"),
}


def ready(name: str) -> str | None:
    """None when `name` is there, else what is missing."""
    try:
        if name == "preparation":
            done = Path(os.environ["ISCM_PREPARED"])
            same = done.exists() and done.read_text() == Path("built").read_text()
            return None if same else "this version has not prepared its database yet"
        if name in PAGES:
            port, default, path = PAGES[name]
            address = f"http://127.0.0.1:{os.environ.get(port, default)}{path}"
            with urllib.request.urlopen(address, timeout=5) as answer:
                return None if answer.status == 200 else f"{address} answers {answer.status}"
        return _ask(*QUESTIONS[name])
    except (OSError, psycopg2.Error) as error:
        return str(error).strip().splitlines()[0]


def _ask(database: str, role: str, secret: str, query: str, values: tuple[str, ...]) -> str | None:
    link = psycopg2.connect(
        host=os.environ.get("ISCM_POSTGRES_HOST", "postgres"),
        port=os.environ.get("ISCM_POSTGRES_PORT", "5432"),
        dbname=os.environ.get("ISCM_DATABASE", database) if database == "iscm" else database,
        user=role,
        password=Path("/run/secrets", secret).read_text().strip(),
        connect_timeout=5,
    )
    try:
        with link.cursor() as run:
            run.execute(query, values)
            return None if run.fetchone() else f"the database {database} is not prepared yet"
    finally:
        link.close()


def main(arguments: list[str]) -> int:
    """Exit code: 0 it is there, 1 it is not."""
    name, until = arguments[-1], time.monotonic() + WAIT_SECONDS
    said = None
    while missing := ready(name):
        if missing != said:
            print(f"{name} is not ready: {missing}", file=sys.stderr, flush=True)
            said = missing
        if "--wait" not in arguments or time.monotonic() > until:
            return 1
        time.sleep(1)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
