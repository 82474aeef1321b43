"""Brings the dashboard files into Superset, and takes away what was retired."""

from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml
from asset_check import load_assets, load_retired


class RetireError(RuntimeError):
    """``retired.yaml`` names a kind that does not exist."""


@contextmanager
def acting_as(username: str) -> Any:
    """Do what follows in the name of a user: Superset asks for rights and notes an owner."""
    from flask import g
    from superset.utils.core import override_user

    from superset import security_manager

    user = security_manager.find_user(username=username)
    g.user = user
    with override_user(user):
        yield user


def import_contents(root: Path, warehouse_uri: str) -> dict[str, str]:
    """The files as the importer wants them: name -> YAML text, with the address of the warehouse put in."""
    contents = {"metadata.yaml": yaml.safe_dump({"version": "1.0.0", "type": "assets"})}
    for path, content in load_assets(root).items():
        if path.startswith("databases/"):
            content = {**content, "sqlalchemy_uri": warehouse_uri}
        contents[path] = yaml.safe_dump(content, sort_keys=False, allow_unicode=True)
    return contents


def import_assets(root: Path, warehouse_uri: str) -> int:
    """Import everything, overwriting what is there. Returns how many files; raises when one of them is refused."""
    from superset.commands.importers.v1.assets import ImportAssetsCommand

    contents = import_contents(root, warehouse_uri)
    ImportAssetsCommand(contents).run()
    return len(contents) - 1


def _models() -> dict[str, Any]:
    from superset.connectors.sqla.models import SqlaTable
    from superset.models.core import Database
    from superset.models.dashboard import Dashboard
    from superset.models.slice import Slice

    return {"dashboard": Dashboard, "chart": Slice, "dataset": SqlaTable, "database": Database}


def delete_retired(root: Path) -> list[str]:
    """Delete retired assets that still exist, dashboards first. Returns their names."""
    from superset import db

    models, deleted = _models(), []
    entries = load_retired(root)
    unknown = {entry["kind"] for entry in entries} - set(models)
    if unknown:
        raise RetireError(f"retired.yaml: unknown kind {', '.join(sorted(unknown))}; use {', '.join(models)}.")
    for kind, model in models.items():
        for entry in (entry for entry in entries if entry["kind"] == kind):
            row = db.session.query(model).filter_by(uuid=entry["uuid"]).one_or_none()
            if row is not None:
                deleted.append(f"{kind} '{row}'")
                db.session.delete(row)
    db.session.commit()
    return deleted


def missing_on_server(root: Path) -> list[str]:
    """Files whose asset is not in Superset after all; must be empty once the import is done."""
    from superset import db

    models = _models()
    missing = []
    for path, content in load_assets(root).items():
        model = models[path.split("/")[0].removesuffix("s")]
        if db.session.query(model.id).filter_by(uuid=content["uuid"]).one_or_none() is None:
            missing.append(path)
    return missing


def charts_on_server(dashboard_uuid: str) -> set[str]:
    """The uuids of the charts that Superset links to a dashboard."""
    from superset.models.dashboard import Dashboard

    from superset import db

    dashboard = db.session.query(Dashboard).filter_by(uuid=dashboard_uuid).one()
    return {str(chart.uuid) for chart in dashboard.slices}
