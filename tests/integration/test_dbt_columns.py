"""Every column that a build makes, and every one that it reads, is declared to dbt: nothing is left undescribed."""

from collections import defaultdict

from tests.integration.support import fetch
from tests.manifest import parse, tables
from warehouse.settings import Settings


def test_the_columns_of_the_database_are_those_that_dbt_describes(built: Settings) -> None:
    declared = {(node["schema"], node.get("alias") or node["name"]): node for node in tables(parse(built.home / "dbt"))}
    there: dict[tuple[str, str], list[str]] = defaultdict(list)
    for schema, table, column in fetch(
        "postgres",
        """
        select n.nspname, c.relname, a.attname
        from pg_namespace as n
        join pg_class as c on c.relnamespace = n.oid and c.relkind in ('r', 'v')
        join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        where n.nspname in ('raw', 'ops', 'staging', 'intermediate', 'candidate')
        order by c.oid, a.attnum
        """,
    ):
        there[schema, table].append(column)
    made = {key for key in there if key[0] != "ops"}
    assert made == {key for key in declared if key[0] != "ops"}
    assert len(made) > 70
    missing = {key: [name for name in there[key] if name not in declared[key]["columns"]] for key in declared}
    assert {key: names for key, names in missing.items() if names} == {}
    gone = {key: set(declared[key]["columns"]) - set(there[key]) for key in declared}
    assert {key: names for key, names in gone.items() if names} == {}
    described = sum(len(there[key]) for key in declared)
    print(f"{described} columns of {len(declared)} tables are described")
    assert described > 1_200
