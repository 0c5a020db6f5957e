"""A database of the first release, with data in it, comes up to the present schema and loses nothing."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import text

from models import migrations
from models.database import REVISION, Database

FIRST_RELEASE = "0003"
ROWS = (
    "INSERT INTO policy (id, policy_id, version, title, digest, text, recorded_at) "
    f"VALUES (1, 'p', 1, 't', '{'0' * 64}', 'x', '2026-01-01T00:00:00.000000Z')",
    "INSERT INTO batch (id, policy_file_id, quota) VALUES ('B', 1, 3)",
    "INSERT INTO enterprise (id, uscc, name, size) VALUES (1, '91530102MADEM00011', '示例', 'small')",
    "INSERT INTO application (id, no, batch_id, enterprise_id, track, district, industry, prior_support_fen, "
    "prior_investment_fen, central_support, pilot_2022, dishonest, other_exclusion, filing_no, summary, materials, "
    "contact, phone, remark, notes) "
    "VALUES (1, 'B-1', 'B', 1, 't', 'd', 'i', 0, 0, 0, 0, 0, '', '', '', '', '', '', '', '')",
    "INSERT INTO investment (application_id, kind, amount_fen) VALUES (1, 'software', 100)",
    "INSERT INTO meeting (id, batch_id, track, kind, title, phase, phase_since) "
    "VALUES ('M', 'B', 't', 'selection', 'T', 'deliberating', '2026-01-01T00:00:00.000000Z')",
    "INSERT INTO item (application_id, meeting_id, eligible) VALUES (1, 'M', 1)",
    "INSERT INTO seat (id, meeting_id, name, role, marks, origin, absent_reason) "
    "VALUES (1, 'M', '甲', 'expert', 1, 'expert', '')",
    "INSERT INTO recusal (seat_id, application_id, ground, reason, declared_by, at) "
    "VALUES (1, 1, 'other', '有关', '甲', '2026-01-01T00:00:00.000000Z')",
)
KEPT = ("policy", "batch", "enterprise", "application", "investment", "meeting", "item", "seat", "recusal")


def test_a_first_release_database_comes_up_with_all_its_rows(tmp_path: Path) -> None:
    database = Database(str(tmp_path / "old.db"))
    config = Config()
    config.set_main_option("script_location", Path(migrations.__file__).parent.as_posix())
    with database.writing() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, FIRST_RELEASE)
    with database.writing() as connection:
        for row in ROWS:
            connection.execute(text(row))
    migrations.upgrade(database)
    with database.reading() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == REVISION
        assert {
            name: connection.execute(text(f"SELECT COUNT(*) FROM {name}")).scalar() for name in KEPT
        } == dict.fromkeys(KEPT, 1)
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
