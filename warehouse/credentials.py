"""Generated secrets: made once at first start, kept in one file that only its owner can read."""

import base64
import os
import secrets
from pathlib import Path

from dotenv import dotenv_values

from warehouse.settings import SECRETS_FILE

DATABASE_ROLES = ("postgres", "migrator", "loader", "transformer", "publisher", "bi_reader", "auditor", "steward")
SERVICE_DATABASES = ("airflow", "superset")
"""Services that keep their own metadata in a database of their own, owned by a role of the same name."""

NAMES = (
    *(f"ISCM_{role.upper()}_PASSWORD" for role in DATABASE_ROLES),
    *(f"ISCM_{service.upper()}_DB_PASSWORD" for service in SERVICE_DATABASES),
    "ISCM_AIRFLOW_ADMIN_PASSWORD",
    "ISCM_AIRFLOW_JWT_SECRET",
    "ISCM_AIRFLOW_API_SECRET_KEY",
    "ISCM_SUPERSET_ADMIN_PASSWORD",
    "ISCM_SUPERSET_MANAGER_PASSWORD",
    "SUPERSET_SECRET_KEY",
    "ISCM_AIRFLOW_FERNET_KEY",
)


def _new(name: str) -> str:
    if name == "ISCM_AIRFLOW_FERNET_KEY":  # Fernet wants exactly 32 bytes in URL-safe base64
        return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
    if name == "ISCM_AIRFLOW_JWT_SECRET":  # signs with SHA-512
        return secrets.token_urlsafe(64)
    return secrets.token_urlsafe(32 if name.endswith(("KEY", "SECRET")) else 18)


def _write_private(path: Path, text: str) -> None:
    """Write a file of mode 0600 whole, or leave the old one: never half, never open to others for a moment."""
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    fresh.replace(path)


def ensure_secrets(folder: Path) -> dict[str, str]:
    """Return all secrets of the installation in `folder`, generating those that are missing.

    The file is written whole to a new file of mode 0600 and renamed, so a crash leaves the old one or the new one.
    """
    path = folder / SECRETS_FILE
    folder.mkdir(parents=True, exist_ok=True)
    known = {name: value for name, value in dotenv_values(path).items() if value} if path.exists() else {}
    if all(name in known for name in NAMES):
        return known
    known |= {name: _new(name) for name in NAMES if name not in known}
    _write_private(path, "".join(f"{name}={value}\n" for name, value in known.items()))
    return known


def ensure_secret_files(folder: Path, owner: int | None = None) -> list[str]:
    """Keep all secrets in `folder`, one file of mode 0600 each, as containers take them; generate those missing.

    Args:
        folder: made with mode 0700 if there is none.
        owner: user id that the files are to belong to; only root may give them away.

    Returns:
        Names of the secrets that were generated; what was there stays.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    missing = [name for name in NAMES if not (folder / name).exists()]
    for name in missing:
        _write_private(folder / name, _new(name))
    if owner is not None:
        for name in NAMES:
            os.chown(folder / name, owner, -1)
    return missing


def known_secrets(folder: Path, container_secrets: Path = Path("/run/secrets")) -> dict[str, str]:
    """All secrets that this process may see: container secrets if there are any, else the installation's file.

    Raises:
        KeyError: none were generated yet.
    """
    if any((container_secrets / name).exists() for name in NAMES):
        return {
            name: (container_secrets / name).read_text().strip()
            for name in NAMES
            if (container_secrets / name).exists()
        }
    path = folder / SECRETS_FILE
    if not path.exists():
        raise KeyError(f"{path} is missing; run: make run")
    return {name: value for name, value in dotenv_values(path).items() if value}
