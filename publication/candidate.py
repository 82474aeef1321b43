"""The candidate marts as data: which tables there are, how many rows, and the hash that binds a verdict to them."""

import hashlib
from dataclasses import dataclass

from psycopg2 import sql
from psycopg2.extensions import connection, cursor


@dataclass(frozen=True)
class Candidate:
    """The candidate marts at one moment: build, columns and row count by table, hash over all rows."""

    build_id: int
    columns: dict[str, list[tuple[str, str]]]
    row_counts: dict[str, int]
    sha256: str


class NoCandidateError(Exception):
    """There are no candidate marts of the newest build; the message says what to run."""


def read_candidate(link: connection) -> Candidate:
    """Describe the candidate marts; as `publisher`, within one snapshot.

    Raises:
        NoCandidateError: nothing was built, or the tables come from different builds.
    """
    with link.cursor() as run:
        run.execute("select max(build_id) from ops.builds")
        (build_id,) = run.fetchone() or (None,)
        columns = _columns(link)
        if build_id is None or not columns:
            raise NoCandidateError("there are no candidate marts; run: iscm build")
        _refuse_incomplete(run, build_id)
        digest = hashlib.sha256()
        row_counts: dict[str, int] = {}
        for table in sorted(columns):
            run.execute(
                # jsonb gives each row one text whatever the order of its columns
                sql.SQL(
                    """
                    select count(*), min(build_id), max(build_id),
                        coalesce(encode(sha256(convert_to(string_agg(line, e'\n' order by line), 'UTF8')), 'hex'), '')
                    from (select build_id, (to_jsonb(t) - 'build_id')::text as line from candidate.{} as t) as lines
                    """
                ).format(sql.Identifier(table))
            )
            count, first, last, table_hash = run.fetchone() or (0, None, None, "")
            if count and (first, last) != (build_id, build_id):
                raise NoCandidateError(
                    f"candidate.{table} is of build {first}, the newest build is {build_id}; run: iscm build"
                )
            row_counts[table] = count
            digest.update(f"{table}:{count}:{table_hash}\n".encode())
    return Candidate(build_id, columns, row_counts, digest.hexdigest())


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


def _columns(link: connection) -> dict[str, list[tuple[str, str]]]:
    """Name and type of the columns of each candidate table, without the build's number."""
    with link.cursor() as run:
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
