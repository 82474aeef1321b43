"""Landing tables, derived from the contracts: all text, append-only, each row with its submission, sheet and row."""

from psycopg2 import sql
from psycopg2.extensions import connection

from ingestion.contract import Contract, contract, feeds


def ensure_landing_tables(link: connection) -> list[str]:
    """Create what is missing of `raw.<feed>` for every contract, columns included; as `migrator`, repeatable.

    Returns:
        Names of the feeds.
    """
    names = feeds()
    for feed in names:
        _ensure(link, contract(feed))
    return names


def _ensure(link: connection, terms: Contract) -> None:
    table = sql.Identifier("raw", terms.feed)
    # neither a foreign key nor a unique index: each would cost as much time as the rows themselves, and one transaction
    # of one loader writes a submission and its rows (docs/adr/0010)
    with link.cursor() as run:
        run.execute("select to_regclass(%s)", (f"raw.{terms.feed}",))
        fresh = run.fetchone() == (None,)
        if fresh:
            run.execute(
                sql.SQL(
                    """
                    create table {} (
                        _submission_id bigint not null,
                        _sheet text,
                        _row_number integer not null
                    );
                    create index on {} using brin (_submission_id);
                    create trigger append_only before update or delete or truncate on {}
                        for each statement execute function ops.refuse_change();
                    grant select, insert on {} to loader;
                    grant select on {} to transformer, publisher, auditor
                    """
                ).format(*[table] * 5)
            )
        for name in (*terms.names, "_own"):
            run.execute(sql.SQL("alter table {} add column if not exists {} text").format(table, sql.Identifier(name)))
