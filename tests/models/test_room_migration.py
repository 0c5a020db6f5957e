"""A database in which items were called before presence was kept: the calls get their ends and who called."""

from pathlib import Path

import pytest
from sqlalchemy import text

from models import migrations
from models.enums import Phase
from models.queries.room import discussions
from models.services import phases, room


@pytest.mark.usefixtures("on_file")
def test_former_calls_end_with_the_next_or_with_their_phase(meeting_at):
    """A meeting is taken back to the former schema, which knows when items were called and nothing else of them."""
    from alembic import command
    from alembic.config import Config

    meeting = meeting_at(Phase.DELIBERATING)
    meeting.give_opinions()
    room.call_item(meeting.office, meeting.deputy, meeting.id, meeting.no(1))
    room.call_item(meeting.office, meeting.chair, meeting.id, meeting.no(2))
    meeting.advance()
    phases.back(meeting.office, meeting.chair, meeting.id, "更正")
    room.call_item(meeting.office, meeting.chair, meeting.id, meeting.no(3))
    database = meeting.office.database
    rounds = text("SELECT phase_change_id FROM item_call ORDER BY id")
    with database.reading() as connection:
        before = discussions(connection, meeting.id), connection.execute(rounds).all()
        seats = connection.execute(text("SELECT COUNT(*) FROM seat")).scalar_one()
    config = Config()
    config.set_main_option("script_location", Path(migrations.__file__).parent.as_posix())
    with database.writing() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0007")
        columns = set(connection.execute(text("SELECT name FROM pragma_table_info('item_call')")).scalars())
        assert columns == {"id", "meeting_id", "application_id", "at"}
    migrations.upgrade(database)
    with database.reading() as connection:
        assert (discussions(connection, meeting.id), connection.execute(rounds).all()) == before
        assert connection.execute(text("SELECT COUNT(*) FROM seat")).scalar_one() == seats
    assert [(one.presiding, one.ended is None) for one in before[0]] == [
        ("专家2", False),
        ("专家1", False),
        ("专家1", True),
    ]
