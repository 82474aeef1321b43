"""Bring the warehouse database to the schema of this code: migrations, then the landing tables of all feeds."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, text

from warehouse.database import uri
from warehouse.settings import Settings

MIGRATIONS = Path(__file__).parent / "migrations"


def migrate(at: Settings | None = None) -> None:
    """Run all migrations not yet run, as `migrator`, in one transaction."""
    engine = create_engine(uri("migrator", at))
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as link:
        # the version table lives in ops, so ops must be there before the first migration
        link.execute(text("create schema if not exists ops"))
        config.attributes["connection"] = link
        command.upgrade(config, "head")
    engine.dispose()
