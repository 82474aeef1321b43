"""Superset's own database: brings its tables to the version of the code and registers its permissions."""

import hashlib
import json
from typing import Any

from sqlalchemy import text

# One row in Superset's own database: for which version and features the permissions were registered.
_CREATE_STATE = "CREATE TABLE IF NOT EXISTS iscm_prepare_state (key text PRIMARY KEY, value text NOT NULL)"
_READ_STATE = "SELECT value FROM iscm_prepare_state WHERE key = 'permissions'"
_WRITE_STATE = """INSERT INTO iscm_prepare_state VALUES ('permissions', :value)
ON CONFLICT (key) DO UPDATE SET value = excluded.value"""


def upgrade_tables(app: Any) -> bool:
    """Run the migrations that are missing. Returns True when there was something to do."""
    from alembic.config import Config
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory
    from flask_migrate import upgrade

    from superset import db

    directory = app.extensions["migrate"].directory
    config = Config()
    config.set_main_option("script_location", directory)
    wanted = set(ScriptDirectory.from_config(config).get_heads())
    with db.engine.connect() as connection:
        present = set(MigrationContext.configure(connection).get_current_heads())
    if present == wanted:
        return False
    upgrade(directory=directory)
    db.session.remove()
    return True


def permission_fingerprint(app: Any) -> str:
    """What decides which permissions exist: the version of Superset and the switched features."""
    from importlib.metadata import version

    facts = {"superset": version("apache-superset"), "flags": app.config["FEATURE_FLAGS"]}
    return hashlib.sha256(json.dumps(facts, sort_keys=True, default=str).encode()).hexdigest()


def register_permissions(app: Any, force: bool) -> bool:
    """Do what ``superset init`` does, unless it was done for this very version and these features.

    It takes many seconds and changes nothing the second time. Returns True when it ran.
    """
    from superset import appbuilder, db, security_manager

    fingerprint = permission_fingerprint(app)
    with db.engine.begin() as connection:
        connection.execute(text(_CREATE_STATE))
        done = connection.execute(text(_READ_STATE)).scalar()
    if done == fingerprint and not force and security_manager.find_role("Admin"):
        return False
    appbuilder.add_permissions(update_perms=True)
    security_manager.sync_role_definitions()
    db.session.commit()
    with db.engine.begin() as connection:
        connection.execute(text(_WRITE_STATE), {"value": fingerprint})
    return True
