"""`kmdx export notice`: from the publication to a paper whose head `kmdx verify` knows."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from models.enums import Phase

SECRETARY = "张秘书"


@pytest.fixture
def published(room: Any, meeting_at: Callable[[Phase], Any]) -> Any:
    """A meeting in publicity whose notice has just been recorded, by the command."""
    room.enter(meeting_at(Phase.PUBLICITY))
    room.do(SECRETARY, "publicity", "open", "M1", "--from", "2026-03-10", "--at", "公告栏")
    return room


def test_notice_is_written_as_word_file_unless_another_format_is_asked_for(published: Any) -> None:
    for words, suffix in (([], ".docx"), (["--format", "md"], ".md"), (["--format", "json"], ".json")):
        made = published.do(SECRETARY, "export", "notice", "M1", "-o", "papers", *words)
        assert (made["meeting"], made["what"]) == ("M1", "notice")
        assert made["files"] == [f"papers/M1-公示第1版-20260310{suffix}"]
    assert published.refused(2, SECRETARY, "export", "notice", "M1", "--format", "xlsx")["code"] == "unknown_format"
    assert len(list((published.folder / "papers").iterdir())) == 3


def test_the_papers_head_is_the_one_that_was_shown_and_verifies(published: Any) -> None:
    shown = published.do(SECRETARY, "publicity", "show", "M1")
    (path,) = published.do("李财政", "export", "notice", "M1")["files"]
    foot = Document(str(Path(path))).paragraphs[-1].text
    [head] = re.findall("[0-9a-f]{64}", foot)
    assert head == shown["record"]["head"]
    assert f"第 {shown['record']['entries']} 条" in foot
    assert published.do("", "verify", "--head", head)["ok"]
    changed = head[:-1] + ("0" if head[-1] != "0" else "1")
    code, _, _ = published.say("", "verify", "--head", changed)
    assert code == 6


def test_notice_is_refused_before_there_is_one_and_to_who_may_not_export(
    room: Any, meeting_at: Callable[[Phase], Any]
) -> None:
    room.enter(meeting_at(Phase.SCORING))
    assert room.refused(1, SECRETARY, "export", "notice", "M1", "-o", "papers")["code"] == "sealed"
    room.enter(meeting_at(Phase.PUBLICITY))
    refused = room.refused(1, SECRETARY, "export", "notice", "M1", "-o", "papers")
    assert (refused["code"], "M1 还没有公示" in refused["text"]) == ("no_notice", True)
    assert room.refused(4, "专家4", "export", "notice", "M1", "-o", "papers")["code"] == "not_permitted"
    assert not (room.folder / "papers").exists()
