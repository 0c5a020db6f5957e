"""Conflicts and paper sheets by commands, with the JSON that others rely on."""

from __future__ import annotations

from typing import Any

import pytest

from models.enums import Phase

MARKS = ("plan=21.5", "investment=18.5", "成效=12.5", "demonstration=10.5", "assurance=6.5")
HEADINGS = "expert,no,plan,investment,effect,demonstration,assurance"


@pytest.fixture
def scoring(at: Any) -> Any:
    return at(Phase.SCORING)


def key(room: Any, who: str, *marks: str, no: str = "KM1-002") -> Any:
    return room.do(who, "marks", "key", "M1", "专家3", no, *(marks or MARKS))


def test_a_sheet_is_keyed_by_two(scoring: Any) -> None:
    once = key(scoring, "张秘书")
    assert once == {"expert": "专家3", "no": "KM1-002", "state": "waiting", "difference": None}
    listed = scoring.do("李财政", "marks", "keyings", "M1", "专家3")
    assert (listed["meeting"], listed["double"]) == ("M1", True)
    assert listed["sheets"][1] == {
        "expert": "专家3",
        "no": "KM1-002",
        "enterprise": "示例企业2",
        "state": "waiting",
        "by": ["张秘书"],
        "mine": False,
        "yours": True,
    }
    assert key(scoring, "李财政")["state"] == "in"
    assert scoring.do("张秘书", "meeting", "show", "M1")["sheets"]["in"] == 1


def test_a_difference_is_shown_to_the_two_with_its_places(scoring: Any) -> None:
    key(scoring, "张秘书")
    found = key(scoring, "李财政", "方案＝20.5", *MARKS[1:])
    assert found["state"] == "differs"
    assert found["difference"]["keyers"] == ["张秘书", "李财政"]
    assert found["difference"]["places"][0] == {
        "key": "plan",
        "name": "方案",
        "values": ["21.5", "20.5"],
        "differs": True,
    }
    assert [one["differs"] for one in found["difference"]["places"]] == [True, False, False, False, False]
    assert scoring.do("张秘书", "marks", "keyings", "M1", "专家3", "KM1-002") == found["difference"]
    scoring.refused(4, "王监督", "marks", "keyings", "M1", "专家3", "KM1-002")
    scoring.refused(1, "王监督", "marks", "key", "M1", "专家3", "KM1-002", *MARKS)
    code, out, _ = scoring.say("李财政", "marks", "keyings", "M1", "专家3", "KM1-002")
    assert (code, "方案 不一致" in out, "≠" in out) == (0, True, True)
    assert key(scoring, "李财政")["state"] == "in"


def test_the_commands_refuse_in_words(scoring: Any) -> None:
    key(scoring, "李财政")
    assert scoring.refused(1, "李财政", "marks", "key", "M1", "专家3", "KM1-002", *MARKS)["code"] == "keyed_already"
    assert scoring.refused(4, "专家3", "marks", "key", "M1", "专家3", "KM1-003", *MARKS)["code"] == "not_permitted"
    assert scoring.refused(1, "张秘书", "marks", "key", "M1", "专家3", "KM1-003")["code"] == "sheet_incomplete"
    assert (
        scoring.refused(2, "张秘书", "marks", "key", "M1", "专家3", "KM1-003", "没有=3")["code"] == "unknown_criterion"
    )
    scoring.refused(2, "张秘书", "marks", "keyings", "M1", "没有")
    scoring.do("张秘书", "marks", "key", "M1", "专家3", "KM1-003", "--abstain", "不熟悉")


def test_files_are_imported_by_two(scoring: Any) -> None:
    file = scoring.folder / "paper.csv"
    file.write_text(f"{HEADINGS}\n专家3,KM1-002,21.5,18.5,12.5,10.5,6.5\n专家3,KM1-003,21.5,18.5,12.5,10.5,6.5\n")
    assert scoring.do("张秘书", "marks", "import", "M1", "paper.csv") == {
        "meeting": "M1",
        "sheets": 0,
        "abstained": 0,
        "waiting": 2,
        "differing": [],
    }
    again = scoring.refused(3, "张秘书", "marks", "import", "M1", "paper.csv")
    assert [fault["wanted"] for fault in again["faults"]] == ["由另一人（本人已录入过）录入的评分表"] * 2
    file.write_text(file.read_text().replace("KM1-003,21.5", "KM1-003,20.5"))
    done = scoring.do("王监督", "marks", "import", "M1", "paper.csv")
    assert (done["sheets"], done["waiting"]) == (1, 0)
    assert [(one["no"], one["keyers"]) for one in done["differing"]] == [("KM1-003", ["张秘书", "王监督"])]


def test_what_is_known_of_people_suggests_recusals(at: Any) -> None:
    room = at(Phase.SIGNING_IN)
    told = ("--employer", "示例企业2", "--phone", "13987654321", "--advised", "示例企业3", "--advised", "示例企业4")
    about = room.do("张秘书", "seat", "about", "M1", "专家3", *told)
    assert about == {
        "meeting": "M1",
        "people": [
            {
                "seat": "专家3",
                "employer": "示例企业2",
                "employer_uscc": "",
                "phone": "13987654321",
                "address": "",
                "advised": ["示例企业3", "示例企业4"],
            }
        ],
        "suggestions": 3,
    }
    listed = room.do("张秘书", "recuse", "M1", "--suggestions")
    assert [(one["no"], one["ground"]) for one in listed["suggestions"]] == [
        ("KM1-002", "employment"),
        ("KM1-003", "employment"),
        ("KM1-004", "employment"),
    ]
    assert listed["suggestions"][0]["agreements"] == [
        {"clue": "employer", "person": "示例企业2", "applicant": "示例企业2"}
    ]
    assert room.do("张秘书", "recuse", "M1", "专家3", "KM1-002")["ground"] == "employment"
    assert room.do("张秘书", "recuse", "M1", "专家3", "KM1-003", "--ground", "kinship")["ground"] == "kinship"
    room.refused(2, "张秘书", "recuse", "M1", "专家3", "KM1-004", "--dismiss")
    room.do("张秘书", "recuse", "M1", "专家3", "KM1-004", "--dismiss", "--reason", "十年前的事")
    listed = room.do("张秘书", "recuse", "M1", "--suggestions")
    assert (listed["suggestions"], [one["reason"] for one in listed["dismissed"]]) == ([], ["十年前的事"])
    assert room.refused(1, "张秘书", "recuse", "M1", "专家3", "KM1-005")["code"] == "no_suggestion"
    room.refused(2, "张秘书", "recuse", "M1")
    room.refused(2, "张秘书", "seat", "about", "M1", "--phone", "1")
    code, out, _ = room.say("张秘书", "recuse", "M1", "--suggestions")
    assert (code, "已排除 1 条。" in out, "十年前的事" in out) == (0, True, True)


@pytest.mark.parametrize("who", ["李财政", "王监督"])
def test_facts_are_shown_to_secretary_and_chair_only(at: Any, who: str) -> None:
    room = at(Phase.SIGNING_IN)
    room.do("张秘书", "seat", "about", "M1", "专家3", "--employer", "示例企业2", "--phone", "13987654321")
    for words in (("seat", "about", "M1"), ("recuse", "M1", "--suggestions"), ("seat", "about", "M1", "专家3")):
        room.refused(4, who, *words)
    for words in (("seat", "list", "M1"), ("meeting", "show", "M1")):
        code, out, err = room.say(who, *words, "--json")
        assert (code, "13987654321" in out + err, "示例企业2" in out + err) == (0, False, False)


def test_a_file_tells_of_many_and_its_template_is_offered(at: Any) -> None:
    room = at(Phase.SIGNING_IN)
    file = room.folder / "people.csv"
    file.write_text("姓名,任职单位,电话\n专家3,示例企业2,\n专家4,,13900000000\n", encoding="utf-8-sig")
    assert room.do("张秘书", "seat", "about", "M1", "--from", "people.csv") == {"meeting": "M1", "people": 2}
    assert len(room.do("张秘书", "seat", "about", "M1")["people"]) == 2
    room.do("张秘书", "template", "seats", "-o", "seats.xlsx")
    file.write_text("姓名,任职单位\n没有,示例企业2\n", encoding="utf-8-sig")
    assert room.refused(3, "张秘书", "seat", "about", "M1", "--from", "people.csv")["faults"][0]["found"] == "没有"


def test_paper_is_keyed_where_marks_are_sealed_and_counts_after_the_reveal(room: Any, sealed_at: Any) -> None:
    """What lies in the database holds no mark; the second person opens the first keying by the own phrase."""
    meeting = sealed_at(Phase.SCORING)
    room.enter(meeting)
    for number in range(1, 6):
        for who in ("张秘书", "王监督"):
            state = key(room, who, no=f"KM1-{number:03d}")["state"]
        assert state == "in"
    for expert in (1, 2, 4, 5):
        for number in range(1, 6):
            if (expert, number) != (1, 1):
                meeting.submit(expert, number)
    with meeting.office.database.reading() as connection:
        assert connection.exec_driver_sql("SELECT COUNT(*) FROM mark").scalar() == 0
    room.do("专家1", "unseal", "M1", "--yes")
    assert room.do("李财政", "unseal", "M1", "--yes")["opened"] == 24
    shown = room.do("李财政", "marks", "show", "M1", "KM1-002")
    assert next(one for one in shown["sheets"] if one["expert"] == "专家3")["marks"]["plan"] == "21.5"
    assert room.do("王监督", "verify")["ok"]
