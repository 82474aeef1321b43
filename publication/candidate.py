"""The candidate marts as data: which tables there are, how many rows, and the hash that binds a verdict to them."""

import hashlib
from dataclasses import dataclass

from psycopg2 import sql
from psycopg2.extensions import connection, cursor

KEPT_FROM_BUILD_TO_BUILD = ("fct_investment_lines",)
"""Tables of which a build makes only what has changed (docs/adr/0017): their rows carry the build that made them."""


@dataclass(frozen=True)
class Candidate:
    """The candidate marts at one moment: build, columns and row count by table, hash over all rows."""

    build_id: int
    columns: dict[str, list[tuple[str, str]]]
    row_counts: dict[str, int]
    sha256: str


class NoCandidateError(Exception):
    """There are no complete candidate marts of the newest build; the message says what is missing or what to run."""


def read_candidate(link: connection) -> Candidate:
    """Describe the candidate marts from copies of them, made now; as `publisher`, in one transaction.

    The copies are temporary tables of the same names. What is published is taken from them (`publication.history`), so
    nothing that happens to the candidate afterwards can slip in between the hash and the switch.

    Raises:
        NoCandidateError: nothing was built, the build is not complete, or the tables come from different builds.
    """
    with link.cursor() as run:
        run.execute("select max(build_id) from ops.builds")
        (build_id,) = run.fetchone() or (None,)
        columns = _columns(run)
        if build_id is None or not columns:
            raise NoCandidateError("there are no candidate marts; run: iscm build")
        _refuse_incomplete(run, build_id)
        digest = hashlib.sha256()
        row_counts: dict[str, int] = {}
        for table in sorted(columns):
            row_counts[table], table_sha256 = _copy(run, table, build_id)
            digest.update(f"{table}:{row_counts[table]}:{table_sha256}\n".encode())
    return Candidate(build_id, columns, row_counts, digest.hexdigest())


def _copy(run: cursor, table: str, build_id: int) -> tuple[int, str]:
    """Copy a candidate table with a hash for each row; gives the number of rows and the hash over them."""
    copy = sql.Identifier("pg_temp", table)
    run.execute(
        # jsonb gives each row one text, whatever the order of its columns
        sql.SQL(
            """
            drop table if exists {copy};
            create temporary table {name} on commit drop as
            select c.*, encode(sha256(convert_to((to_jsonb(c) - 'build_id')::text, 'UTF8')), 'hex') as _row_sha256
            from candidate.{name} as c
            """
        ).format(copy=copy, name=sql.Identifier(table))
    )
    run.execute(
        sql.SQL(
            """
            select count(*), count(distinct _row_sha256), min(build_id), max(build_id),
                coalesce(encode(sha256(string_agg(_row_sha256, '' order by _row_sha256)::bytea), 'hex'), '')
            from {}
            """
        ).format(copy)
    )
    count, distinct, first, last, table_sha256 = run.fetchone() or (0, 0, None, None, "")
    if count and table not in KEPT_FROM_BUILD_TO_BUILD and (first, last) != (build_id, build_id):
        raise NoCandidateError(f"candidate.{table} is of build {first}, the newest is {build_id}; run: iscm build")
    if distinct != count:
        raise NoCandidateError(f"candidate.{table} holds {count - distinct} rows twice; its grain is broken")
    return count, table_sha256


def _refuse_incomplete(run: cursor, build_id: int) -> None:
    """A build counts when every model, seed and data test that dbt declared in it has succeeded in it."""
    run.execute(
        """
        select node, (array_agg(status order by recorded_at desc) filter (where status <> 'declared'))[1] as last_status
        from ops.dbt_results
        where build_id = %s
        group by node
        order by node
        """,
        (build_id,),
    )
    nodes = dict(run.fetchall())
    wrong = {node: status for node, status in nodes.items() if status not in ("success", "pass")}
    if not nodes or wrong:
        listed = "; ".join(f"{node}: {status or 'did not run'}" for node, status in wrong.items())
        raise NoCandidateError(
            f"build {build_id} is not complete, {len(nodes) - len(wrong)} of {len(nodes)} dbt nodes succeeded. {listed}"
        )


def _columns(run: cursor) -> dict[str, list[tuple[str, str]]]:
    """Name and type of the columns of each candidate table, without the build's number."""
    run.execute(
        """
        select c.relname, a.attname, format_type(a.atttypid, a.atttypmod)
        from pg_class as c
        join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        where c.relnamespace = 'candidate'::regnamespace and c.relkind = 'r' and c.relname ~ '^(mart|fct)_'
        order by c.relname, a.attnum
        """
    )
    found: dict[str, list[tuple[str, str]]] = {}
    for table, column, kind in run.fetchall():
        if column != "build_id":
            found.setdefault(table, []).append((column, kind))
    return found
