"""The room by commands: items in an order, who steps out, and what the projector would show."""

from models.enums import Phase, RecusalGround
from models.services import attendance
from tests.conftest import EXPERTS


def test_items_are_called_closed_and_ordered_by_commands(room, meeting_at):
    meeting = meeting_at(Phase.DELIBERATING)
    attendance.add_recusal(meeting.office, meeting.expert(4), meeting.id, "专家4", meeting.no(2), RecusalGround.SHARES)
    room.open(meeting.place)
    chair, deputy = EXPERTS[0], EXPERTS[1]
    orders = room.do(chair, "item", "order", "M1", "进出最少")
    assert (orders["order"], orders["called"]) == ("movements", 0)
    assert {one["order"]: one["moves"] for one in orders["orders"]} == {"number": 4, "rank": 4, "movements": 4}
    assert orders["orders"][2]["applications"] == ["KM1-003", "KM1-004", "KM1-005", "KM1-001", "KM1-002"]
    called = room.do(chair, "item", "next", "M1")
    assert called == {"meeting": "M1", "called": "KM1-003", "presiding": chair, "must_leave": [], "may_return": []}
    assert room.refused(1, chair, "item", "call", "M1", "KM1-003")["code"] == "already_called"
    assert room.refused(4, deputy, "item", "close", "M1")["code"] == "other_presides"
    assert room.do(chair, "item", "call", "M1", "KM1-002")["must_leave"] == ["专家4"]
    assert room.do(chair, "item", "close", "M1") == {"meeting": "M1", "closed": "KM1-002"}
    assert room.refused(1, chair, "item", "close", "M1")["code"] == "nothing_called"
    assert room.do(deputy, "item", "call", "M1", "KM1-001")["presiding"] == deputy
    code, out, _ = room.say(EXPERTS[2], "item", "order", "M1")
    assert code == 0
    assert "叫项次序：进出最少。" in out
    assert room.refused(4, EXPERTS[2], "item", "order", "M1", "rank")["code"] == "not_permitted"


def test_all_items_called_is_said(room, meeting_at):
    meeting = meeting_at(Phase.DELIBERATING)
    room.open(meeting.place)
    room.do(EXPERTS[1], "item", "next", "M1")
    room.do(EXPERTS[1], "item", "close", "M1")
    for _ in range(4):
        room.do(EXPERTS[0], "item", "next", "M1")
    assert room.refused(1, EXPERTS[0], "item", "next", "M1")["code"] == "all_called"


def test_stepping_out_and_coming_back_by_commands(room, meeting_at):
    room.open(meeting_at(Phase.DELIBERATING).place)
    chair = EXPERTS[0]
    assert room.do(chair, "room", "out", "M1", "专家3", "--reason", "接电话")["stepped_out"] is True
    shown = room.do("王监督", "room", "show", "M1")
    assert (shown["called"], shown["stepped_out"]) == (None, ["专家3"])
    assert room.refused(1, chair, "room", "out", "M1", "专家3")["code"] == "already_out"
    assert room.do(chair, "room", "in", "M1", "专家3")["stepped_out"] is False
    assert room.refused(1, chair, "room", "in", "M1", "专家3")["code"] == "not_out"
    assert room.refused(2, chair, "room", "in", "M1", "无此人")["code"] == "unknown_seat"
    assert room.refused(4, "张秘书", "room", "out", "M1", "专家3")["code"] == "not_permitted"


def test_board_writes_what_it_would_show_where_there_is_no_terminal(room, meeting_at):
    meeting = meeting_at(Phase.SCORING)
    meeting.submit(3, 2)
    room.open(meeting.place)
    shown = room.do("张秘书", "board", "M1")
    assert shown["sheets"] == {"due": 24, "in": 1}
    assert (shown["applications"], shown["room"], shown["line"]) == ([], None, None)
    assert {
        "name": "专家3",
        "role": "expert",
        "signed_in": True,
        "absent": False,
        "sheets": {"due": 5, "in": 1},
    } in shown["seats"]
    assert room.refused(4, "专家3", "board", "M1")["code"] == "not_permitted"
    assert room.refused(2, "张秘书", "board", "M2")["code"] == "unknown_meeting"
    meeting = meeting_at(Phase.FINALISED)
    room.open(meeting.place)
    after = room.do("王监督", "board", "M1")
    assert after["line"] == "80.00"
    assert after["applications"][0] == {
        "no": "KM1-001",
        "enterprise": "示例企业1",
        "district": "五华区",
        "rank": 1,
        "score": "89.25",
        "outcome": "proposed",
        "alternate_order": None,
    }
    assert after["lists"] == [{"version": 1, "count": 3, "total": "1200000.00", "signed": False}]
    code, out, _ = room.say("王监督", "board", "M1")
    assert code == 0
    assert "评审会：定稿" in out
    assert "89.25" in out
