"""Sealed marks by commands: phrases, receipts, two holders who reveal, an envelope, and what nobody may."""

from __future__ import annotations

import os
import pty
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from models.enums import Phase

FINANCE, SECRETARY, SUPERVISOR = "李财政", "张秘书", "王监督"
CHAIR, EXPERT = "专家1", "专家3"
OTHER = "泉水 竹林 纸鸢 铜镜"
MARKS = ("方案=24", "投入=16", "成效=16", "示范=12", "保障=12")


@pytest.fixture
def scoring(room: Any, sealed_at: Callable[..., Any]) -> Any:
    """The room of a sealed meeting in which nobody has marked yet."""
    return room.enter(sealed_at(Phase.SCORING))


@pytest.fixture
def scored(room: Any, sealed_at: Callable[..., Any]) -> Any:
    """The room of a sealed meeting of which all sheets are in; `room.meeting` is the meeting."""
    meeting = sealed_at(Phase.SCORING)
    meeting.score_all()
    room.meeting = meeting
    return room.enter(meeting)


# Two holders


def test_nobody_reveals_alone_nor_early_nor_without_a_share(scoring: Any) -> None:
    assert scoring.refused(1, FINANCE, "unseal", "M1")["code"] == "blocked"
    assert scoring.refused(4, EXPERT, "unseal", "M1")["code"] == "not_permitted"
    assert scoring.do(SECRETARY, "meeting", "show", "M1")["released"] == []


def test_where_nothing_is_sealed_the_chair_reveals(at: Callable[[Phase], Any]) -> None:
    room = at(Phase.SCORING)
    assert room.refused(1, FINANCE, "unseal", "M1")["code"] == "not_sealed"
    assert not room.do(FINANCE, "meeting", "show", "M1")["sealing"]


def test_two_holders_reveal_each_once(scored: Any) -> None:
    refused = scored.refused(1, CHAIR, "meeting", "advance", "M1")
    assert refused["code"] == "unseal_wanted"
    assert "kmdx unseal" in scored.say(CHAIR, "meeting", "advance", "M1")[2]
    assert scored.refused(4, SECRETARY, "unseal", "M1")["code"] == "not_holder"
    assert scored.refused(4, "专家2", "unseal", "M1")["code"] == "not_permitted"
    assert scored.do(SUPERVISOR, "unseal", "M1")["opened"] is None
    assert scored.refused(1, SUPERVISOR, "unseal", "M1")["code"] == "already_released"
    assert scored.refused(1, SECRETARY, "rank", "M1")["code"] == "wrong_phase"
    assert "监督" in scored.say(SECRETARY, "meeting", "show", "M1")[1]
    done = scored.do(CHAIR, "unseal", "M1")
    assert done == {"meeting": "M1", "released": ["chair", "supervisor"], "opened": 24, "phase": "deliberating"}
    assert len(scored.do(SECRETARY, "rank", "M1")["applications"]) == 5
    assert scored.refused(1, FINANCE, "unseal", "M1")["code"] == "wrong_phase"
    assert scored.do("", "verify")["ok"]


def test_an_envelope_stands_for_a_holder_who_is_away(scored: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert scored.refused(4, EXPERT, "envelope")["code"] == "not_permitted"
    code = scored.do(SUPERVISOR, "envelope")["code"]
    other = scored.do(FINANCE, "envelope")["code"]
    assert scored.say("", "verify", "--json")[1].count(code) == 0
    monkeypatch.setenv("KMDX_ENVELOPE", other)
    wanted = ("unseal", "M1", "--envelope-of", SUPERVISOR)
    assert scored.refused(1, SECRETARY, *wanted)["code"] == "envelope_wrong"
    assert scored.refused(1, SECRETARY, "unseal", "M1", "--envelope-of", CHAIR)["code"] == "no_envelope"
    monkeypatch.setenv("KMDX_ENVELOPE", "")
    assert scored.refused(2, SECRETARY, *wanted)["code"] == "secret_wanted"
    monkeypatch.setenv("KMDX_ENVELOPE", code.lower().replace("-", " "))
    assert scored.do(SECRETARY, *wanted)["released"] == ["supervisor"]
    monkeypatch.setenv("KMDX_ENVELOPE", other)
    assert scored.refused(1, SECRETARY, "unseal", "M1", "--envelope-of", FINANCE)["code"] == "same_person"
    assert scored.do(CHAIR, "unseal", "M1")["opened"] == 24
    assert scored.do("", "verify")["ok"]


def test_a_replaced_box_is_found_and_then_nothing_is_opened(scored: Any) -> None:
    other = "(SELECT box FROM sealed_sheet WHERE sheet_id = 2)"
    scored.meeting.tamper(f"UPDATE sealed_sheet SET box = {other} WHERE sheet_id = 1")
    code, out, _ = scored.say("", "verify")
    assert code == 6
    assert "M1/KM1-002/专家1" in out
    scored.do(SUPERVISOR, "unseal", "M1")
    refused = scored.refused(1, FINANCE, "unseal", "M1")
    assert refused["code"] == "boxes_wrong"
    assert "KM1-002/专家1" in refused["text"]
    assert scored.do(SECRETARY, "meeting", "show", "M1")["phase"] == "scoring"


# Receipts


def test_a_receipt_is_shown_where_a_sheet_is_handed_in_and_found_again(scoring: Any) -> None:
    scoring.do(EXPERT, "marks", "enter", "M1", "KM1-001", *MARKS)
    assert scoring.do(EXPERT, "marks", "show", "M1", "KM1-001")["sheets"][0]["receipt"] is None
    [first] = scoring.do(EXPERT, "marks", "submit", "M1", "KM1-001")["submitted"]
    assert scoring.do(EXPERT, "marks", "take-back", "M1", "KM1-001")["receipt"] is None
    code, out, _ = scoring.say(EXPERT, "marks", "submit", "M1", "KM1-001")
    shown = out.split("回执：")[1].strip()
    assert (code, len(shown)) == (0, 8)
    assert shown in scoring.say(EXPERT, "marks", "show", "M1")[1]
    [paper] = scoring.do(EXPERT, "export", "sheets", "M1", "-o", "out", "--format", "csv")["files"]
    assert shown in Path(paper).read_text(encoding="utf-8-sig")
    [found] = scoring.do("", "verify", "--receipt", shown)["traced"]
    assert (found["no"], found["expert"], found["stands"]) == ("KM1-001", EXPERT, True)
    assert found["receipt"].startswith(shown.lower())
    former = scoring.do("", "verify", "--receipt", first["receipt"])["traced"]
    assert [one["stands"] for one in former] == [False]
    assert "1 个回执" in scoring.say("", "verify")[1]
    assert scoring.refused(6, "", "verify", "--receipt", "0" * 64)["code"] == "receipt_unknown"
    assert scoring.refused(2, "", "verify", "--receipt", "1234")["code"] == "bad_receipt"


def test_an_abstention_has_its_receipt_too(scoring: Any) -> None:
    done = scoring.do(EXPERT, "marks", "abstain", "M1", "KM1-001", "--reason", "不熟悉")
    assert scoring.do("", "verify", "--receipt", done["receipt"])["traced"][0]["stands"]


# Phrases


def test_four_words_are_offered_that_make_a_phrase(room: Any) -> None:
    offered = room.do("", "phrase", "new")
    assert len(offered["words"]) == 4
    founded = room.do("", "init", "--policy", "kunming-2024", "--user", SECRETARY, pin=" ".join(offered["words"]))
    assert founded["policy"] == "kunming-2024"
    assert room.do(SECRETARY, "user", "list", pin=offered["pinyin"])["users"][0]["pin_set"]


def test_a_weak_phrase_is_refused_and_uses_up_no_code(room: Any) -> None:
    words = ("init", "--policy", "kunming-2024", "--user", SECRETARY)
    assert room.refused(2, "", *words, pin="12345678")["code"] == "phrase_weak"
    room.do("", *words, pin=room.phrase)
    code = room.do(SECRETARY, "user", "add", FINANCE, "--role", "finance", pin=room.phrase)["code"]
    assert room.refused(2, FINANCE, "sign-in", pin=code, new_pin="66666666")["code"] == "phrase_weak"
    assert room.do(FINANCE, "sign-in", pin=code, new_pin=OTHER)["role"] == "finance"


def test_a_changed_phrase_opens_what_the_former_one_closed(scoring: Any) -> None:
    scoring.do(EXPERT, "marks", "enter", "M1", "KM1-001", *MARKS)
    change = ("phrase", "change")
    assert scoring.refused(2, EXPERT, *change, new_pin="88888888")["code"] == "phrase_weak"
    assert scoring.refused(4, EXPERT, *change, pin=OTHER, new_pin=OTHER)["code"] == "wrong_secret"
    scoring.do(EXPERT, *change, new_pin=OTHER)
    assert scoring.refused(4, EXPERT, "marks", "show", "M1")["code"] == "wrong_secret"
    sheet = scoring.do(EXPERT, "marks", "show", "M1", "KM1-001", pin=OTHER)["sheets"][0]
    assert (sheet["total"], sheet["marks"]["plan"]) == ("80", "24")
    assert scoring.do("", "verify")["ok"]


def test_a_lost_phrase_loses_drafts_and_no_sheet_that_was_handed_in(scored: Any) -> None:
    scored.do(EXPERT, "marks", "take-back", "M1", "KM1-002")
    code = scored.do(SECRETARY, "seat", "code", "M1", EXPERT)["code"]
    assert scored.refused(4, EXPERT, "marks", "show", "M1")["code"] == "wrong_secret"
    scored.do(EXPERT, "sign-in", "M1", "--no-conflict", pin=code, new_pin=OTHER)
    sheets = scored.do(EXPERT, "marks", "show", "M1", pin=OTHER)["sheets"]
    assert [(one["state"], one["marks"], bool(one["receipt"])) for one in sheets[:2]] == [
        ("submitted", {}, True),
        ("draft", {}, False),
    ]
    scored.do(EXPERT, "marks", "enter", "M1", "KM1-002", *MARKS, pin=OTHER)
    scored.do(EXPERT, "marks", "submit", "M1", "KM1-002", pin=OTHER)
    code = scored.do(SECRETARY, "user", "pin", FINANCE)["code"]
    scored.do(FINANCE, "sign-in", pin=code, new_pin=OTHER)
    assert scored.refused(1, FINANCE, "unseal", "M1", pin=OTHER)["code"] == "no_share"
    scored.do(CHAIR, "unseal", "M1")
    assert scored.do(SUPERVISOR, "unseal", "M1")["opened"] == 24
    assert len(scored.do(SECRETARY, "marks", "show", "M1", "KM1-001")["sheets"]) == 4
    assert scored.do("", "verify")["ok"]


# At a terminal


class Terminal:
    """A command at a terminal of its own: what it says is waited for, what is typed comes after."""

    def __init__(self, place: str, who: str, *words: str, **environment: str) -> None:
        given = os.environ | {"KMDX_DATABASE": place, "KMDX_USER": who} | environment
        given |= {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        for name in ("KMDX_PIN", "KMDX_NEW_PIN", "KMDX_ENVELOPE"):
            if name not in environment:
                given.pop(name, None)
        self.said = ""
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.execve(sys.executable, [sys.executable, "-m", "kmdx_tui", *words], given)

    def answer(self, asked: str, typed: str) -> None:
        """Wait until something is asked, and type the answer."""
        seen = len(self.said)
        while asked not in self.said[seen:]:
            assert self._read(), self.said
        os.write(self.fd, f"{typed}\n".encode())

    def end(self) -> int:
        """What it ends with."""
        while self._read():
            pass
        os.close(self.fd)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])

    def _read(self) -> bool:
        try:
            got = os.read(self.fd, 4096)
        except OSError:
            return False
        self.said += got.decode(errors="replace")
        return bool(got)


def test_at_a_terminal_unseal_asks_once_that_it_can_not_be_taken_back(scored: Any) -> None:
    place = scored.meeting.place
    first = Terminal(place, FINANCE, "unseal", "M1")
    first.answer("口令", scored.phrase)
    first.answer("不能收回", "no")
    assert first.end() == 2
    assert scored.do(SECRETARY, "meeting", "show", "M1")["released"] == []
    second = Terminal(place, FINANCE, "unseal", "M1", KMDX_PIN=scored.phrase)
    second.answer("不能收回", "是")
    assert second.end() == 0
    assert Terminal(place, SUPERVISOR, "unseal", "M1", "--yes", KMDX_PIN=scored.phrase).end() == 0
    assert scored.do(SECRETARY, "meeting", "show", "M1")["phase"] == "deliberating"


def test_at_a_terminal_a_weak_phrase_is_asked_for_again(room: Any) -> None:
    room.do("", "init", "--policy", "kunming-2024", "--user", SECRETARY, pin=room.phrase)
    code = room.do(SECRETARY, "user", "add", FINANCE, "--role", "finance", pin=room.phrase)["code"]
    desk = Terminal(os.environ["KMDX_DATABASE"], FINANCE, "sign-in", KMDX_PIN=code)
    for typed in ("123456", room.phrase):
        desk.answer("设定口令", typed)
        desk.answer("再输一次", typed)
    assert desk.end() == 0
    assert "可以用这四个" in desk.said
    assert "容易被猜中" in desk.said
    assert room.phrase not in desk.said
    assert room.do(FINANCE, "phrase", "change", pin=room.phrase, new_pin=OTHER)["changed"]
