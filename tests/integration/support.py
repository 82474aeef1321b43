"""What the integration tests share: installations, queries, files to land, and candidate marts made by hand."""

import csv
import datetime as dt
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from psycopg2 import sql
from psycopg2.extensions import cursor

from expectations.publication_gate import Verdict, record
from ingestion.contract import code_lists_sha256, contract
from iscm import steps
from iscm.acceptance import accept
from iscm.submitting import land_file
from publication.builds import open_build
from publication.candidate import read_candidate
from warehouse.bootstrap import bootstrap
from warehouse.credentials import ensure_secrets
from warehouse.database import connect, dsn
from warehouse.postgres import Cluster
from warehouse.settings import PROJECT, Role, Settings, settings

SAMPLE_FILES = sorted((PROJECT / "sample").glob("*/*.*"))


@contextmanager
def installation(home: Path, secrets: Path, port: int, database: str, template: str) -> Iterator[Settings]:
    """An installation whose database is a copy of `template`; the database is dropped at the end."""
    home.mkdir()
    shutil.copy(secrets, home)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (("HOME", home), ("POSTGRES_PORT", port), ("DATABASE", database)):
            patch.setenv(f"ISCM_{name}", str(value))
        settings.cache_clear()
        at = settings()
        admin = psycopg2.connect(dsn("postgres", at, database="postgres"))
        admin.autocommit = True
        names = sql.Identifier(database), sql.Identifier(template)
        with admin.cursor() as run:
            run.execute(sql.SQL("create database {} template {} owner migrator").format(*names))
            bootstrap(ensure_secrets(home), at)
            try:
                yield at
            finally:
                run.execute(sql.SQL("drop database {} with (force)").format(names[0]))
                admin.close()
    settings.cache_clear()


def dump(at: Settings, cluster: Cluster, file: Path) -> None:
    """Write the database of an installation into a file; it is there whole or not at all."""
    fresh = file.with_suffix(".new")
    subprocess.run(
        [cluster.program("pg_dump"), "--format=custom", f"--file={fresh}", f"--dbname={dsn('postgres', at)}"],
        check=True,
    )
    fresh.rename(file)


def restore(file: Path, secrets: Path, port: int, cluster: Cluster, database: str) -> None:
    """Make a database on the server at `port` from such a file."""
    at = Settings(postgres_port=port, database=database, _env_file=secrets)
    admin = psycopg2.connect(dsn("postgres", at, database="postgres"))
    admin.autocommit = True
    with admin.cursor() as run:
        run.execute(sql.SQL("create database {} template template0 owner migrator").format(sql.Identifier(database)))
    admin.close()
    subprocess.run(
        [cluster.program("pg_restore"), "--exit-on-error", f"--dbname={dsn('postgres', at)}", str(file)], check=True
    )


def fetch(role: Role, query: str, *values: Any) -> list[tuple[Any, ...]]:
    """Rows of a query as `role`."""
    with connect(role) as link, link.cursor() as run:
        run.execute(query, values or None)
        return run.fetchall()


def one(role: Role, query: str, *values: Any) -> Any:
    """The one value of a query as `role`."""
    ((value,),) = fetch(role, query, *values)
    return value


@contextmanager
def session(role: Role) -> Iterator[cursor]:
    """A cursor as `role` whose every statement is a transaction of its own."""
    link = psycopg2.connect(dsn(role))
    link.autocommit = True
    try:
        yield link.cursor()
    finally:
        link.close()


def change(role: Role, *statements: str) -> None:
    """Run statements as `role` in one transaction."""
    with connect(role) as link, link.cursor() as run:
        for statement in statements:
            run.execute(statement)


def command(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run `iscm ARGUMENTS` as a process of its own."""
    return subprocess.run([*iscm(), *map(str, arguments)], capture_output=True, text=True, check=False)


def run_steps(*steps: str) -> None:
    """Run steps of the chain, e.g. `build`, as processes of their own; each must succeed."""
    for step in steps:
        done = command(step)
        assert done.returncode == 0, done.stdout + done.stderr


def iscm() -> list[str]:
    """How the command line is started."""
    return [str(Path(sys.executable).parent / "iscm")]


def osi_file(folder: Path, amounts: Sequence[str], name: str = "osi.csv", key: str | None = None, **same: str) -> Path:
    """A file of OSI allocations, one row per amount; `key` begins their numbers, `same` changes a column in all."""
    row = {
        "funding_line": "GRCP", "member_code": "GRCP", "period_start": "2019-01-01", "period_end": "2019-12-31",
        "funding_source_class": "osi_direct", "amount_basis": "allocation", "currency": "USD",
        "as_of_date": "2019-12-31", "reporting_office": "OIG", "reporting_period": "2019", "source_document": "Ledger",
    } | same  # fmt: skip
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, contract("osi_allocations").names)
        writer.writeheader()
        # a key is never used twice, in a file of another office or period neither
        key = key or row["reporting_office"] + "-" + row["reporting_period"]
        writer.writerows(row | {"allocation_id": f"{key}-{n}", "amount": amount} for n, amount in enumerate(amounts))
    return folder / name


def ledger_file(folder: Path, amounts: Sequence[str], name: str = "ledger.csv", **same: str) -> Path:
    """A file of ledger lines and its control totals beside it; `same` changes a column in every row."""
    row = dict.fromkeys(contract("project_ledger").names, "") | {
        "project_code": "T5-SACM", "period_start": "2019-01-01", "period_end": "2019-12-31",
        "funding_source_class": "iom_project_support", "amount_basis": "allocation", "currency": "USD",
        "as_of_date": "2019-12-31", "reporting_office": "OIG", "reporting_period": "2019", "source_document": "Ledger",
    } | same  # fmt: skip
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, contract("project_ledger").names)
        writer.writeheader()
        writer.writerows(row | {"line_id": f"L-{n}", "amount": amount} for n, amount in enumerate(amounts))
    control_file(folder / name, [("USD", len(amounts), sum(map(Decimal, amounts)))])
    return folder / name


def control_file(beside: Path, lines: Iterable[Sequence[Any]]) -> Path:
    """Control totals beside a file: currency, rows and sum in each line."""
    path = beside.with_name(f"{beside.name}.control.csv")
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("currency", "rows", "sum"), *lines])
    return path


def counts() -> dict[str, int]:
    """Number of rows of every table of raw and ops."""
    tables = fetch("auditor", "select schemaname || '.' || tablename from pg_tables where schemaname in ('raw', 'ops')")
    return {name: one("auditor", f"select count(*) from {name}") for (name,) in sorted(tables)}


def land(path: Path, feed: str = "osi_allocations") -> dict[str, Any]:
    """Land a file; the answer as data."""
    return land_file(path, feed).as_dict()


def land_accepted(path: Path, feed: str) -> None:
    """Land a file that nothing blocks; what is odd in it, as made-up figures are, is accepted."""
    answer = land(path, feed)
    if answer["outcome"] == "quarantined":
        until = dt.date.today() + dt.timedelta(days=30)
        accept(answer["submission"], [], "made up for a test", until, "tester")
    else:
        assert answer["outcome"] == "accepted", (path, answer["findings"][:2])


def landed() -> tuple[int, int]:
    """How many submissions there are, and how many rows of OSI allocations."""
    return one("auditor", "select count(*) from ops.submissions"), one(
        "auditor", "select count(*) from raw.osi_allocations"
    )


def make_candidate(rows: Sequence[Sequence[Any]], table: str = "mart_x", kind: str = "numeric(18,2)") -> int:
    """Open a build with one candidate table (member, amount), all of whose dbt nodes succeeded; gives its number."""
    build_id = new_build()
    add_candidate(build_id, table, rows, kind)
    return build_id


def new_build(*, status: str = "success") -> int:
    """Open a build in which one dbt node was declared and ended with `status`."""
    with connect("transformer") as link, link.cursor() as run:
        build_id, _ = open_build(link, "revision")
        for word in ("declared", status):
            run.execute(
                "insert into ops.dbt_results (build_id, node, status) values (%s, 'model.x', %s)", (build_id, word)
            )
    return build_id


def add_candidate(build_id: int, table: str, rows: Sequence[Sequence[Any]], kind: str = "numeric(18,2)") -> None:
    """Make a candidate table anew, as dbt does."""
    with connect("transformer") as link, link.cursor() as run:
        run.execute(f"drop table if exists candidate.{table}")
        run.execute(f"create table candidate.{table} (member text, amount {kind}, build_id bigint)")
        run.executemany(f"insert into candidate.{table} values (%s, %s, {build_id})", rows)


def judge(*, passed: bool = True, codes: str | None = None) -> None:
    """Record a verdict on the candidate marts as they are now, without running Great Expectations."""
    with connect("publisher") as link:
        found = read_candidate(link)
        rows = sum(found.row_counts.values())
        record(link, Verdict(found.build_id, passed, 1, 1, rows, rows, []), found.sha256, codes or code_lists_sha256())


def publish_rows(rows: Sequence[Sequence[Any]], table: str = "mart_x", kind: str = "numeric(18,2)") -> str:
    """Build, judge and publish a table of (member, amount)."""
    make_candidate(rows, table, kind)
    judge()
    return steps.publish()


def published(table: str = "mart_x") -> list[tuple[Any, ...]]:
    """What a dashboard sees of a table of (member, amount)."""
    return fetch("bi_reader", f"select member, amount from marts.{table} order by member")
