"""Schemas, operational tables and what each role may do."""

from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    # straight to the driver: SQLAlchemy would read the % of format() as a parameter
    op.get_bind().connection.cursor().execute(Path(__file__).with_suffix(".sql").read_text())
