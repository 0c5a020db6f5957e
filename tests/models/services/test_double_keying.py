"""Paper sheets keyed by two persons blind to each other: who, in which order, and what happens where they differ."""

import json
import re
from collections.abc import Mapping

import pytest
from sqlalchemy import text

from models.enums import KeyingState, Phase, RecusalGround, Role, SheetState
from models.errors import BadInput, NotPermitted, Refused, WrongUse
from models.queries import meeting as meeting_query
from models.queries.audit import trail, verify
from models.queries.desk import desk
from models.queries.items import item
from models.queries.keying import difference, keyings
from models.services import attendance, returning, scoring
from models.services import keying as service
from models.services import office as offices
from models.views.people import Actor
from seeds.policies import builtin_text

ODD = {"plan": "21.5", "investment": "18.5", "effect": "12.5", "demonstration": "10.5", "assurance": "6.5"}
"""Marks that nothing else in the meeting is likely to hold."""


@pytest.fixture(params=[False, True], ids=["hidden", "sealed"])
def meeting(request, meeting_at):
    return meeting_at(Phase.SCORING, sealed=request.param)


def key(meeting, actor, expert="专家3", number=2, marks: Mapping[str, str] | None = None, **words):
    marks = ODD if marks is None else marks
    return service.key_sheet(meeting.office, actor, meeting.id, expert, meeting.no(number), marks, **words)


def other(**changed):
    return ODD | changed


def sheets(meeting):
    with meeting.office.database.reading() as connection:
        rows = connection.execute(
            text(
                "SELECT a.no, s.name, k.state, k.keyed_by FROM score_sheet k JOIN seat s ON s.id = k.seat_id "
                "JOIN application a ON a.id = k.application_id ORDER BY k.id"
            )
        )
        return [tuple(row) for row in rows]


def line(meeting, actor, expert="专家3", number=2):
    view = keyings(meeting.office, actor, meeting.id)
    return next((one.state, one.by, one.mine) for one in view.of(expert) if one.no == meeting.no(number))


def codes(meeting):
    view = meeting_query.meeting(meeting.office, meeting.supervisor, meeting.id)
    return {one.code for one in view.blockers}, view.done


def second_secretary(meeting) -> Actor:
    code = offices.add_user(meeting.office, meeting.secretary, "刘秘书", Role.SECRETARY)
    return offices.user_sign_in(meeting.office, "刘秘书", code, meeting.pin)


def test_the_measure_asks_for_it():
    assert "double_keying = true" in builtin_text("kunming-2024")


@pytest.mark.parametrize("order", [("张秘书", "李财政"), ("李财政", "张秘书"), ("王监督", "李财政")])
def test_two_equal_keyings_are_a_sheet_that_is_in(meeting, order):
    first, second = (meeting.people[name] for name in order)
    assert key(meeting, first).state is KeyingState.WAITING
    assert (sheets(meeting), codes(meeting)) == ([], ({"sheets_out", "keyed_once"}, 0))
    assert line(meeting, second) == (KeyingState.WAITING, (order[0],), False)
    assert line(meeting, first) == (KeyingState.WAITING, (order[0],), True)
    assert key(meeting, second, marks=dict(reversed(ODD.items()))).state is KeyingState.IN
    assert sheets(meeting) == [(meeting.no(2), "专家3", "submitted", "、".join(order))]
    assert (codes(meeting), line(meeting, first)) == (({"sheets_out"}, 1), (KeyingState.IN, (), False))
    assert verify(meeting.office).findings == ()


def test_marks_that_were_keyed_twice_count_like_any_others_after_the_reveal(meeting):
    for actor in (meeting.secretary, meeting.finance):
        key(meeting, actor, comment="不错" if actor is meeting.secretary else " 不 错 ")
        key(meeting, actor, "专家5", 3, {}, abstain="不熟悉")
    for expert in range(1, 6):
        for application in range(1, 6):
            if (expert, application) not in {(1, 1), (3, 2), (5, 3)}:
                meeting.submit(expert, application)
    meeting.advance()
    view = item(meeting.office, meeting.supervisor, meeting.id, meeting.no(2))
    (own,) = (one for one in view.sheets if one.expert == "专家3")
    assert (own.total_micro, own.marks["plan"], own.comment) == (69_500_000, 21_500, " 不 错 ".strip())
    abstained = item(meeting.office, meeting.supervisor, meeting.id, meeting.no(3)).sheets
    assert [one.reason for one in abstained if one.state is SheetState.ABSTAINED] == ["不熟悉"]
    assert verify(meeting.office).findings == ()


def test_the_same_person_does_not_key_twice(meeting):
    key(meeting, meeting.finance)
    with pytest.raises(Refused) as twice:
        key(meeting, meeting.finance)
    assert twice.value.code == "keyed_already"
    assert sheets(meeting) == []


def test_secretaries_alone_are_not_enough(meeting):
    liu = second_secretary(meeting)
    key(meeting, meeting.secretary)
    with pytest.raises(Refused) as alone:
        key(meeting, liu)
    assert alone.value.code == "two_secretaries"
    assert "财政代表或监督" in str(alone.value)
    key(meeting, meeting.supervisor)
    assert sheets(meeting)[0][3] == "张秘书、王监督"


@pytest.mark.parametrize("name", ["专家1", "专家2", "专家3", "专家4"])
def test_nobody_who_marks_keys(meeting, name):
    with pytest.raises(NotPermitted):
        key(meeting, meeting.people[name])
    with pytest.raises(NotPermitted):
        keyings(meeting.office, meeting.people[name], meeting.id)


def test_a_person_of_the_office_who_is_seated_as_an_expert_does_not_key(meeting):
    with meeting.office.database.writing() as connection:
        connection.execute(text("UPDATE seat SET role = 'expert', marks = TRUE WHERE name = '李财政'"))
    with pytest.raises(NotPermitted):
        key(meeting, meeting.finance)


def test_a_difference_is_opened_to_the_two_with_its_places_and_nothing_comes_in(meeting):
    key(meeting, meeting.secretary, comment="好")
    found = key(meeting, meeting.finance, marks=other(plan="20.5", effect="14"), comment="好")
    assert found.state is KeyingState.DIFFERS
    assert found.difference.names == ("方案", "成效")
    assert [(one.key, one.values) for one in found.difference.places if one.differs] == [
        ("plan", ("21.5", "20.5")),
        ("effect", ("12.5", "14")),
    ]
    for actor in (meeting.secretary, meeting.finance):
        assert difference(meeting.office, actor, meeting.id, "专家3", meeting.no(2)) == found.difference
        assert line(meeting, actor) == (KeyingState.DIFFERS, ("张秘书", "李财政"), True)
    with pytest.raises(NotPermitted):
        difference(meeting.office, meeting.supervisor, meeting.id, "专家3", meeting.no(2))
    assert (sheets(meeting), codes(meeting)) == ([], ({"sheets_out", "keyings_differ"}, 0))
    assert verify(meeting.office).findings == ()


def test_a_third_person_does_not_decide_and_one_of_the_two_keys_again(meeting):
    key(meeting, meeting.secretary)
    key(meeting, meeting.finance, marks=other(plan="20.5"))
    with pytest.raises(Refused) as third:
        key(meeting, meeting.supervisor)
    assert third.value.code == "others_differ"
    again = key(meeting, meeting.secretary, marks=other(plan="22"))
    assert (again.state, again.difference.keyers) == (KeyingState.DIFFERS, ("李财政", "张秘书"))
    assert line(meeting, meeting.finance) == (KeyingState.DIFFERS, ("李财政", "张秘书"), True)
    assert key(meeting, meeting.finance, marks=other(plan="22")).state is KeyingState.IN
    assert sheets(meeting) == [(meeting.no(2), "专家3", "submitted", "张秘书、李财政")]
    assert verify(meeting.office).findings == ()
    with meeting.office.database.reading() as connection:
        rows = connection.execute(text("SELECT keyed_by, content, places, checked_with FROM keying ORDER BY id")).all()
    assert [tuple(row) for row in rows] == [
        ("张秘书", "", '["plan"]', "李财政"),
        ("李财政", "", '["plan"]', "张秘书"),
        ("张秘书", "", "[]", "李财政"),
    ]


def test_an_abstention_is_keyed_twice_too_and_differs_from_marks(meeting):
    key(meeting, meeting.secretary, marks={}, abstain="不熟悉")
    found = key(meeting, meeting.finance)
    assert [one.key for one in found.difference.places if one.differs] == [*ODD, "abstain"]
    assert key(meeting, meeting.finance, marks={}, abstain="不熟悉").state is KeyingState.IN
    assert sheets(meeting) == [(meeting.no(2), "专家3", "abstained", "张秘书、李财政")]


@pytest.mark.parametrize(
    ("marks", "words", "error", "code"),
    [
        ({"plan": "21.5"}, {}, Refused, "sheet_incomplete"),
        ({}, {}, Refused, "sheet_incomplete"),
        (ODD | {"plan": "31"}, {}, Refused, "mark_out_of_range"),
        (ODD | {"plan": "x"}, {}, Refused, "mark_not_a_number"),
        (ODD | {"没有": "1"}, {}, WrongUse, "unknown_criterion"),
        (ODD, {"abstain": "不熟悉"}, WrongUse, "abstained"),
        (ODD, {"comment": "长" * 1001}, Refused, "comment_long"),
    ],
)
def test_a_sheet_is_keyed_whole_or_not_at_all(meeting, marks, words, error, code):
    with pytest.raises(error) as wrong:
        key(meeting, meeting.secretary, marks=marks, **words)
    assert wrong.value.code == code
    assert line(meeting, meeting.secretary)[0] is KeyingState.BLANK


def test_what_experts_type_is_not_keyed_and_what_may_not_come_in_neither(meeting):
    scoring.enter_marks(meeting.office, meeting.expert(3), meeting.id, meeting.no(2), {"plan": "20"})
    meeting.submit(4, 2)
    attendance.add_recusal(meeting.office, meeting.secretary, meeting.id, "专家5", meeting.no(2), RecusalGround.SHARES)
    attendance.record_absent(meeting.office, meeting.chair, meeting.id, "专家2", "迟到")
    attendance.add_recusal(meeting.office, meeting.secretary, meeting.id, "李财政", meeting.no(3), RecusalGround.SHARES)
    for expert, number, why in (
        ("专家3", 2, "专家已在席位上评分"),
        ("专家4", 2, "评分表已提交"),
        ("专家5", 2, "该专家未回避的项目"),
        ("专家2", 2, "已记缺席"),
        ("专家3", 6, "不评分"),
        ("专家3", 3, "录入人未回避的项目"),
        ("没有", 2, "评分席位上的姓名"),
        ("张秘书", 2, "评分席位上的姓名"),
        ("专家3", 9, "申报编号"),
    ):
        with pytest.raises(Refused) as refused:
            key(meeting, meeting.finance, expert, number)
        assert why in str(refused.value), (expert, number)
    listed = {(one.expert, one.no) for one in keyings(meeting.office, meeting.finance, meeting.id).lines}
    assert ("专家5", meeting.no(2)) not in listed
    assert ("专家3", meeting.no(3)) not in listed
    assert {expert for expert, _ in listed} == {"专家1", "专家3", "专家4", "专家5"}
    assert line(meeting, meeting.finance)[0] is KeyingState.IN


def test_a_returned_paper_sheet_is_keyed_twice_anew(meeting):
    for actor in (meeting.secretary, meeting.finance):
        key(meeting, actor)
    returning.return_sheet(meeting.office, meeting.chair, meeting.id, "专家3", meeting.no(2), "看不清")
    assert line(meeting, meeting.finance)[0] is KeyingState.BLANK
    assert key(meeting, meeting.finance, marks=other(plan="22")).state is KeyingState.WAITING
    assert key(meeting, meeting.supervisor, marks=other(plan="22")).state is KeyingState.IN
    assert sheets(meeting) == [(meeting.no(2), "专家3", "submitted", "李财政、王监督")]
    assert verify(meeting.office).findings == ()


HEADINGS = "expert,no,plan,investment,effect,demonstration,assurance,abstain,comment"


def write(path, *rows):
    path.write_text("\n".join([HEADINGS, *rows]), encoding="utf-8-sig")
    return path


def row(meeting, expert, number, plan="21.5"):
    return f"{expert},{meeting.no(number)},{plan},18.5,12.5,10.5,6.5,,"


def test_files_of_two_persons_are_compared_sheet_by_sheet(meeting, tmp_path):
    rows = [row(meeting, "专家3", 2), row(meeting, "专家3", 3), f"专家4,{meeting.no(2)},,,,,,不熟悉,"]
    first = service.import_marks(meeting.office, meeting.finance, meeting.id, write(tmp_path / "甲.csv", *rows))
    assert (first.sheets, first.abstained) == (0, 0)
    assert [one.state for one in first.keyed] == [KeyingState.WAITING] * 3
    rows[1] = row(meeting, "专家3", 3, "20.5")
    second = service.import_marks(meeting.office, meeting.secretary, meeting.id, write(tmp_path / "乙.csv", *rows))
    assert (second.sheets, second.abstained) == (2, 1)
    assert [(one.no, one.state) for one in second.keyed] == [
        (meeting.no(2), KeyingState.IN),
        (meeting.no(3), KeyingState.DIFFERS),
        (meeting.no(2), KeyingState.IN),
    ]
    assert key(meeting, meeting.finance, "专家3", 3, other(plan="20.5")).state is KeyingState.IN
    assert [one[:3] for one in sheets(meeting)] == [
        (meeting.no(2), "专家3", "submitted"),
        (meeting.no(2), "专家4", "abstained"),
        (meeting.no(3), "专家3", "submitted"),
    ]
    assert verify(meeting.office).findings == ()


def test_a_file_with_a_sheet_that_is_not_ones_own_to_key_keeps_nothing(meeting, tmp_path):
    key(meeting, meeting.finance)
    file = write(tmp_path / "甲.csv", row(meeting, "专家3", 3), row(meeting, "专家3", 2))
    with pytest.raises(BadInput) as bad:
        service.import_marks(meeting.office, meeting.finance, meeting.id, file)
    assert [(one.row, str(one.wanted)) for one in bad.value.faults] == [(3, "由另一人（本人已录入过）录入的评分表")]
    assert line(meeting, meeting.finance, number=3)[0] is KeyingState.BLANK


def test_a_sheet_of_a_file_is_keyed_once_more_by_hand(meeting, tmp_path):
    file = write(tmp_path / "甲.csv", row(meeting, "专家3", 2))
    service.import_marks(meeting.office, meeting.secretary, meeting.id, file)
    assert key(meeting, meeting.supervisor).state is KeyingState.IN


def told_to(meeting, actor):
    """All that somebody reads of a meeting in scoring."""
    told = [repr(meeting_query.meeting(meeting.office, actor, meeting.id))]
    if actor.role in (Role.SECRETARY, Role.FINANCE, Role.SUPERVISOR):
        told.append(repr(keyings(meeting.office, actor, meeting.id)))
        told.append(repr(trail(meeting.office, actor, meeting.id)))
    elif actor.role is not Role.CHAIR:
        told.append(repr(desk(meeting.office, actor, meeting.id)))
    else:
        told.append(repr(trail(meeting.office, actor, meeting.id)))
    return "\n".join(told)


@pytest.mark.parametrize("stage", ["once", "differs", "in"])
def test_what_was_keyed_is_told_to_nobody(meeting, stage):
    """The marks that could leak are there: keyed once, keyed twice and different, in."""
    key(meeting, meeting.secretary, comment="密语")
    if stage != "once":
        key(meeting, meeting.finance, marks=other(plan="20.5") if stage == "differs" else ODD, comment="密语")
    for actor in meeting.people.values():
        told = told_to(meeting, actor)
        if (actor.name, stage, meeting.sealed) == ("专家3", "in", False):
            assert "21500" in told  # the own sheet, at the own desk
            continue
        for secret in ("21.5", "21500", "20.5", "20500", "密语", "18500", "69.5", "69500000"):
            assert re.search(rf"(?<![\w.]){secret}(?!\w)", told) is None, (actor.name, secret)


def test_an_expert_learns_nothing_of_the_own_paper_sheet_that_was_keyed_once(meeting):
    key(meeting, meeting.secretary)
    (own,) = (one for one in desk(meeting.office, meeting.expert(3), meeting.id).rows if one.no == meeting.no(2))
    assert (own.state, dict(own.marks), own.total_micro) == (SheetState.BLANK, {}, None)


def test_refusals_and_entries_say_nothing_of_the_marks(meeting):
    """Two keyings that agree and two that differ are told apart by their state alone."""
    said = []
    for number, plan in ((2, "21.5"), (3, "20.5")):
        key(meeting, meeting.secretary, number=number)
        said.append(json.loads(trail(meeting.office, meeting.supervisor, meeting.id)[0].after))
        key(meeting, meeting.finance, number=number, marks=other(plan=plan))
    assert [set(one) for one in said] == [{"keying", "keyings"}] * 2
    digests = [digest for one in said for digest in one["keyings"].values()]
    assert len({*digests}) == 2  # the same marks under another nonce
    assert all(len(digest) == 64 for digest in digests)


def test_a_keying_is_kept_in_clear_only_where_marks_are(meeting):
    key(meeting, meeting.secretary, comment="密语")
    key(meeting, meeting.secretary, number=3, marks={}, abstain="不熟悉")
    with meeting.office.database.reading() as connection:
        kept = connection.execute(text("SELECT content FROM keying ORDER BY id")).scalars().all()
    assert ("密语" in kept[0]) is not meeting.sealed
    if meeting.sealed:
        assert len({len(one) for one in kept}) == 1
        assert "21500" not in kept[0]


def test_a_sealed_keying_is_opened_by_who_may_key_and_after_a_difference_by_the_two(sealed_at):
    meeting = sealed_at(Phase.SCORING)
    key(meeting, meeting.secretary)

    def boxes():
        with meeting.office.database.reading() as connection:
            rows = connection.execute(text("SELECT content FROM keying WHERE ended_at IS NULL ORDER BY id"))
            return [set(json.loads(content)["sealed"]) for content in rows.scalars()]

    (once,) = boxes()
    assert len(once) == 3  # secretary, finance, supervisor
    key(meeting, meeting.finance, marks=other(plan="20.5"))
    first, second = boxes()
    assert first == second < once
    assert len(first) == 2


def test_a_sealed_keying_wants_the_own_phrase_and_keys_that_were_there_in_time(sealed_at):
    meeting = sealed_at(Phase.SCORING)
    key(meeting, meeting.finance)
    with pytest.raises(NotPermitted) as none:
        key(meeting, offices.find_person(meeting.office, "张秘书"))
    assert none.value.code == "no_keys"
    with pytest.raises(Refused) as late:
        key(meeting, second_secretary(meeting))
    assert late.value.code == "not_for_you"


def test_what_was_keyed_once_is_forgotten_with_the_reveal(meeting):
    key(meeting, meeting.secretary, "专家5", 3)
    attendance.record_absent(meeting.office, meeting.chair, meeting.id, "专家5", "离会")
    for expert in range(1, 5):
        for application in range(1, 6):
            if (expert, application) != (1, 1):
                meeting.submit(expert, application)
    meeting.advance()
    with meeting.office.database.reading() as connection:
        assert connection.execute(text("SELECT content FROM keying")).scalars().all() == [""]
    assert verify(meeting.office).findings == ()


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("UPDATE keying SET content = REPLACE(content, '1', '2')", "keying_changed"),
        ("UPDATE keying SET keyed_by = '王监督'", "keying_changed"),
        ("UPDATE keying SET ended_at = '2026'", "keying_changed"),
        ("DELETE FROM keying", "keying_missing"),
    ],
)
def test_verification_finds_a_keying_that_was_changed(meeting, statement, code):
    key(meeting, meeting.secretary)
    assert verify(meeting.office).findings == ()
    meeting.tamper(statement)
    assert code in [one.code for one in verify(meeting.office).findings]


def test_where_one_keying_is_enough_it_is_the_secretarys(meeting_at):
    single = builtin_text("kunming-2024").replace("double_keying = true", "double_keying = false")
    meeting = meeting_at(Phase.SCORING, single)
    for actor in (meeting.finance, meeting.supervisor):
        with pytest.raises(NotPermitted):
            key(meeting, actor)
    assert key(meeting, meeting.secretary).state is KeyingState.IN
    assert sheets(meeting) == [(meeting.no(2), "专家3", "submitted", "张秘书")]
    assert keyings(meeting.office, meeting.secretary, meeting.id).double is False
    assert verify(meeting.office).findings == ()
