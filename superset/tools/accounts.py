"""Roles and users: makes them equal to ``security/roles.yaml``, adding and taking away."""

from pathlib import Path
from typing import Any

import yaml
from werkzeug.security import check_password_hash, generate_password_hash


class RolesError(RuntimeError):
    """``roles.yaml`` names a permission or a dataset that does not exist."""


def load_roles(path: Path) -> dict[str, Any]:
    """Read the roles file; it has the keys ``roles`` and ``users``."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def _wanted_permissions(name: str, definition: dict[str, Any]) -> list[Any]:
    """Look up every permission and dataset of one role. Raises RolesError for what is unknown."""
    from superset.connectors.sqla.models import SqlaTable

    from superset import db, security_manager

    found = []
    for permission, view in definition["permissions"]:
        item = security_manager.find_permission_view_menu(permission, view)
        if item is None:
            raise RolesError(f"Role {name}: this version of Superset knows no permission '{permission} on {view}'.")
        found.append(item)
    for dataset in definition["datasets"]:
        schema, table = dataset.split(".")
        row = db.session.query(SqlaTable).filter_by(schema=schema, table_name=table).one_or_none()
        if row is None:
            raise RolesError(f"Role {name}: there is no dataset {dataset}. Add it under assets/datasets.")
        found.append(security_manager.add_permission_view_menu("datasource_access", row.perm))
    return found


def apply_roles(definitions: dict[str, Any]) -> list[str]:
    """Make every listed role hold exactly the listed permissions. Returns the names of the roles that changed."""
    from superset import db, security_manager

    changed = []
    for name, definition in definitions.items():
        role = security_manager.find_role(name)
        if role is None:
            role = security_manager.add_role(name)
            changed.append(name)
        wanted = _wanted_permissions(name, definition)
        if {item.id for item in role.permissions} != {item.id for item in wanted}:
            role.permissions = wanted
            if name not in changed:
                changed.append(name)
    db.session.commit()
    return changed


def apply_users(definitions: dict[str, Any], passwords: dict[str, str]) -> list[str]:
    """Create the listed users; set role and password to what is given. Returns the names of those that changed.

    ``passwords``: user name -> password. The password is compared through its stored hash, never kept.
    """
    from superset import db, security_manager

    changed = []
    for name, wanted in definitions.items():
        role = security_manager.find_role(wanted["role"])
        if role is None:
            raise RolesError(f"User {name}: there is no role {wanted['role']}.")
        user = security_manager.find_user(username=name)
        if user is None:
            user = security_manager.add_user(
                name, wanted["first_name"], wanted["last_name"], wanted["email"], role, password=passwords[name]
            )
            if not user:
                raise RolesError(f"User {name} could not be created. Is the e-mail address already in use?")
            changed.append(name)
            continue
        if not check_password_hash(user.password or "", passwords[name]):
            user.password = generate_password_hash(passwords[name])
            changed.append(name)
        if user.roles != [role] or not user.active:
            user.roles, user.active = [role], True
            changed.append(name)
    db.session.commit()
    return sorted(set(changed))
