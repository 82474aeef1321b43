"""Settings of one installation, read once from the environment, the secrets file and container secrets."""

from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

PROJECT = Path(__file__).resolve().parent.parent

Role = Literal["postgres", "migrator", "loader", "transformer", "publisher", "bi_reader", "auditor", "steward"]
"""Login roles of the warehouse database; `postgres` only bootstraps, no step runs as superuser."""

SECRETS_FILE = "secrets.env"


class Settings(BaseSettings):
    """One installation: where it lives, which ports it takes, which passwords its roles have.

    Order of sources (first wins): environment `ISCM_*`, `<home>/secrets.env`, files in /run/secrets (containers).
    """

    model_config = SettingsConfigDict(env_prefix="ISCM_", extra="ignore", frozen=True)

    home: Path = PROJECT / "var"
    postgres_host: str = "127.0.0.1"
    postgres_port: int = Field(default=5438, ge=1, le=65535)
    airflow_port: int = Field(default=8080, ge=1, le=65535)
    superset_port: int = Field(default=8088, ge=1, le=65535)
    database: str = "iscm"
    git_revision: str | None = None
    contracts: Path = PROJECT / "ingestion" / "contracts"

    smtp_host: str | None = None
    """Mail server; without one no mail is sent."""
    smtp_port: int = Field(default=587, ge=1, le=65535)
    smtp_starttls: bool | None = None
    """None: on, unless the server is on this machine."""
    smtp_user: str | None = None
    smtp_password: SecretStr | None = None
    smtp_from: str | None = None

    # None: this process was not given it; a container sees only the secrets of its own steps
    postgres_password: SecretStr | None = None
    migrator_password: SecretStr | None = None
    loader_password: SecretStr | None = None
    transformer_password: SecretStr | None = None
    publisher_password: SecretStr | None = None
    bi_reader_password: SecretStr | None = None
    auditor_password: SecretStr | None = None
    steward_password: SecretStr | None = None

    @property
    def drop(self) -> Path:
        """Folder with one sub-folder per feed, where finance teams drop files."""
        return self.home / "drop"

    @property
    def outbox(self) -> Path:
        """Folder with one sub-folder per feed, where each file is answered."""
        return self.home / "outbox"

    @property
    def archive(self) -> Path:
        """Every byte ever received, stored under its sha256."""
        return self.home / "archive"

    @property
    def logs(self) -> Path:
        """Logs of the services."""
        return self.home / "logs"

    def password(self, role: Role) -> str:
        """Password of a database role.

        Raises:
            LookupError: this process was not given it; the message names it.
        """
        secret: SecretStr | None = getattr(self, f"{role}_password")
        if secret is None:
            raise LookupError(f"ISCM_{role.upper()}_PASSWORD was not given to this process, nor is it in {self.home}")
        return secret.get_secret_value()


class _Home(BaseSettings):
    """Only where the installation lives: needed before its secrets file can be read."""

    model_config = SettingsConfigDict(env_prefix="ISCM_", extra="ignore")

    home: Path = PROJECT / "var"
    secrets_dir: Path = Path("/run/secrets")


def home() -> Path:
    """Folder of this installation (`ISCM_HOME`, default `var/`), absolute."""
    return _Home().home.resolve()


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process.

    Raises:
        pydantic.ValidationError: a setting is missing or out of range; the message names it.
    """
    place = _Home()
    secrets_dir = place.secrets_dir if place.secrets_dir.is_dir() else None
    return Settings(home=home(), _env_file=home() / SECRETS_FILE, _secrets_dir=secrets_dir)  # type: ignore[call-arg]
