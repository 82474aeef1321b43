"""What each role may do: its own step and nothing else; Postgres decides."""

import psycopg2
import pytest
from psycopg2 import errors

from iscm import steps
from tests.integration.support import add_candidate, change, fetch, judge, new_build, one
from tests.integration.test_append_only import OPS, RAW
from warehouse.credentials import SERVICE_DATABASES, ensure_secrets
from warehouse.database import connect, dsn
from warehouse.settings import Role, Settings

RUNNING: list[Role] = ["loader", "transformer", "publisher", "bi_reader", "auditor", "steward"]
ALL = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER", "MAINTAIN"})
READ, ADD = frozenset({"SELECT"}), frozenset({"SELECT", "INSERT"})
CANDIDATE = ["candidate.mart_x", "candidate.fct_x"]
HISTORY = ["history.mart_x", "history.fct_x"]
MARTS, FACTS = ["marts.current_publication", "marts.mart_x"], ["marts.fct_x"]
OPS_VIEWS = [
    "accepted_oddities", "candidate_inputs", "current_submissions", "landing_progress", "open_findings",
    "publication_pointer", "schema_version",
]  # fmt: skip
MAIL = "ops.mail_deliveries"
READ_OPS = dict.fromkeys([f"ops.{name}" for name in OPS + OPS_VIEWS if f"ops.{name}" != MAIL], READ)
READ_BACK = dict.fromkeys([f"raw.{name}" for name in RAW], READ) | READ_OPS
BY_LOADER = [
    "arrivals", "delivery_verdicts", "difference_amounts", "findings", "mail_deliveries",
    "submission_differences", "submission_measures", "submissions",
]  # fmt: skip

MAY: dict[Role, dict[str, frozenset[str]]] = {
    "loader": READ_BACK
    | dict.fromkeys([f"raw.{name}" for name in RAW], ADD)
    | dict.fromkeys([f"ops.{name}" for name in BY_LOADER], ADD)
    | {"ops.landing_progress": ADD | {"UPDATE", "DELETE"}},
    "transformer": READ_BACK
    | dict.fromkeys(["ops.builds", "ops.build_inputs", "ops.dbt_results"], ADD)
    | dict.fromkeys(CANDIDATE, ALL),
    "publisher": READ_BACK
    | {"ops.gate_results": ADD, "ops.publications": ADD | {"REFERENCES"}}
    | {"ops.publication_pointer": ADD | {"UPDATE"}}
    | dict.fromkeys(CANDIDATE, READ)
    | dict.fromkeys(HISTORY + MARTS + FACTS, ALL),
    "bi_reader": dict.fromkeys(MARTS, READ),
    "auditor": READ_BACK | {MAIL: READ} | dict.fromkeys(HISTORY + MARTS + FACTS, READ),
    "steward": READ_OPS,  # it may add acceptances and admissions, but only some of their columns
}

_MATRIX = """
    select n.nspname || '.' || c.relname, array_agg(p.privilege)
    from pg_class as c join pg_namespace as n on c.relnamespace = n.oid, unnest(%s::text[]) as p (privilege)
    where c.relkind in ('r', 'v', 'm', 'p', 'f') and n.nspname !~ '^(pg_|information_schema)'
        and has_schema_privilege(%s, n.oid, 'USAGE') and has_table_privilege(%s, c.oid, p.privilege)
    group by 1
"""


def _publish_mart_and_fact() -> None:
    build_id = new_build()
    for table in ("mart_x", "fct_x"):
        add_candidate(build_id, table, [("a", "1.00")])
    judge()
    steps.publish()


@pytest.mark.parametrize("role", RUNNING)
def test_a_role_may_do_on_tables_what_its_step_needs_and_nothing_else(warehouse: Settings, role: Role) -> None:
    _publish_mart_and_fact()
    rows = fetch("postgres", _MATRIX, sorted(ALL), role, role)
    assert {table: frozenset(privileges) for table, privileges in rows} == MAY[role]


def test_of_the_sequences_of_ops_only_the_loaders_may_be_used(warehouse: Settings) -> None:
    rows = fetch(
        "postgres",
        """
        select r.role, c.relname::text, p.privilege
        from pg_class as c, unnest(%s::text[]) as r (role), unnest(array['USAGE', 'SELECT', 'UPDATE']) as p (privilege)
        where c.relkind = 'S' and c.relnamespace = 'ops'::regnamespace
            and has_sequence_privilege(r.role, c.oid, p.privilege)
        """,
        RUNNING,
    )
    assert rows == [("loader", "submissions_submission_id_seq", "USAGE")]


def test_only_who_builds_a_layer_may_make_tables_in_it(warehouse: Settings) -> None:
    rows = fetch(
        "postgres",
        """
        select r.rolname, array_agg(n.nspname::text order by n.nspname)
        from pg_roles as r, pg_namespace as n
        where r.rolname = any(%s) and n.nspname !~ '^(pg_|information_schema)'
            and has_schema_privilege(r.oid, n.oid, 'CREATE')
        group by 1
        """,
        RUNNING,
    )
    assert dict(rows) == {
        "transformer": ["candidate", "intermediate", "staging"],
        "publisher": ["history", "marts"],
    }


def test_no_role_that_runs_is_superuser_or_may_become_another(warehouse: Settings) -> None:
    rows = fetch(
        "postgres",
        """
        select rolname, rolsuper or rolcreaterole or rolcreatedb or rolreplication or rolbypassrls,
            array(select r.rolname::text from pg_roles as r where r.oid <> o.oid and r.rolname <> 'pg_database_owner'
                and pg_has_role(o.oid, r.oid, 'MEMBER'))
        from pg_roles as o where rolname = any(%s)
        """,
        [*RUNNING, "migrator", *SERVICE_DATABASES],
    )
    assert len(rows) == len(RUNNING) + 1 + len(SERVICE_DATABASES)
    assert {name: (mighty, sorted(others)) for name, mighty, others in rows if mighty or others} == {
        "migrator": (False, ["publisher", "transformer"])
    }


def _may_connect(database: str) -> set[str]:
    query = (
        "select rolname from pg_roles where rolcanlogin and not rolsuper and has_database_privilege(oid, %s, 'CONNECT')"
    )
    return {name for (name,) in fetch("postgres", query, database)}


def test_a_service_database_is_open_to_its_owner_only(warehouse: Settings) -> None:
    assert _may_connect(warehouse.database) == {*RUNNING, "migrator"}
    for service in SERVICE_DATABASES:
        assert _may_connect(service) == {service}
        for role in RUNNING:
            with pytest.raises(psycopg2.OperationalError, match="permission denied for database"):
                psycopg2.connect(dsn(role, warehouse, database=service))


def test_the_servers_own_databases_are_open_to_the_superuser_only(warehouse: Settings) -> None:
    assert {name: _may_connect(name) for name in ("postgres", "template1")} == {"postgres": set(), "template1": set()}


def test_a_service_cannot_reach_the_warehouse(warehouse: Settings) -> None:
    secrets = ensure_secrets(warehouse.home)
    for service in SERVICE_DATABASES:
        with pytest.raises(psycopg2.OperationalError, match="permission denied for database"):
            psycopg2.connect(
                host="127.0.0.1", port=warehouse.postgres_port, dbname=warehouse.database, user=service,
                password=secrets[f"ISCM_{service.upper()}_DB_PASSWORD"],
            )  # fmt: skip


@pytest.mark.parametrize("role", [*RUNNING, "postgres"])
def test_nobody_comes_in_without_the_password(warehouse: Settings, role: Role) -> None:
    for password in ("", "wrong", role):
        with pytest.raises(psycopg2.OperationalError, match="password"):
            psycopg2.connect(
                host="127.0.0.1", port=warehouse.postgres_port, dbname=warehouse.database, user=role, password=password
            )


@pytest.mark.parametrize("role", ["loader", "bi_reader", "auditor", "steward"])
def test_who_only_loads_or_reads_has_no_temporary_tables(warehouse: Settings, role: Role) -> None:
    with pytest.raises(errors.InsufficientPrivilege, match="temporary"):
        change(role, "create temporary table mine (x integer)")


@pytest.mark.parametrize(
    ("role", "statement"),
    [
        ("loader", "select * from marts.mart_x"),
        ("loader", "insert into ops.acceptances (submission_id) values (1)"),
        ("steward", "insert into ops.submissions (feed) values ('posts')"),
        ("steward", "insert into ops.findings (submission_id) values (1)"),
        ("steward", "select * from raw.posts"),
        ("steward", "select * from marts.mart_x"),
        ("auditor", "insert into ops.acceptances (submission_id) values (1)"),
        ("loader", "insert into ops.publications (publication_number) values (1)"),
        ("loader", "insert into ops.gate_results (gate) values ('publication')"),
        ("transformer", "insert into raw.posts (_submission_id, _row_number) values (1, 1)"),
        ("transformer", "insert into ops.gate_results (gate) values ('publication')"),
        ("transformer", "update ops.publication_pointer set publication_number = 1"),
        ("publisher", "insert into raw.posts (_submission_id, _row_number) values (1, 1)"),
        ("publisher", "insert into ops.submissions (feed) values ('posts')"),
        ("publisher", "update candidate.mart_x set amount = 2"),
        ("bi_reader", "select * from raw.posts"),
        ("bi_reader", "select * from history.mart_x"),
        ("bi_reader", "select * from marts.fct_x"),
        ("bi_reader", "select * from candidate.mart_x"),
        ("bi_reader", "select * from ops.submissions"),
        ("publisher", "insert into ops.pointer_moves (publication_number) values (1)"),
        ("loader", "select nextval('ops.arrivals_arrival_id_seq')"),
        ("transformer", "select nextval('ops.submissions_submission_id_seq')"),
        ("auditor", "insert into ops.arrivals (file_name) values ('x')"),
        ("auditor", "update ops.publication_pointer set publication_number = 1"),
        ("auditor", "update history.mart_x set amount = 2"),
        ("auditor", "create table public.mine (x integer)"),
        ("auditor", "set role publisher"),
        ("bi_reader", "copy (select 1) to program 'true'"),
        ("bi_reader", "select pg_read_file('/etc/hostname')"),
    ],
)
def test_postgres_refuses_what_is_not_the_roles_own_step(warehouse: Settings, role: Role, statement: str) -> None:
    _publish_mart_and_fact()
    with connect(role) as link, link.cursor() as run, pytest.raises(errors.InsufficientPrivilege):
        run.execute(statement)
    assert one("bi_reader", "select amount from marts.mart_x") == 1
