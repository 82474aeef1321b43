"""Makes the dashboard server ready: tables, permissions, dashboards, roles, users. Safe to run again at any time.

Reads SUPERSET_SECRET_KEY, ISCM_SUPERSET_METADATA_URI, ISCM_BI_URI, ISCM_SUPERSET_ADMIN_PASSWORD and
ISCM_SUPERSET_MANAGER_PASSWORD (each also as a file named by NAME_FILE). Ends with 0 when the server may start,
with 1 and a sentence when not.
"""

import argparse
import logging
import os
import sys
import time
import warnings
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOM = HERE.parent
ASSETS = ROOM / "assets"
sys.path[:0] = [path for path in (str(HERE), str(ROOM)) if path not in sys.path]

from accounts import RolesError, apply_roles, apply_users, load_roles  # noqa: E402
from asset_check import by_uuid, dashboard_charts, find_problems, load_assets  # noqa: E402
from read_secret import MissingSecretError, read_secret, read_signing_key  # noqa: E402

_STARTED = time.monotonic()


class PrepareError(RuntimeError):
    """The server is not ready; the text says why."""


def say(text: str) -> None:
    """Print one step with the seconds since the start."""
    print(f"[{time.monotonic() - _STARTED:5.1f} s] {text}", flush=True)


def check_files() -> None:
    """Stop before anything is touched when the dashboard files do not fit together."""
    problems = find_problems(ASSETS)
    if problems:
        raise PrepareError("The dashboard files do not fit together:\n  " + "\n  ".join(problems))
    say(f"Dashboard files checked: {len(load_assets(ASSETS))} files, every reference exists.")


def read_inputs() -> tuple[str, dict[str, str], dict]:
    """Read every secret now, so that a missing one is told at once. Returns warehouse address, passwords, roles."""
    read_signing_key("SUPERSET_SECRET_KEY")
    read_secret("ISCM_SUPERSET_METADATA_URI")
    roles = load_roles(ROOM / "security" / "roles.yaml")
    passwords = {name: read_secret(user["password"]) for name, user in roles["users"].items()}
    return read_secret("ISCM_BI_URI"), passwords, roles


def import_dashboards(warehouse_uri: str) -> None:
    """Import the files, delete what was retired, then look whether all of it has really arrived."""
    import asset_import

    with asset_import.acting_as("admin"):
        count = asset_import.import_assets(ASSETS, warehouse_uri)
        say(f"Dashboards imported: {count} files.")
        deleted = asset_import.delete_retired(ASSETS)
        say(f"Retired and deleted: {', '.join(deleted)}." if deleted else "Retired assets: none left to delete.")
    missing = asset_import.missing_on_server(ASSETS)
    for uuid, dashboard in by_uuid(load_assets(ASSETS), "dashboards").items():
        if asset_import.charts_on_server(uuid) != set(dashboard_charts(dashboard)):
            missing.append(f"charts of '{dashboard['dashboard_title']}'")
    if missing:
        raise PrepareError(f"The import ended without an error, but these are not there: {', '.join(missing)}.")


def prepare(force: bool) -> None:
    """All steps in order. ``force`` registers permissions again even when nothing seems to have changed."""
    warehouse_uri, passwords, roles = read_inputs()
    say("Secrets read.")
    check_files()
    from superset.app import create_app

    app = create_app()
    say("Superset loaded.")
    import metadata

    with app.app_context():
        upgraded = metadata.upgrade_tables(app)
        say("Tables of Superset brought up to date." if upgraded else "Tables of Superset: already up to date.")
        registered = metadata.register_permissions(app, force=force or upgraded)
        say("Permissions registered." if registered else "Permissions: already registered for this version.")
        admins = {name: user for name, user in roles["users"].items() if user["role"] == "Admin"}
        changed = apply_users(admins, passwords)
        import_dashboards(warehouse_uri)
        changed_roles = apply_roles(roles["roles"])
        say(f"Roles set: {', '.join(changed_roles)}." if changed_roles else "Roles: as listed, nothing to change.")
        changed += apply_users({name: u for name, u in roles["users"].items() if name not in admins}, passwords)
        say(f"Users set: {', '.join(changed)}." if changed else "Users: as listed, nothing to change.")
    say("Ready.")


def main() -> int:
    """Command line. Returns the exit code."""
    parser = argparse.ArgumentParser(description="Make the dashboard server ready. Safe to run again.")
    parser.add_argument("--force", action="store_true", help="register permissions again even if nothing changed")
    parser.add_argument("--check-only", action="store_true", help="only check the dashboard files against each other")
    arguments = parser.parse_args()
    os.environ.setdefault("SUPERSET_CONFIG_PATH", str(ROOM / "superset_config.py"))
    try:
        if arguments.check_only:
            check_files()
        else:
            prepare(arguments.force)
    except (MissingSecretError, PrepareError, RolesError) as error:
        print(f"Not ready: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    logging.disable(logging.INFO)
    # Superset's own importer makes SQLAlchemy complain about every dataset; it is not ours to mend.
    warnings.filterwarnings("ignore", message="Usage of the '|Attribute history events")
    sys.exit(main())
