"""Exit codes: what is refused, said once, in words, with nothing changed and no trace-back."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from typing import Any

import pytest

from kmdx_tui import settings
from kmdx_tui.cli.main import run
from models.enums import Phase

CHAIR, EXPERT, SECRETARY = "专家1", "专家3", "张秘书"


def entries(room: Any) -> int:
    count: int = room.do("", "verify")["entries"]
    return count


# 1: a rule refuses


def test_wrong_phase_is_refused_with_where_it_may_be_done(at: Callable[[Phase], Any]) -> None:
    room = at(Phase.SCORING)
    error = room.refused(1, SECRETARY, "rank", "M1")
    assert error["code"] == "wrong_phase"
    assert "合议" in error["text"]
    assert room.refused(1, CHAIR, "allocate", "M1")["code"] == "wrong_phase"
    assert room.refused(1, SECRETARY, "awards", "show", "M1")["code"] == "wrong_phase"


def test_blockers_are_named_and_nothing_moves(at: Callable[[Phase], Any]) -> None:
    room = at(Phase.SCORING)
    assert room.refused(1, CHAIR, "meeting", "advance", "M1")["code"] == "blocked"
    assert room.do(SECRETARY, "meeting", "show", "M1")["phase"] == "scoring"


def test_refusal_names_its_article(at: Callable[[Phase], Any]) -> None:
    room = at(Phase.PUBLICITY)
    error = room.refused(
        1, SECRETARY, "publicity", "open", "M1", "--from", "2026-03-10", "--at", "公告栏", "--days", "4"
    )
    assert (error["code"], error["article"]) == ("too_few_days", "第十二条（三）")


def test_what_if_with_an_impossible_quota_is_refused(at: Callable[[Phase], Any]) -> None:
    room = at(Phase.ALLOCATING)
    (room.folder / "q.toml").write_text("total = 1\n[districts.呈贡区]\nfloor = 2\n", encoding="utf-8")
    before = entries(room)
    assert room.refused(1, CHAIR, "allocate", "M1", "--what-if", "q.toml")["code"] == "bad_quota"
    assert entries(room) == before


# 2: wrong use


def test_what_is_no_text_is_refused_and_changes_nothing(at: Callable[[Phase], Any]) -> None:
    room = at(Phase.DELIBERATING)
    before = entries(room)
    not_utf8 = b"\xff\xfe".decode("utf-8", "surrogateescape")
    assert room.refused(2, EXPERT, "dissent", "M1", not_utf8)["code"] == "not_text"
    assert entries(room) == before


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["meetng", "list"], "unknown_command", "meeting"),
        (["meeting", "lst"], "unknown_command", "list"),
        (["meeting", "show"], "missing", "MEETING"),
        (["meeting", "show", "M1", "--wrong"], "unknown_option", "--wrong"),
        (["meeting", "back", "M1", "--reason"], "option_value", "--reason"),
        (["meeting", "show", "M1", "M2"], "extra_arguments", "M2"),
        (["meeting", "show", "M9"], "unknown_meeting", "M9"),
        (["seat", "add", "M1", "某人", "--role", "主席"], "unknown_word", "组长"),
        (["--lang", "fr", "rank", "M1"], "unknown_language", "fr"),
        (["sign-in", "M1"], "no_answer", "--no-conflict"),
        (["sign-in", "M1", "--no-conflict", "--recuse", "KM1-001"], "both", "无利害关系"),
        (["opinion", "M1", "KM1-001"], "bad_words", "--rest"),
        (["publicity", "open", "M1", "--from", "昨天", "--at", "x"], "bad_date", "2026-03-02"),
        (["import", "roster", "nowhere.xlsx", "--batch", "KM1"], "file_unreadable", "nowhere.xlsx"),
        (["template", "wishes"], "unknown_template", "roster"),
        (["export", "poems", "M1"], "unknown_document", "minutes"),
    ],
)
def test_wrong_use_says_what_is_wanted(at: Callable[[Phase], Any], words: list[str], code: str, said: str) -> None:
    error = at(Phase.SCORING).refused(2, SECRETARY, *words)
    assert error["code"] == code
    assert said in error["text"]


def test_missing_secret_without_a_terminal_is_wrong_use(at: Callable[[Phase], Any]) -> None:
    room = at(Phase.SCORING)
    assert "KMDX_PIN" in room.refused(2, SECRETARY, "rank", "M1", pin="")["text"]
    assert "KMDX_USER" in room.refused(2, "", "rank", "M1")["text"]


# 3: bad input


def test_bad_roster_lists_every_fault_and_writes_a_marked_copy(at: Callable[[Phase], Any]) -> None:
    room = at(Phase.PREPARING)
    bad = room.folder / "bad.csv"
    bad.write_text("企业名称,县区\n示例,不存在区\n", encoding="utf-8")
    before = entries(room)
    error = room.refused(3, SECRETARY, "import", "roster", "bad.csv", "--batch", "KM1", "--errors", "marked.xlsx")
    assert {
        (fault["file"], set(fault) == {"file", "sheet", "row", "column", "found", "wanted"})
        for fault in error["faults"]
    } == {("bad.csv", True)}
    assert "不存在区" in {fault["found"] for fault in error["faults"]}
    assert (room.folder / "marked.xlsx").stat().st_size > 0
    assert entries(room) == before
    assert room.refused(2, SECRETARY, "import", "roster", "bad.csv", "--batch", "KM1", "--errors", "marked.xlsx")


def test_bad_quota_file_names_key_found_and_nearest(at: Callable[[Phase], Any]) -> None:
    room = at(Phase.ALLOCATING)
    (room.folder / "q.toml").write_text("total = 3\n[districts.五花区]\nfloor = -1\n", encoding="utf-8")
    faults = room.refused(3, CHAIR, "quota", "set", "M1", "q.toml", "--reason", "x")["faults"]
    assert [fault["found"] for fault in faults] == ["-1", "五花区"]
    assert "五华区" in faults[1]["wanted"]


def test_policy_check_lists_faults_of_a_file(room: Any) -> None:
    file = room.folder / "mine.toml"
    file.write_text('schema = 1\nid = "x"\n', encoding="utf-8")
    assert len(room.refused(3, "", "policy", "check", "mine.toml")["faults"]) > 5
    file.write_bytes(b"\xff\xfe")
    assert room.refused(3, "", "policy", "check", "mine.toml")["faults"][0]["file"] == "mine.toml"
    assert room.refused(3, "", "init", "--policy", "mine.toml", "--user", "张秘书")
    assert not (room.folder / "kmdx.db").exists()


# 4: not permitted


def test_wrong_pin_tells_nobody_whether_the_name_exists(at: Callable[[Phase], Any]) -> None:
    room = at(Phase.SCORING)
    known = room.refused(4, SECRETARY, "rank", "M1", pin="000000")
    unknown = room.refused(4, "无此人", "rank", "M1", pin="000000")
    assert known["text"].replace(SECRETARY, "") == unknown["text"].replace("无此人", "")


def test_wrong_role_is_not_permitted_and_audited(at: Callable[[Phase], Any]) -> None:
    room = at(Phase.SCORING)
    before = entries(room)
    for words in (
        ["meeting", "advance", "M1"],
        ["seat", "absent", "M1", "专家4", "--reason", "病"],
        ["seat", "code", "M1", "专家4"],
    ):
        assert room.refused(4, EXPERT, *words)["code"] == "not_permitted"
    assert entries(room) == before + 3
    assert room.refused(4, SECRETARY, "marks", "show", "M1")["code"] == "not_permitted"


def test_marks_of_others_stay_sealed_on_the_command_line(at: Callable[[Phase], Any]) -> None:
    room = at(Phase.SCORING)
    room.do("专家4", "marks", "enter", "M1", "KM1-002", "plan=17.5", "--comment", "独有的评语")
    for who in (EXPERT, CHAIR, SECRETARY, "王监督"):
        for words in (
            ["marks", "show", "M1", "KM1-002"],
            ["rank", "M1"],
            ["meeting", "show", "M1"],
            ["application", "show", "KM1-002"],
            ["export", "scores", "M1"],
            ["allocate", "M1", "--show"],
        ):
            _code, out, err = room.say(who, *words, "--json")
            assert "17.5" not in out + err
            assert "独有的评语" not in out + err


# 5: no database


def test_no_database_or_another_one(room: Any) -> None:
    for words in (["verify"], ["rank", "M1"], ["doctor"], ["backup", "-o", "b.db"], ["db", "upgrade"]):
        code, _out, err = room.say(SECRETARY, *words)
        assert code == 5, (words, err)
    (room.folder / "kmdx.db").write_text("no database at all", encoding="utf-8")
    assert room.refused(5, SECRETARY, "verify")["code"] == "database_not_ours"
    (room.folder / "other.db").unlink(missing_ok=True)
    sqlite3.connect(room.folder / "other.db").execute("CREATE TABLE t (x)").connection.close()
    room.open(room.folder / "other.db")
    assert room.refused(5, SECRETARY, "verify")["code"] == "database_not_ours"
    for url in ("nonsense://x", "postgresql+psycopg://nobody@127.0.0.1:1/x"):
        room.open(url)
        assert room.say(SECRETARY, "verify")[0] == 5


@pytest.mark.usefixtures("on_file")
def test_init_never_writes_over_a_file(room: Any) -> None:
    (room.folder / "kmdx.db").write_text("mine", encoding="utf-8")
    found = ("init", "--policy", "kunming-2024", "--user", "张秘书")
    assert room.refused(1, "", *found, pin=room.phrase)["code"] == "database_exists"
    assert (room.folder / "kmdx.db").read_text(encoding="utf-8") == "mine"
    assert room.refused(2, "", *found, pin="123")["code"] == "phrase_weak"
    room.do("", "policy", "new", "mine.toml", "--from", "kunming-2024")
    mine = room.folder / "mine.toml"
    mine.write_text(mine.read_text(encoding="utf-8").replace("sealing = true", "sealing = false"), encoding="utf-8")
    assert room.refused(2, "", "init", "--policy", "mine.toml", "--user", "张秘书", pin="123")["code"] == "pin_short"


# the unexpected


def test_unexpected_errors_are_one_sentence_and_a_log(
    at: Callable[[Phase], Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    room = at(Phase.SCORING)
    monkeypatch.setenv("XDG_STATE_HOME", str(room.folder / "state"))
    room.say(SECRETARY, "verify")

    def broken() -> Any:
        raise ZeroDivisionError("the clock stands")

    words = ["marks", "abstain", "M1", "KM1-002", "--reason", "x", "--json"]
    monkeypatch.setenv("KMDX_USER", EXPERT)
    monkeypatch.setenv("KMDX_PIN", room.pin)
    assert run(words, clock=broken) == 1
    out, err = capsys.readouterr()
    assert json.loads(out)["error"]["code"] == "unexpected"
    assert "Traceback" not in out + err
    assert str(settings.log_file()) in err
    assert "the clock stands" in settings.log_file().read_text(encoding="utf-8")


def test_interrupt_ends_with_130(at: Callable[[Phase], Any], monkeypatch: pytest.MonkeyPatch) -> None:
    room = at(Phase.SCORING)
    room.say(EXPERT, "verify")

    def interrupted() -> Any:
        raise KeyboardInterrupt

    assert run(["marks", "abstain", "M1", "KM1-002", "--reason", "x"], clock=interrupted) == 130


def test_json_is_one_document_and_words_go_to_standard_error(at: Callable[[Phase], Any]) -> None:
    room = at(Phase.SCORING)
    code, out, err = room.say(EXPERT, "marks", "abstain", "M1", "KM1-002", "--reason", "不熟悉", "--json")
    assert (code, json.loads(out)["state"]) == (0, "abstained")
    assert "弃权" in err
    code, out, err = room.say(EXPERT, "marks", "take-back", "M1", "KM1-002")
    assert (code, err) == (0, "")
    assert "草稿" in out


def test_words_of_users_are_shown_as_they_are(at: Callable[[Phase], Any]) -> None:
    room = at(Phase.DELIBERATING)
    hostile = "[bold]=1+1[/bold] '; DROP TABLE meeting; -- 🏭 \x1b[31m"
    assert room.say(EXPERT, "dissent", "M1", "KM1-002", hostile)[0] == 0
    _code, out, _err = room.say(SECRETARY, "marks", "show", "M1", "KM1-002")
    assert hostile.replace("\x1b", " ") in out
    assert room.do(SECRETARY, "marks", "show", "M1", "KM1-002")["dissents"][0]["text"] == hostile
