"""What only the superuser can do, done once and repeatable: roles, databases and who may connect.

Everything after this (schemas, tables, grants) is a migration run by `migrator`.
"""

from collections.abc import Mapping

import psycopg2
from psycopg2 import sql
from psycopg2.extensions import cursor

from warehouse.credentials import DATABASE_ROLES, SERVICE_DATABASES
from warehouse.database import dsn
from warehouse.settings import Settings, settings


def bootstrap(secrets: Mapping[str, str], at: Settings | None = None) -> None:
    """Create login roles and databases, set their passwords, and shut the doors that Postgres leaves open.

    Args:
        secrets: all generated secrets, by name.
        at: installation; default this one.
    """
    at = at or settings()
    link = psycopg2.connect(dsn("postgres", at, database="postgres"))
    link.autocommit = True  # CREATE DATABASE refuses to run in a transaction
    try:
        with link.cursor() as run:
            for role in DATABASE_ROLES[1:]:
                _ensure_role(run, role, secrets[f"ISCM_{role.upper()}_PASSWORD"])
            # migrator makes the schemas that the steps own
            run.execute("grant transformer, publisher to migrator")
            _ensure_database(run, at.database, "migrator")
            for service in SERVICE_DATABASES:
                _ensure_role(run, service, secrets[f"ISCM_{service.upper()}_DB_PASSWORD"])
                _ensure_database(run, service, service)
            # nobody but the superuser has business in the server's own databases
            run.execute("revoke all on database postgres, template1 from public")
            for role in DATABASE_ROLES[2:]:
                run.execute(
                    sql.SQL("grant connect on database {} to {}").format(*map(sql.Identifier, (at.database, role)))
                )
            # dbt's unit tests and the publisher's comparison need temporary tables; nobody else does
            run.execute(
                sql.SQL("grant temporary on database {} to transformer, publisher").format(sql.Identifier(at.database))
            )
    finally:
        link.close()


def _ensure_role(run: cursor, role: str, password: str) -> None:
    run.execute("select 1 from pg_roles where rolname = %s", (role,))
    if run.fetchone() is None:
        run.execute(sql.SQL("create role {} login").format(sql.Identifier(role)))
    run.execute(sql.SQL("alter role {} password %s").format(sql.Identifier(role)), (password,))


def _ensure_database(run: cursor, name: str, owner: str) -> None:
    run.execute("select 1 from pg_database where datname = %s", (name,))
    if run.fetchone() is None:
        run.execute(sql.SQL("create database {} owner {}").format(*map(sql.Identifier, (name, owner))))
    # by default everybody may connect to every database and make temporary tables there
    run.execute(sql.SQL("revoke all on database {} from public").format(sql.Identifier(name)))
