"""Writes what an administrator changed in the browser back into ``assets/``, in the form that is kept in git.

Superset's own export holds numbers of one server, addresses and things the page works out anew. They are taken
out or put in a fixed order here, so that a difference in git is a difference somebody made.
Only assets that the repository already knows, and what hangs on its dashboards, are written.
"""

import logging
import os
import re
import sys
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).resolve().parent
ROOM = HERE.parent
ASSETS = ROOM / "assets"
sys.path[:0] = [path for path in (str(HERE), str(ROOM)) if path not in sys.path]

from asset_check import KINDS, dashboard_charts, load_assets  # noqa: E402

# Worked out by the page itself, or true for one server only.
SERVER_KEYS = ("chartsInScope", "tabsInScope", "datasource", "dashboards", "slice_id", "url_params", "datasetId")

_NAME_KEYS = {
    "databases": "database_name",
    "datasets": "table_name",
    "charts": "slice_name",
    "dashboards": "dashboard_title",
}


class _Dumper(yaml.SafeDumper):
    """YAML with long texts as blocks, so that a change of one sentence is a change of one line."""


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.Node:
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|" if "\n" in value else None)


_Dumper.add_representer(str, _text)


def to_yaml(content: dict[str, Any]) -> str:
    """One asset as text, in the form kept in git."""
    return yaml.dump(content, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=116)


def _without_server_keys(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_server_keys(item) for key, item in value.items() if key not in SERVER_KEYS}
    if isinstance(value, list):
        return [_without_server_keys(item) for item in value]
    return value


def normalise_dashboard(content: dict[str, Any]) -> dict[str, Any]:
    """Number the charts 1, 2, 3 … in the order of their uuids, wherever the server's numbers stood."""
    dashboard = _without_server_keys(content)
    placed = dashboard_charts(dashboard)
    numbers = {placed[uuid]: position for position, uuid in enumerate(sorted(placed), start=1)}
    position = dashboard["position"]
    for block in position.values():
        if isinstance(block, dict) and block["type"] == "CHART":
            block["meta"]["chartId"] = numbers[block["meta"]["chartId"]]
    dashboard["position"] = dict(sorted(position.items()))
    metadata = dashboard["metadata"]
    metadata["chart_configuration"] = {}
    for item in metadata.get("native_filter_configuration", []):
        item["scope"]["excluded"] = sorted(numbers[old] for old in item["scope"]["excluded"] if old in numbers)
    dashboard["metadata"] = dict(sorted(metadata.items()))
    return dashboard


def normalise(kind: str, content: dict[str, Any]) -> dict[str, Any]:
    """One exported asset in the form kept in git. ``kind`` is the name of its folder."""
    if kind == "dashboards":
        return normalise_dashboard(content)
    content = _without_server_keys(content)
    if kind == "databases":
        content.pop("password", None)
        content["sqlalchemy_uri"] = "postgresql+psycopg2://localhost/warehouse"
        content["extra"] = {}
    if kind == "charts":
        content["params"] = dict(sorted(content["params"].items()))
        content["query_context"] = None  # the page builds it from params; two sources would drift apart
    if kind == "datasets":
        content["columns"] = sorted(content["columns"], key=lambda column: column["column_name"])
        content["metrics"] = sorted(content["metrics"], key=lambda metric: metric["metric_name"])
    return content


def _file_name(kind: str, content: dict[str, Any], known: dict[str, str]) -> str:
    if content["uuid"] in known:
        return known[content["uuid"]]
    title = next(
        content[key] for key in ("slice_name", "dashboard_title", "table_name", "database_name") if key in content
    )
    return f"{kind}/{re.sub(r'[^a-z0-9]+', '_', title.lower()).strip('_')}.yaml"


def export(dashboard_uuids: list[str]) -> dict[str, str]:
    """Export dashboards with all they need. Returns file name under ``assets/`` -> text."""
    from superset.commands.dashboard.export import ExportDashboardsCommand
    from superset.models.dashboard import Dashboard

    from superset import db

    known = {content["uuid"]: path for path, content in load_assets(ASSETS).items()}
    rows = db.session.query(Dashboard.id).filter(Dashboard.uuid.in_(dashboard_uuids)).all()
    files: dict[str, str] = {}
    for name, content in ExportDashboardsCommand([row.id for row in rows]).run():
        kind = name.split("/")[0]
        if kind in KINDS:
            asset = normalise(kind, yaml.safe_load(content()))
            files[_file_name(kind, asset, known)] = to_yaml(asset)
    return files


def main() -> int:
    """Export the dashboards of the repository, and those whose uuid is given, and say which files changed."""
    os.environ.setdefault("SUPERSET_CONFIG_PATH", str(ROOM / "superset_config.py"))
    from asset_import import acting_as
    from superset.app import create_app

    known = [content["uuid"] for path, content in load_assets(ASSETS).items() if path.startswith("dashboards/")]
    app = create_app()
    with app.test_request_context(), acting_as("admin"):
        files = export(known + sys.argv[1:])
    changed = 0
    for name, text in sorted(files.items()):
        path = ASSETS / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            print(f"written: {name}")
            changed += 1
    for path in sorted(set(load_assets(ASSETS)) - set(files)):
        print(f"no longer used by a dashboard: {path} (remove the file and add its uuid to retired.yaml)")
    print(f"{changed} of {len(files)} files changed.")
    return 0


if __name__ == "__main__":
    logging.disable(logging.INFO)
    sys.exit(main())
