"""Connections to the warehouse database, one login role per step."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg2
from psycopg2.extensions import connection

from warehouse.settings import Role, Settings, settings

MINIMUM_VERSION = 18


def dsn(role: Role, at: Settings | None = None, database: str | None = None) -> str:
    """libpq connection string of `role`."""
    at = at or settings()
    return psycopg2.extensions.make_dsn(
        host=at.postgres_host,
        port=at.postgres_port,
        dbname=database or at.database,
        user=role,
        password=at.password(role),
        application_name=f"iscm-{role}",
        connect_timeout=10,
    )


def uri(role: Role, at: Settings | None = None) -> str:
    """SQLAlchemy address of the warehouse for `role`."""
    at = at or settings()
    return f"postgresql+psycopg2://{role}:{at.password(role)}@{at.postgres_host}:{at.postgres_port}/{at.database}"


@contextmanager
def connect(role: Role, at: Settings | None = None, database: str | None = None) -> Iterator[connection]:
    """Open a connection as `role`; one transaction, committed when the block ends, rolled back when it raises."""
    link = psycopg2.connect(dsn(role, at, database))
    try:
        yield link
        link.commit()
    finally:
        # this rolls back what was not committed; to say so to a server that has gone would hide the error that tells so
        link.close()


def answers(at: Settings | None = None) -> bool:
    """Whether the server of this installation takes connections."""
    try:
        psycopg2.connect(dsn("postgres", at, database="postgres")).close()
    except psycopg2.OperationalError:
        return False
    return True


def server_version(link: connection) -> int:
    """Major version of the server, e.g. 18."""
    return int(link.server_version) // 10_000
