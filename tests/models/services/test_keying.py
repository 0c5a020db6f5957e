"""Paper sheets keyed by the office: who may, for whom, and that no mark is told again."""

import json
from dataclasses import replace
from fractions import Fraction

import pytest

from models.enums import Phase
from models.errors import BadInput, NotPermitted, Refused, WrongUse
from models.queries.audit import verify
from models.rules.digest import sheet_digest
from models.services.intake import import_roster
from models.services.keying import import_marks

HEADINGS = ["专家", "申报编号", "方案", "投入", "成效", "示范", "保障", "弃权", "评语"]
MARKS = [26, 17.5, 15, 12, 11]
NOTE = ["", ""]


@pytest.fixture
def single(kunming):
    """Kunming's measure where one keying counts and marks are hidden, not sealed."""
    return replace(kunming, scoring=replace(kunming.scoring, double_keying=False, sealing=False))


@pytest.fixture
def meeting(bureau, sheets, single):
    """Three experts (one absent) and a secretary's seat; the first application is everybody's, the second panel A's."""
    rows = [sheets.row(number) for number in (1, 2, 3)]
    import_roster(bureau.office, bureau.secretary, [sheets.roster(*rows)], "B1")
    bureau.meeting("M1", ["B1-001", "B1-002"], Phase.SCORING)
    bureau.write(
        "INSERT INTO seat (id, meeting_id, name, role, marks, origin, absent_at, absent_reason) "
        "VALUES (:id, 'M1', :name, :role, :marks, 'expert', :absent, :why)",
        *(
            {"id": at, "name": name, "role": role, "marks": marks, "absent": absent, "why": "病假" if absent else ""}
            for at, (name, role, marks, absent) in enumerate(
                (
                    ("赵", "chair", True, None),
                    ("钱", "expert", True, None),
                    ("孙", "expert", True, "2024-06-03"),
                    ("李", "secretary", False, None),
                ),
                1,
            )
        ),
    )
    bureau.office._policies[1] = single
    bureau.write("INSERT INTO panel (id, meeting_id, name) VALUES (1, 'M1', '甲组')")
    bureau.write("INSERT INTO panel_seat (panel_id, seat_id) VALUES (1, 1)")
    bureau.write("UPDATE item SET panel_id = 1 WHERE application_id = (SELECT id FROM application WHERE no = 'B1-002')")
    return bureau


@pytest.fixture
def key(meeting, sheets):
    def key(*rows, actor=meeting.secretary, meeting_id="M1"):
        return import_marks(meeting.office, actor, meeting_id, sheets.xlsx({"评分": [HEADINGS, *rows]}, "评分.xlsx"))

    return key


def refused(key, *rows):
    with pytest.raises(BadInput) as caught:
        key(*rows)
    return [(fault.row, fault.column, fault.wanted.chinese()) for fault in caught.value.faults]


def kept(meeting):
    return meeting.rows(
        "SELECT s.name, a.no, h.state, h.total_micro, h.comment, h.reason, h.keyed_by, h.saved_at FROM score_sheet h "
        "JOIN seat s ON s.id = h.seat_id JOIN application a ON a.id = h.application_id ORDER BY s.id, a.no"
    )


def sheet(meeting, state, keyed_by=""):
    """A sheet of 钱 for the first application."""
    meeting.write(
        "INSERT INTO score_sheet (id, meeting_id, application_id, seat_id, state, total_micro, comment, reason, "
        "voided, revealed, keyed_by, nonce, saved_at) "
        "SELECT 77, 'M1', id, 2, :state, 0, '', 'x', :no, :no, :keyed_by, 'n', '2024' "
        "FROM application WHERE no = 'B1-001'",
        {"state": state, "keyed_by": keyed_by, "no": False},
    )


def test_sheets_come_in_as_submitted_with_their_totals(meeting, key):
    done = key(
        ["赵", "B1-001", *MARKS, "", "好"], ["钱", "B1-001", *[""] * 5, "不熟悉", ""], ["赵", "B1-002", *MARKS, *NOTE]
    )
    assert (done.sheets, done.abstained) == (3, 1)
    stamp = "2024-06-03T01:00:00.000000Z"
    assert kept(meeting) == [
        ("赵", "B1-001", "submitted", 81_500_000, "好", "", "秘书甲", stamp),
        ("赵", "B1-002", "submitted", 81_500_000, "", "", "秘书甲", stamp),
        ("钱", "B1-001", "abstained", None, "", "不熟悉", "秘书甲", stamp),
    ]
    assert meeting.rows(
        "SELECT c.code, m.value_milli FROM mark m JOIN criterion c ON c.id = m.criterion_id "
        "JOIN score_sheet h ON h.id = m.sheet_id JOIN application a ON a.id = h.application_id "
        "WHERE a.no = 'B1-001' ORDER BY c.position"
    ) == [
        ("plan", 26_000),
        ("investment", 17_500),
        ("effect", 15_000),
        ("demonstration", 12_000),
        ("assurance", 11_000),
    ]


def test_weights_go_into_the_totals(meeting, key, single):
    criteria = tuple(replace(one, weight=Fraction(8, 5)) for one in single.rubric.criteria)
    meeting.office._policies[1] = replace(single, rubric=replace(single.rubric, criteria=criteria))
    key(["钱", "B1-001", *MARKS, *NOTE])
    assert [row[3] for row in kept(meeting)] == [130_400_000]  # 81.5 x 1.6


def test_the_audit_entry_tells_no_mark_but_names_every_sheet_by_its_salted_digest(meeting, key):
    key(["钱", "B1-001", *MARKS, *NOTE], ["赵", "B1-001", *MARKS, "", "评语不入账"])
    act, actor, object_, before, after, _ = meeting.last_entry()
    assert (act, actor, object_, before) == ("marks.import", "秘书甲", "M1", "{}")
    nonces = meeting.rows("SELECT s.name, h.nonce FROM score_sheet h JOIN seat s ON s.id = h.seat_id")
    marks = {"plan": 26_000, "investment": 17_500, "effect": 15_000, "demonstration": 12_000, "assurance": 11_000}
    digests = {f"B1-001/{name}": sheet_digest(str(nonce), "submitted", marks) for name, nonce in nonces}
    told = json.loads(str(after))
    assert list(told.pop("rows")) == ["score_sheet"]
    assert told == {"file": "评分.xlsx", "count": 2, "abstained": 0, "sheets": digests}
    assert len({len(str(nonce)) for _, nonce in nonces}) == 1
    assert len({nonce for _, nonce in nonces}) == 2


def found(meeting):
    """What is found but that no act set this meeting up."""
    findings = verify(meeting.office).findings
    return [(one.code, one.where) for one in findings if one.code != "row_unexplained"]


def test_the_record_verifies_and_a_changed_mark_is_found(meeting, key):
    key(["钱", "B1-001", *MARKS, *NOTE], ["赵", "B1-001", *[""] * 5, "不熟悉", ""])
    assert found(meeting) == []
    meeting.write("UPDATE mark SET value_milli = 500 WHERE value_milli = 26000")
    assert found(meeting) == [("sheet_changed", "M1/B1-001/钱"), ("row_changed", "score_sheet/1")]


def test_every_row_that_may_not_come_in_is_named_and_nothing_is_kept(meeting, key):
    meeting.write(
        "INSERT INTO recusal (seat_id, application_id, ground, reason, declared_by, at) "
        "SELECT 1, id, 'shares', '', '赵', '2024' FROM application WHERE no = 'B1-002'"
    )
    entries = meeting.entries()
    assert refused(
        key,
        ["周", "B1-001", *MARKS, *NOTE],
        ["李", "B1-001", *MARKS, *NOTE],
        ["孙", "B1-001", *MARKS, *NOTE],
        ["钱", "B1-003", *MARKS, *NOTE],
        ["钱", "B1-002", *MARKS, *NOTE],
        ["赵", "B1-002", *MARKS, *NOTE],
        ["赵", "B1-001", *MARKS, *NOTE],
        ["赵", "B1-001", *MARKS, *NOTE],
        ["钱", "B1-001", 31, *MARKS[1:], *NOTE],
    ) == [
        (2, "专家", "本次评审会评分席位上的姓名"),
        (3, "专家", "本次评审会评分席位上的姓名"),
        (4, "专家", "到会的专家（该专家已记缺席）"),
        (5, "申报编号", "本次评审会的申报编号"),
        (6, "申报编号", "该专家所在评审组的项目"),
        (7, "申报编号", "该专家未回避的项目"),
        (9, "申报编号", "每位专家每个项目一行（第 8 行已有）"),
        (10, "方案", "0 至 30 的分数，步长 0.5"),
    ]
    assert (kept(meeting), meeting.entries()) == ([], entries)


def test_an_application_that_is_not_eligible_is_not_marked(meeting, key):
    meeting.write("UPDATE item SET eligible = :no", {"no": False})
    assert refused(key, ["钱", "B1-001", *MARKS, *NOTE]) == [(2, "申报编号", "符合条件的项目（该项目不评分）")]


@pytest.mark.parametrize(
    ("state", "keyed_by", "why"),
    [
        ("submitted", "", "评分表已提交"),
        ("submitted", "秘书甲", "评分表已提交"),
        ("abstained", "", "专家已弃权"),
        ("draft", "", "专家已在席位上评分"),
        ("returned", "", "专家已在席位上评分"),
    ],
)
def test_a_sheet_that_is_there_is_not_keyed_over(meeting, key, state, keyed_by, why):
    sheet(meeting, state, keyed_by)
    assert refused(key, ["钱", "B1-001", *MARKS, *NOTE]) == [(2, "申报编号", f"尚无评分表的项目（{why}）")]


def test_a_paper_sheet_that_the_chair_returned_is_keyed_again(meeting, key):
    sheet(meeting, "returned", "秘书甲")
    meeting.write("INSERT INTO mark (sheet_id, criterion_id, value_milli) SELECT 77, id, 500 FROM criterion")
    key(["钱", "B1-001", *MARKS, *NOTE])
    assert [row[2:6] for row in kept(meeting)] == [("submitted", 81_500_000, "", "")]
    assert meeting.rows("SELECT sum(value_milli), count(*) FROM mark WHERE sheet_id = 77") == [(81_500, 5)]


def test_role_and_phase_are_checked_before_the_file(meeting, key):
    bad = ["周", "没有", *MARKS, *NOTE]
    with pytest.raises(NotPermitted):
        key(bad, actor=meeting.supervisor)
    meeting.move("M1", Phase.DELIBERATING)
    with pytest.raises(Refused) as phase:
        key(bad)
    assert phase.value.code == "wrong_phase"
    assert meeting.last_entry()[0::5] == ("marks.import", "wrong_phase")
    meeting.move("M1", Phase.SCORING)
    with pytest.raises(BadInput):
        key(bad)
    with pytest.raises(WrongUse):
        key(bad, meeting_id="没有")
    assert kept(meeting) == []
