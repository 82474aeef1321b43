"""`history`: every published row once, with the span of publications in which it stands.

`marts`: views that show the rows of the publication that the pointer names.
"""

from psycopg2 import sql
from psycopg2.extensions import cursor

Columns = list[tuple[str, str]]
"""Name and type of each column."""


def ensure_history(run: cursor, table: str, columns: Columns) -> None:
    """Make `history.<table>` and the view `marts.<table>` fit the columns of the candidate table.

    A column that is new is added; one that is gone stays in the history, for the publications that had it.
    """
    history = sql.Identifier("history", table)
    run.execute(
        sql.SQL(
            """
            create table if not exists {} (
                _row_sha256 text not null,
                _from bigint not null references ops.publications deferrable initially deferred,
                _to bigint references ops.publications deferrable initially deferred
            )
            """
        ).format(history)
    )
    index = sql.Identifier(f"{table}_open")
    run.execute(
        sql.SQL("create unique index if not exists {} on {} (_row_sha256) where _to is null").format(index, history)
    )
    for name, kind in columns:
        run.execute(
            sql.SQL("alter table {} add column if not exists {} {}").format(
                history, sql.Identifier(name), sql.SQL(kind)
            )
        )
    _ensure_view(run, table, columns)


def _ensure_view(run: cursor, table: str, columns: Columns) -> None:
    names = [name for name, _ in columns] + ["publication_number"]
    run.execute(
        """
        select array_agg(attname::text order by attnum) from pg_attribute
        where attrelid = to_regclass(%s) and attnum > 0 and not attisdropped
        """,
        (f"marts.{table}",),
    )
    if run.fetchone() == (names,):
        return
    view = sql.Identifier("marts", table)
    run.execute(sql.SQL("drop view if exists {} cascade").format(view))
    run.execute(
        sql.SQL(
            """
            create view {} as
            select {}, p.publication_number
            from history.{} as h
            join ops.publication_pointer as p
                on h._from <= p.publication_number and (h._to is null or h._to >= p.publication_number)
            """
        ).format(view, sql.SQL(", ").join(sql.Identifier("h", name) for name, _ in columns), sql.Identifier(table))
    )


def store_rows(run: cursor, table: str, names: list[str], number: int) -> None:
    """End the rows that publication `number` no longer holds, begin those that are new; the others stand as they are.

    Rows end at the newest publication, wherever the pointer stands: stepping back does not rewrite what was said.
    """
    run.execute(
        sql.SQL(
            """
            create temporary table fresh on commit drop as
            select c.*, encode(sha256(convert_to((to_jsonb(c) - 'build_id')::text, 'UTF8')), 'hex') as _row_sha256
            from candidate.{} as c
            """
        ).format(sql.Identifier(table))
    )
    history = sql.Identifier("history", table)
    run.execute(
        sql.SQL(
            """
            update {} as h set _to = %s
            where h._to is null and not exists (select 1 from fresh as f where f._row_sha256 = h._row_sha256)
            """
        ).format(history),
        (number - 1,),
    )
    listed = sql.SQL(", ").join(map(sql.Identifier, names))
    run.execute(
        sql.SQL(
            """
            insert into {} ({}, _row_sha256, _from)
            select {}, f._row_sha256, %s from fresh as f
            where not exists (select 1 from {} as h where h._to is null and h._row_sha256 = f._row_sha256)
            """
        ).format(history, listed, sql.SQL(", ").join(sql.Identifier("f", name) for name in names), history),
        (number,),
    )
    run.execute("drop table fresh")
