"""Writes that began from an older state are refused, and say what changed meanwhile."""

import pytest

from models.enums import Phase
from models.errors import Refused
from models.queries.allocation import quota_view
from models.queries.base import Office
from models.queries.desk import desk
from models.rules.quotas import Quota
from models.services import allocating, deliberation, scoring


def again(meeting, places) -> Office:
    """Another desk: the same database opened once more."""
    return Office(places.open(meeting.place), meeting.clock)


def kept(meeting, expert: int, no: str) -> dict[str, int]:
    rows = desk(meeting.office, meeting.expert(expert), meeting.id).rows
    return dict(next(row.marks for row in rows if row.no == no))


def test_a_mark_over_one_that_was_not_seen_is_refused(meeting_at, places):
    meeting = meeting_at(Phase.SCORING)
    expert, no = meeting.expert(3), meeting.no(2)
    there = again(meeting, places)
    scoring.enter_marks(meeting.office, expert, meeting.id, no, {"plan": "20"}, seen={"plan": None})
    with pytest.raises(Refused) as stale:
        scoring.enter_marks(there, expert, meeting.id, no, {"plan": "25"}, seen={"plan": None})
    assert stale.value.code == "stale"
    assert "20" in str(stale.value)
    assert "方案" in str(stale.value)
    assert kept(meeting, 3, no) == {"plan": 20_000}
    scoring.enter_marks(there, expert, meeting.id, no, {"plan": "20"}, seen={"plan": None})
    scoring.enter_marks(there, expert, meeting.id, no, {"effect": "12"}, seen={"effect": None})
    scoring.enter_marks(there, expert, meeting.id, no, {"plan": "25"}, seen={"plan": 20_000})
    assert kept(meeting, 3, no) == {"plan": 25_000, "effect": 12_000}


def test_a_comment_over_one_that_was_not_seen_is_refused(meeting_at):
    meeting = meeting_at(Phase.SCORING)
    expert, no = meeting.expert(3), meeting.no(2)
    scoring.enter_marks(meeting.office, expert, meeting.id, no, {}, "可行", seen_comment="")
    with pytest.raises(Refused, match="可行"):
        scoring.enter_marks(meeting.office, expert, meeting.id, no, {}, "不可行", seen_comment="")
    scoring.enter_marks(meeting.office, expert, meeting.id, no, {}, "不可行", seen_comment="可行")


def test_a_quota_over_one_that_was_not_seen_is_refused(meeting_at):
    meeting = meeting_at(Phase.PREPARING)
    seen = len(quota_view(meeting.office, meeting.secretary, meeting.id).changes)
    first, second = Quota(2, budget_fen=200_0000_00, alternates=1), Quota(3, budget_fen=200_0000_00, alternates=2)
    allocating.set_quota(meeting.office, meeting.secretary, meeting.id, first, seen=seen)
    with pytest.raises(Refused) as stale:
        allocating.set_quota(meeting.office, meeting.secretary, meeting.id, second, seen=seen)
    assert stale.value.code == "stale"
    assert "张秘书" in str(stale.value)
    assert quota_view(meeting.office, meeting.secretary, meeting.id).total == 2
    allocating.set_quota(meeting.office, meeting.secretary, meeting.id, second, seen=seen + 1)


def test_an_opinion_over_one_that_was_not_seen_is_refused(meeting_at):
    meeting = meeting_at(Phase.DELIBERATING)
    nos = [meeting.no(2), meeting.no(3)]
    none = dict.fromkeys(nos, "")
    deliberation.give_opinion(meeting.office, meeting.chair, meeting.id, nos[:1], "同意", seen=none)
    with pytest.raises(Refused) as stale:
        deliberation.give_opinion(meeting.office, meeting.chair, meeting.id, nos, "不同意", seen=none)
    assert stale.value.code == "stale"
    assert "专家1" in str(stale.value)
    assert deliberation.items_without_opinion(meeting.office, meeting.chair, meeting.id)[0] == nos[1]
