"""Checks the dashboard files against each other, without Superset and without a database.

Superset's importer is forgiving in dangerous ways: one unknown chart silently drops all later ones from a
dashboard. So everything is checked before anything is imported.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

KINDS = ("databases", "datasets", "charts", "dashboards")
PUBLISHED_SCHEMA = "marts"
# Words of SQL that expressions may use beside column names.
_SQL = """and as at avg between bool_and case cast coalesce count distinct else end filter in is like max min not null
numeric or string_agg sum text then time to_char when where zone"""
SQL_WORDS = frozenset(_SQL.split())

Assets = dict[str, dict[str, Any]]


def load_assets(root: Path) -> Assets:
    """Read every YAML file of the four kinds. Returns path relative to ``root`` -> content."""
    files = sorted(path for kind in KINDS for path in (root / kind).rglob("*.yaml"))
    return {path.relative_to(root).as_posix(): yaml.safe_load(path.read_text(encoding="utf-8")) for path in files}


def load_retired(root: Path) -> list[dict[str, str]]:
    """Read the list of assets that must be deleted wherever they still exist: kind, uuid, reason."""
    content = yaml.safe_load((root / "retired.yaml").read_text(encoding="utf-8")) or {}
    return content.get("retired") or []


def of_kind(assets: Assets, kind: str) -> Assets:
    """The part of the assets that lies in one folder."""
    return {path: content for path, content in assets.items() if path.startswith(f"{kind}/")}


def by_uuid(assets: Assets, kind: str) -> dict[str, dict[str, Any]]:
    """uuid -> content, for one kind."""
    return {content["uuid"]: content for content in of_kind(assets, kind).values()}


def dashboard_charts(dashboard: dict[str, Any]) -> dict[str, int]:
    """uuid -> the number that stands for the chart inside this dashboard file."""
    blocks = (block for block in dashboard["position"].values() if isinstance(block, dict))
    return {block["meta"]["uuid"]: block["meta"]["chartId"] for block in blocks if block["type"] == "CHART"}


def native_filters(dashboard: dict[str, Any]) -> list[dict[str, Any]]:
    """The filters at the top of a dashboard."""
    return dashboard["metadata"].get("native_filter_configuration", [])


def expression_columns(expression: str) -> set[str]:
    """Names in an SQL expression that are neither words of SQL nor text in quotes."""
    without_text = re.sub(r"'(?:[^']|'')*'", " ", expression)
    return {word for word in re.findall(r"[a-z_][a-z0-9_]*", without_text.lower()) if word not in SQL_WORDS}


def physical_columns(dataset: dict[str, Any]) -> set[str]:
    """Columns that must exist in the published view: plain ones, and those that expressions are made of."""
    plain = {column["column_name"] for column in dataset["columns"] if not column.get("expression")}
    expressions = [column["expression"] for column in dataset["columns"] if column.get("expression")]
    expressions += [metric["expression"] for metric in dataset["metrics"]]
    return plain.union(*(expression_columns(expression) for expression in expressions))


def chart_references(params: dict[str, Any]) -> tuple[set[str], set[str]]:
    """Names of columns and names of metrics that a chart asks its dataset for."""
    columns: set[str] = set()
    for key in ("groupby", "groupbyRows", "groupbyColumns", "columns", "all_columns"):
        columns.update(params.get(key) or [])
    if params.get("x_axis"):
        columns.add(params["x_axis"])
    columns.update(item["subject"] for item in params.get("adhoc_filters") or [] if item.get("subject"))
    metrics = set(params.get("metrics") or [])
    if params.get("metric"):
        metrics.add(params["metric"])
    return columns, metrics


def _check_identity(assets: Assets, retired: list[dict[str, str]]) -> Iterator[str]:
    gone = {entry["uuid"] for entry in retired}
    seen: dict[str, str] = {}
    for path, content in assets.items():
        uuid = content.get("uuid")
        if not uuid:
            yield f"{path}: has no uuid."
        elif uuid in seen:
            yield f"{path}: has the same uuid as {seen[uuid]}. Give one of them a new one."
        elif uuid in gone:
            yield f"{path}: its uuid is in retired.yaml. Remove the file or the entry."
        seen[uuid] = path


def _check_databases(assets: Assets) -> Iterator[str]:
    for path, database in of_kind(assets, "databases").items():
        if "@" in database["sqlalchemy_uri"] or "password" in database:
            yield f"{path}: must not name an address with a user or a password; it is put in when importing."
        if "extra" not in database:
            yield f"{path}: needs 'extra: {{}}', or the importer stops."


def _check_datasets(assets: Assets) -> Iterator[str]:
    databases = by_uuid(assets, "databases")
    for path, dataset in of_kind(assets, "datasets").items():
        if dataset["database_uuid"] not in databases:
            yield f"{path}: its database {dataset['database_uuid']} does not exist."
        if dataset.get("sql"):
            yield f"{path}: holds its own SQL. Datasets here are published views only; write a dbt model instead."
        if dataset.get("schema") != PUBLISHED_SCHEMA:
            yield f"{path}: reads schema {dataset.get('schema')}, not {PUBLISHED_SCHEMA}."
        names = [column["column_name"] for column in dataset["columns"]]
        names += [metric["metric_name"] for metric in dataset["metrics"]]
        for name in sorted({name for name in names if names.count(name) > 1}):
            yield f"{path}: {name} is there twice."
        for column in dataset["columns"] + dataset["metrics"]:
            if not column.get("verbose_name") or not column.get("description"):
                name = column.get("column_name") or column.get("metric_name")
                yield f"{path}: {name} needs a verbose_name and a description for the reader."


def _check_charts(assets: Assets) -> Iterator[str]:
    datasets = by_uuid(assets, "datasets")
    placed = {uuid for dashboard in of_kind(assets, "dashboards").values() for uuid in dashboard_charts(dashboard)}
    for path, chart in of_kind(assets, "charts").items():
        dataset = datasets.get(chart["dataset_uuid"])
        if dataset is None:
            yield f"{path}: its dataset {chart['dataset_uuid']} does not exist."
            continue
        if chart["uuid"] not in placed:
            yield f"{path}: is on no dashboard. Place it, or retire it."
        columns, metrics = chart_references(chart["params"])
        if not metrics and not columns:
            yield f"{path}: asks for nothing."
        for name in sorted(columns - {column["column_name"] for column in dataset["columns"]}):
            yield f"{path}: column {name} is not in {dataset['table_name']}."
        for name in sorted(metrics - {metric["metric_name"] for metric in dataset["metrics"]}):
            yield f"{path}: metric {name} is not in {dataset['table_name']}."


def _check_dashboards(assets: Assets) -> Iterator[str]:
    charts, datasets = by_uuid(assets, "charts"), by_uuid(assets, "datasets")
    for path, dashboard in of_kind(assets, "dashboards").items():
        placed = dashboard_charts(dashboard)
        if not placed:
            yield f"{path}: shows no chart."
        for uuid in sorted(set(placed) - set(charts)):
            yield f"{path}: chart {uuid} does not exist; the importer would drop the charts after it."
        if len(set(placed.values())) != len(placed):
            yield f"{path}: two charts share a chartId; filters would hit the wrong one."
        yield from _check_blocks(path, dashboard)
        yield from _check_filters(path, dashboard, datasets)


def _check_blocks(path: str, dashboard: dict[str, Any]) -> Iterator[str]:
    blocks = {key: block for key, block in dashboard["position"].items() if isinstance(block, dict)}
    for key, block in blocks.items():
        for child in block.get("children", []):
            if child not in blocks:
                yield f"{path}: block {key} holds {child}, which does not exist."


def _check_filters(path: str, dashboard: dict[str, Any], datasets: dict[str, dict[str, Any]]) -> Iterator[str]:
    numbers = set(dashboard_charts(dashboard).values())
    for item in native_filters(dashboard):
        for unknown in sorted(set(item["scope"]["excluded"]) - numbers):
            yield f"{path}: filter '{item['name']}' leaves out chartId {unknown}, which is not on the dashboard."
        for target in item["targets"]:
            dataset = datasets.get(target["datasetUuid"])
            names = {column["column_name"] for column in dataset["columns"]} if dataset else set()
            if target["column"]["name"] not in names:
                yield f"{path}: filter '{item['name']}' asks for an unknown dataset or column."


def find_problems(root: Path) -> list[str]:
    """All problems of the files under ``root``, one sentence each; an empty list means they may be imported."""
    assets, retired = load_assets(root), load_retired(root)
    problems = [f"{kind}: there is no file of this kind." for kind in KINDS if not of_kind(assets, kind)]
    for check in (_check_databases, _check_datasets, _check_charts, _check_dashboards):
        problems.extend(check(assets))
    problems.extend(_check_identity(assets, retired))
    return problems
