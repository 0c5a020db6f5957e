"""Marks sealed until two holders have given their shares: what is in the database, who opens it, what is noticed."""

from models.enums import Phase
from models.queries.audit import verify


def test_a_sealed_meeting_goes_on_to_deliberation(sealed_at):
    meeting = sealed_at(Phase.DELIBERATING)
    assert verify(meeting.office).findings == ()
