"""`history`: every published row once, with the span of publications in which it stands.

`marts`: views that show the rows of the publication that the pointer names.
"""

from psycopg2 import sql
from psycopg2.extensions import cursor

Columns = list[tuple[str, str]]
"""Name and type of each column."""

SEEN_BY_BUILDS = ("fct_staff_effort", "mart_staff_cost_by_iscm", "mart_staff_cost_by_year")
"""What a build must know of earlier publications, so that the difference to them reveals nobody (docs/adr/0014)."""


class ColumnChangedError(Exception):
    """A column of a mart has another type than its history; converting what was published is not ours to do."""


def ensure_history(run: cursor, table: str, columns: Columns) -> None:
    """Make `history.<table>` and the view `marts.<table>` fit the columns of the candidate table.

    A column that is new is added; one that is gone stays in the history, for the publications that had it. Where
    nothing differs nothing is altered: a change of a table waits for its readers and makes new ones wait.

    Raises:
        ColumnChangedError: a column has another type than before.
    """
    known = dict(_columns_of(run, f"history.{table}"))
    if not known:
        _create(run, table)
    for name, kind in columns:
        if name not in known:
            run.execute(
                sql.SQL("alter table {} add column {} {}").format(
                    sql.Identifier("history", table), sql.Identifier(name), sql.SQL(kind)
                )
            )
        elif known[name] != kind:
            raise ColumnChangedError(
                f"{table}.{name} is {kind}, published so far as {known[name]}; give the new column a new name"
            )
    names = [name for name, _ in columns]
    if [name for name, _ in _columns_of(run, f"marts.{table}")] != [*names, "publication_number"]:
        _create_view(run, table, names)


def _columns_of(run: cursor, relation: str) -> Columns:
    run.execute(
        """
        select attname::text, format_type(atttypid, atttypmod)
        from pg_attribute
        where attrelid = to_regclass(%s) and attnum > 0 and not attisdropped
        order by attnum
        """,
        (relation,),
    )
    return run.fetchall()


def _create(run: cursor, table: str) -> None:
    run.execute(
        sql.SQL(
            """
            create table {history} (
                _row_sha256 text not null,
                _from bigint not null references ops.publications deferrable initially deferred,
                _to bigint references ops.publications deferrable initially deferred
            );
            create unique index {index} on {history} (_row_sha256) where _to is null;
            create trigger published before update or delete on {history}
                for each row execute function ops.refuse_history_change();
            create trigger published_whole before truncate on {history}
                for each statement execute function ops.refuse_history_change()
            """
        ).format(history=sql.Identifier("history", table), index=sql.Identifier(f"{table}_open"))
    )
    if table in SEEN_BY_BUILDS:
        run.execute("grant usage on schema history to transformer")
        run.execute(sql.SQL("grant select on {} to transformer").format(sql.Identifier("history", table)))


def _create_view(run: cursor, table: str, names: list[str]) -> None:
    run.execute(
        # not CASCADE: a view that somebody built on this one is theirs to change first
        sql.SQL(
            """
            drop view if exists {view};
            create view {view} as
            select {columns}, p.publication_number
            from {history} as h
            join ops.publication_pointer as p
                on h._from <= p.publication_number and (h._to is null or h._to >= p.publication_number)
            """
        ).format(
            view=sql.Identifier("marts", table),
            columns=sql.SQL(", ").join(sql.Identifier("h", name) for name in names),
            history=sql.Identifier("history", table),
        )
    )
    if table.startswith("mart_"):
        run.execute(sql.SQL("grant select on {} to bi_reader").format(sql.Identifier("marts", table)))


def store_rows(run: cursor, table: str, names: list[str], number: int) -> None:
    """End the rows that publication `number` no longer holds, begin those that are new; the others stand as they are.

    Rows are taken from the temporary copy that was hashed. They end at the newest publication, wherever the pointer
    stands: stepping back does not rewrite what was said.
    """
    parts = {
        "history": sql.Identifier("history", table),
        "copy": sql.Identifier("pg_temp", table),
        "columns": sql.SQL(", ").join(map(sql.Identifier, names)),
        "fresh": sql.SQL(", ").join(sql.Identifier("f", name) for name in names),
    }
    run.execute(
        sql.SQL(
            """
            update {history} as h set _to = %s
            where h._to is null and not exists (select 1 from {copy} as f where f._row_sha256 = h._row_sha256)
            """
        ).format(**parts),
        (number - 1,),
    )
    run.execute(
        sql.SQL(
            """
            insert into {history} ({columns}, _row_sha256, _from)
            select {fresh}, f._row_sha256, %s from {copy} as f
            where not exists (select 1 from {history} as h where h._to is null and h._row_sha256 = f._row_sha256)
            """
        ).format(**parts),
        (number,),
    )


def end_tables_that_are_gone(run: cursor, tables: list[str], number: int) -> None:
    """End all rows of every mart that publication `number` no longer has; its view stays and is empty."""
    run.execute(
        "select relname::text from pg_class where relnamespace = 'history'::regnamespace and relkind = 'r'"
        " and relname <> all(%s)",
        (tables,),
    )
    for (table,) in run.fetchall():
        run.execute(
            sql.SQL("update {} set _to = %s where _to is null").format(sql.Identifier("history", table)),
            (number - 1,),
        )
