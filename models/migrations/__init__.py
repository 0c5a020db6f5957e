"""The schema's history, run by Alembic; `upgrade` brings a database to the newest revision."""

from __future__ import annotations

from pathlib import Path

from models.database import APPLICATION_ID, Database


def upgrade(database: Database) -> None:
    """Create the schema, or bring an older one up to date, in one transaction."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", Path(__file__).parent.as_posix())
    with database.writing() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        if database.is_sqlite:
            connection.exec_driver_sql(f"PRAGMA application_id={APPLICATION_ID}")
