"""The dashboard files fit together and fit the published marts. Needs no server, no database and no password."""

import re
import shutil
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
SUPERSET = ROOT / "superset"
MARTS = ROOT / "dbt_project" / "models" / "marts"
MIGRATIONS = ROOT / "warehouse" / "migrations" / "versions"
# Publishing puts the number of the publication in the place of the number of the build.
ADDED_BY_PUBLISHING = {"publication_number"}
TAKEN_BY_PUBLISHING = {"build_id"}


def _mart_columns() -> dict[str, set[str]]:
    """Table -> columns of its published view, as declared in the dbt project."""
    found: dict[str, set[str]] = {}
    for path in MARTS.rglob("*.yml"):
        for model in (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).get("models", []):
            columns = {column["name"] for column in model.get("columns", [])}
            found[model["name"]] = (columns - TAKEN_BY_PUBLISHING) | ADDED_BY_PUBLISHING
    return found


def _view_columns() -> dict[str, set[str]]:
    """View -> columns of the views that the migrations, not dbt, make in ``marts``."""
    found: dict[str, set[str]] = {}
    for path in sorted(MIGRATIONS.glob("*.sql")):
        text = path.read_text(encoding="utf-8").lower()
        for name, selected in re.findall(
            r"create (?:or replace )?view marts\.(\w+) as\s+select (.*?)\sfrom ", text, re.S
        ):
            found[name] = {item.strip().split(" as ")[-1].split(".")[-1] for item in selected.split(",")}
    return found


@pytest.fixture(scope="module")
def published() -> dict[str, set[str]]:
    """Table -> columns, of everything that dashboards may read."""
    marts, views = _mart_columns(), _view_columns()
    assert marts, f"no model with columns found in {MARTS}"
    assert views, f"no published view found in {MIGRATIONS}"
    return {**marts, **views}


def test_files_fit_together(asset_check, assets_root):
    assert asset_check.find_problems(assets_root) == []


def test_every_dataset_is_a_published_view_with_these_columns(asset_check, assets_root, published):
    datasets = asset_check.of_kind(asset_check.load_assets(assets_root), "datasets")
    assert len(datasets) >= 4
    for path, dataset in datasets.items():
        columns = published.get(dataset["table_name"])
        assert columns, f"{path}: {dataset['table_name']} is declared neither in {MARTS} nor in {MIGRATIONS}"
        wanted = asset_check.physical_columns(dataset)
        assert wanted, f"{path}: reads no column"
        assert wanted <= columns, f"{path}: {sorted(wanted - columns)} is not in the published view"


def test_every_chart_reaches_published_columns(asset_check, assets_root, published):
    assets = asset_check.load_assets(assets_root)
    charts, datasets = asset_check.by_uuid(assets, "charts"), asset_check.by_uuid(assets, "datasets")
    dashboards = asset_check.of_kind(assets, "dashboards")
    placed = [uuid for dashboard in dashboards.values() for uuid in asset_check.dashboard_charts(dashboard)]
    assert len(placed) >= 10
    for uuid in placed:
        chart = charts[uuid]
        dataset = datasets[chart["dataset_uuid"]]
        formulas = {item["column_name"]: item.get("expression") for item in dataset["columns"]}
        formulas |= {item["metric_name"]: item["expression"] for item in dataset["metrics"]}
        columns, metrics = asset_check.chart_references(chart["params"])
        assert columns | metrics, f"{chart['slice_name']}: asks for nothing"
        for name in columns | metrics:
            needed = asset_check.expression_columns(formulas[name]) if formulas[name] else {name}
            missing = needed - published[dataset["table_name"]]
            assert not missing, f"{chart['slice_name']}: {name} needs {sorted(missing)}"


def test_money_is_never_shown_with_a_lossy_format(asset_check, assets_root):
    """Amounts keep their cents everywhere. A bar chart writes its tooltip in the format of its axis."""
    charts = asset_check.of_kind(asset_check.load_assets(assets_root), "charts")
    checked = 0
    for path, chart in charts.items():
        params = chart["params"]
        formats = [
            params.get("valueFormat"),
            *(c.get("d3NumberFormat") for c in params.get("column_config", {}).values()),
        ]
        if params["viz_type"] in ("big_number_total", "echarts_timeseries_bar"):
            formats.append(params["y_axis_format"])
        for shown in filter(None, formats):
            checked += 1
            assert shown in (",.2~f", ",.2f", ",d"), f"{path}: {shown} may drop cents"
            assert shown != ",d" or "staff" in path, f"{path}: whole numbers are for people, not for money"
    assert checked >= 14


def test_money_in_a_table_has_a_format_of_its_own(asset_check, assets_root):
    charts = asset_check.of_kind(asset_check.load_assets(assets_root), "charts")
    tables = [chart["params"] for chart in charts.values() if chart["params"]["viz_type"] == "table"]
    money = [(table, name) for table in tables for name in table["metrics"] if name.endswith("_usd")]
    assert len(money) >= 6
    for table, name in money:
        assert table["column_config"][name]["d3NumberFormat"] == ",.2~f"


def test_metrics_of_money_keep_their_cents(asset_check, assets_root):
    datasets = asset_check.of_kind(asset_check.load_assets(assets_root), "datasets")
    metrics = [metric for dataset in datasets.values() for metric in dataset["metrics"]]
    money = [metric for metric in metrics if metric["metric_name"].endswith("_usd")]
    assert len(money) >= 6
    assert {metric["d3format"] for metric in money} == {",.2~f"}


def test_headcount_is_never_summed_over_years(asset_check, assets_root):
    assets = asset_check.load_assets(assets_root)
    staff = next(d for d in asset_check.of_kind(assets, "datasets").values() if "full_time_staff" in d["table_name"])
    headcount = next(metric for metric in staff["metrics"] if metric["metric_name"] == "headcount")
    assert "COUNT(DISTINCT fiscal_year) = 1" in headcount["expression"]
    tables = [
        chart["params"]
        for chart in asset_check.of_kind(assets, "charts").values()
        if chart["dataset_uuid"] == staff["uuid"] and chart["params"]["viz_type"] == "pivot_table_v2"
    ]
    assert tables
    assert all(table["rowTotals"] is False and table["groupbyColumns"] == ["fiscal_year"] for table in tables)


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        ("charts/osi_total.yaml", "dataset_uuid: ", "dataset_uuid: 0", "does not exist"),
        ("charts/osi_total.yaml", "metric: total_usd", "metric: nonsense", "metric nonsense"),
        ("charts/osi_by_year.yaml", "- line_label", "- no_column", "column no_column"),
        ("datasets/mart_osi_by_iscm.yaml", "schema: marts", "schema: raw", "reads schema raw"),
        ("datasets/mart_osi_by_iscm.yaml", "sql: null", "sql: select 1", "its own SQL"),
        ("databases/iscm_warehouse.yaml", "localhost", "reader:secret@localhost", "password"),
        ("databases/iscm_warehouse.yaml", "extra: {}\n", "", "extra"),
        ("retired.yaml", "retired: []", "retired: [{kind: chart, uuid: %OSI%, reason: x}]", "retired.yaml"),
    ],
)
def test_broken_files_are_found(asset_check, assets_root, tmp_path, file, old, new, expected):
    copy = tmp_path / "assets"
    shutil.copytree(assets_root, copy)
    uuid = yaml.safe_load((copy / "charts/osi_total.yaml").read_text(encoding="utf-8"))["uuid"]
    text = (copy / file).read_text(encoding="utf-8")
    assert old in text
    (copy / file).write_text(text.replace(old, new.replace("%OSI%", uuid)), encoding="utf-8")
    problems = asset_check.find_problems(copy)
    assert any(expected in problem for problem in problems), problems


def test_a_missing_chart_file_is_found(asset_check, assets_root, tmp_path):
    copy = tmp_path / "assets"
    shutil.copytree(assets_root, copy)
    (copy / "charts/osi_total.yaml").unlink()
    assert any("would drop the charts after it" in problem for problem in asset_check.find_problems(copy))


def test_roles_grant_reading_only():
    roles = yaml.safe_load((SUPERSET / "security" / "roles.yaml").read_text(encoding="utf-8"))["roles"]
    assert roles["Manager"]["permissions"]
    assert roles["Public"] == {"permissions": [], "datasets": []}
    for permission, view in roles["Manager"]["permissions"]:
        assert "sql" not in (permission + view).lower()
        assert not permission.startswith("all_")
        harmless = permission in ("can_read", "can_dashboard", "can_log") or view == "DashboardFilterStateRestApi"
        assert harmless, f"{permission} on {view} changes something"


def test_lock_names_no_address_and_hashes_everything():
    lock = (SUPERSET / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in lock
    packages = re.findall(r"^[a-z0-9][^\s=]*==", lock, re.M)
    assert len(packages) > 100
    assert lock.count("    # via") >= len(packages) - 10
    assert len(re.findall(r"^[a-z0-9][^\s=]*==\S+(?: ; [^\n]+)? \\\n    --hash=sha256:", lock, re.M)) == len(packages)
