"""Words half typed into a dialog: kept for who typed them when a desk dies, and for nobody else."""

import os
import time
from dataclasses import replace
from datetime import timedelta

import pytest

from models.enums import Phase
from models.queries.desk import desk
from models.sealed import public_of, seal
from models.services import allocating, conflicts, scoring
from screens.dialogs.ask import AskDialog
from screens.drafts import drafts_of
from screens.quota_parts.draft import QuotaDraft
from screens.shelf import BLOCK, DAYS, Shelf

WORDS = "技术路线清楚但是投入偏高"
KEPT = "上次键入的没有存下，还在这里。"
TOLD = "上次没写完的还在"
BOX_BYTES = 48


@pytest.fixture
def shelf(tmp_path):
    return tmp_path / "unsent"


def files(shelf):
    return sorted(shelf.glob("*")) if shelf.exists() else []


def opened(shelf, app):
    """What lies there for who sits at a desk."""
    place = app.office.database.url
    return [*Shelf(shelf, place).read(app.actor.name, app.meeting, Phase.SCORING, app.actor.keys).values()]


def comments(meeting, number=3):
    return [row.comment for row in desk(meeting.office, meeting.expert(number), meeting.id).rows if row.comment]


def rest(shelf):
    """Type, and rest until all of it is on the shelf."""

    async def script(seat):
        await seat.press("f8")
        await seat.type(WORDS)
        await seat.until(lambda: {"words": WORDS} in opened(shelf, seat.app))

    return script


@pytest.fixture
def half_typed(sealed_at, sit, shelf):
    """A meeting in which 专家3 left a comment half typed, at a desk that is no more."""
    meeting = sealed_at(Phase.SCORING)
    sit(meeting, meeting.expert(3), "scoring", rest(shelf), shelf=shelf)
    return meeting


def test_a_comment_half_typed_at_a_desk_that_dies_is_there_at_the_next(half_typed, sit, shelf):
    assert comments(half_typed) == []

    async def next_desk(seat):
        assert TOLD in seat.said
        assert "评语" in seat.said
        await seat.press("f8")
        assert KEPT in seat.text
        await seat.type("建议压减")
        await seat.press("enter")
        assert comments(half_typed) == [WORDS + "建议压减"]
        assert files(shelf) == []
        await seat.press("f8")
        assert KEPT not in seat.text

    sit(half_typed, half_typed.expert(3), "scoring", next_desk, shelf=shelf)


def test_it_is_in_a_box_whose_length_tells_nothing_and_that_nobody_else_opens(half_typed, sit, shelf):
    (file,) = files(shelf)
    assert file.stat().st_size == BLOCK + BOX_BYTES
    assert WORDS.encode() not in file.read_bytes()
    assert "专家" not in file.name
    kept = Shelf(shelf, half_typed.place)
    own, other = half_typed.expert(3).keys, half_typed.expert(4).keys
    assert [*kept.read("专家3", half_typed.id, Phase.SCORING, own).values()] == [{"words": WORDS}]
    assert kept.read("专家3", half_typed.id, Phase.SCORING, other) == {}
    assert Shelf(shelf, half_typed.place + "x").read("专家3", half_typed.id, Phase.SCORING, own) == {}

    async def another(seat):
        assert TOLD not in seat.said
        await seat.press("f8")
        assert "示例企业1：评语" in seat.text
        assert WORDS not in seat.text

    sit(half_typed, half_typed.expert(4), "scoring", another, shelf=shelf)


def test_what_is_given_up_with_esc_is_gone(sealed_at, sit, shelf):
    meeting = sealed_at(Phase.SCORING)

    async def script(seat):
        await rest(shelf)(seat)
        await seat.press("escape")
        assert files(shelf) == []
        await seat.press("f8")
        assert "示例企业1：评语" in seat.text
        assert WORDS not in seat.text

    sit(meeting, meeting.expert(3), "scoring", script, shelf=shelf)


def test_what_was_kept_before_stays_when_more_is_typed_and_given_up(half_typed, sit, shelf):

    async def script(seat):
        await seat.press("f8")
        await seat.type("不要了")
        await seat.press("escape", "f8")
        assert WORDS in seat.text
        assert "不要了" not in seat.text

    sit(half_typed, half_typed.expert(3), "scoring", script, shelf=shelf)


def test_what_was_kept_before_goes_when_it_is_emptied_and_given_up(half_typed, sit, shelf):

    async def script(seat):
        await seat.press("f8")
        await seat.press("ctrl+u", "escape")
        assert files(shelf) == []
        await seat.press("f8")
        assert "示例企业1：评语" in seat.text
        assert WORDS not in seat.text
        assert KEPT not in seat.text

    sit(half_typed, half_typed.expert(3), "scoring", script, shelf=shelf)


def test_an_answer_that_waits_for_its_turn_is_on_the_shelf_until_it_is_stored(sealed_at, sit, shelf):
    meeting = sealed_at(Phase.SCORING)

    async def script(seat):
        with meeting.office.database.holding_head():
            await seat.press("f8")
            seat.app.screen.focused.value = WORDS
            await seat.pilot.press("enter")
            while not files(shelf):
                await seat.pilot.pause(0.01)
            assert comments(meeting) == []
        await seat.settle()
        assert comments(meeting) == [WORDS]
        assert files(shelf) == []

    sit(meeting, meeting.expert(3), "scoring", script, shelf=shelf)


def test_nothing_is_kept_of_what_is_looked_for(sealed_at, sit, shelf):
    meeting = sealed_at(Phase.SCORING)

    async def script(seat):
        await seat.press("slash")
        await seat.type("五华")
        drafts_of(seat.app).save()
        assert files(shelf) == []

    sit(meeting, meeting.secretary, "roster", script, shelf=shelf)


def test_where_marks_are_not_sealed_nothing_lies_on_the_disk(meeting_at, sit, shelf):
    meeting = meeting_at(Phase.SCORING)

    async def script(seat):
        await seat.press("f8")
        await seat.type(WORDS)
        drafts_of(seat.app).save()
        assert files(shelf) == []

    sit(meeting, meeting.expert(3), "scoring", script, shelf=shelf)


def test_what_was_stored_just_before_the_desk_died_is_not_offered(half_typed, sit, shelf):
    left = {file: file.read_bytes() for file in files(shelf)}

    async def store(seat):
        await seat.press("f8", "enter")

    sit(half_typed, half_typed.expert(3), "scoring", store, shelf=shelf)
    assert comments(half_typed) == [WORDS]
    for file, content in left.items():
        file.write_bytes(content)

    async def script(seat):
        await seat.press("f8")
        assert WORDS in seat.text
        assert KEPT not in seat.text
        await seat.press("escape")
        assert files(shelf) == []

    sit(half_typed, half_typed.expert(3), "scoring", script, shelf=shelf)


@pytest.mark.parametrize("spoilt", [b"", b"\0" * 100, b"nothing of ours" * 300])
def test_a_file_that_is_none_is_passed_over_and_replaced(half_typed, sit, shelf, spoilt):
    (file,) = files(shelf)
    file.write_bytes(spoilt)

    async def script(seat):
        assert TOLD not in seat.said
        await seat.press("f8")
        await seat.type(WORDS)
        await seat.until(lambda: file.read_bytes() != spoilt)

    sit(half_typed, half_typed.expert(3), "scoring", script, shelf=shelf)
    assert files(shelf) == [file]


@pytest.mark.parametrize("boxed", [b"[]", b'{"a": 1}', b'{"a": {"words": 1}}', b"\xff", b"{"])
def test_what_somebody_else_boxed_is_passed_over(sealed_at, shelf, boxed):
    meeting = sealed_at(Phase.SCORING)
    kept, keys = Shelf(shelf, meeting.place), meeting.expert(3).keys
    kept.write("专家3", meeting.id, Phase.SCORING, public_of(keys), {"a": {"words": WORDS}})
    assert kept.read("专家3", meeting.id, Phase.SCORING, keys) == {"a": {"words": WORDS}}
    (file,) = files(shelf)
    file.write_bytes(seal(public_of(keys).box, boxed))
    assert kept.read("专家3", meeting.id, Phase.SCORING, keys) == {}


@pytest.mark.parametrize("words", ["", "[]", '{"totals": [1]}', '{"totals": null, "cells": [["planet", "x", 1, 2]]}'])
def test_quotas_that_are_none_are_an_empty_draft(words):
    assert QuotaDraft.of_words({"draft": words}) == QuotaDraft()


def test_nothing_is_said_of_it_once_the_meeting_has_moved_on(half_typed, sit, shelf):
    half_typed.reveal_one_short()

    async def script(seat):
        assert seat.base.phase is Phase.DELIBERATING
        assert TOLD not in seat.said

    for place in ("scoring", "board"):
        sit(half_typed, half_typed.expert(3), place, script, shelf=shelf)
    assert len(files(shelf)) == 1  # should the meeting go back


def test_quotas_that_were_not_saved_are_there_at_the_next_desk(sealed_at, sit, shelf):
    meeting = sealed_at(Phase.PREPARING)

    async def change(seat):
        await seat.press("enter")
        await seat.answer("1", "2")
        assert "尚未保存" in seat.said
        assert len(files(shelf)) == 1

    sit(meeting, meeting.secretary, "quotas", change, shelf=shelf)

    async def save(seat):
        assert "上次的 1 处改动还没有保存" in seat.said
        await seat.press("f5")
        assert "配额已保存" in seat.said
        assert files(shelf) == []

    sit(meeting, meeting.secretary, "quotas", save, shelf=shelf)


def half_way(*keys):
    """Go to a dialog, and half type in it."""

    async def script(seat):
        await seat.press(*keys)
        await seat.type(WORDS)
        assert WORDS in seat.text
        drafts_of(seat.app).save()

    return script


@pytest.mark.parametrize(
    ("phase", "place", "keys", "others"),
    [
        (Phase.DELIBERATING, "board", "down c 1 1 4", ("down down c 1 1 4", "down c 2 1 4", "down c 1 2 4")),
        (Phase.SIGNING_IN, "roster", "r 1 7", ("r 2 7", "down r 1 7")),
        (Phase.ALLOCATING, "board", "down a 1", ("down a 2",)),
        (Phase.ALLOCATING, "board", "t 1", ("t 2",)),
    ],
    ids=["correction", "recusal", "adjustment", "tie"],
)
def test_a_reason_is_offered_for_the_very_act_it_was_typed_for(phase, place, keys, others, sealed_at, sit, shelf):
    meeting = sealed_at(phase)
    if phase is Phase.SIGNING_IN:
        meeting.sign_in("专家1")
    if phase is Phase.ALLOCATING:
        allocating.propose(meeting.office, meeting.chair, meeting.id)
    sit(meeting, meeting.chair, place, half_way(*keys.split()), (160, 45), shelf=shelf)

    async def script(seat):
        for other in others:
            await seat.press("home", *other.split())
            assert isinstance(seat.app.screen, AskDialog), other
            assert WORDS not in seat.text, other
            await seat.press("escape", "escape")
        await seat.press("home", *keys.split())
        assert WORDS in seat.text

    sit(meeting, meeting.chair, place, script, (160, 45), shelf=shelf)


def test_a_folder_that_can_not_be_written_hinders_nobody(sealed_at, sit, shelf):
    meeting = sealed_at(Phase.SCORING)
    shelf.write_text("a file where the folder should be")

    async def script(seat):
        await seat.press("f8")
        await seat.type(WORDS)
        drafts_of(seat.app).save()
        await seat.press("enter")
        assert comments(meeting) == [WORDS]

    sit(meeting, meeting.expert(3), "scoring", script, shelf=shelf)


def test_what_another_desk_did_with_it_meanwhile_holds(sealed_at, sit, shelf):
    """Desks of one machine share the shelf: what one has stored, another that remembers it does not bring back."""
    meeting = sealed_at(Phase.SCORING)

    async def script(seat):
        await rest(shelf)(seat)
        (own,) = files(shelf)
        own.unlink()  # as the other desk does once it has stored them
        seat.app.pop_screen()
        seat.app.actor = meeting.expert(4)
        await seat.reopen("scoring")
        await rest(shelf)(seat)
        assert not own.exists()
        seat.app.pop_screen()
        seat.app.actor = replace(meeting.expert(3))  # signed in anew
        await seat.reopen("scoring")
        await seat.press("f8")
        assert "示例企业1：评语" in seat.text
        assert WORDS not in seat.text

    sit(meeting, meeting.expert(3), "scoring", script, shelf=shelf)


def test_what_the_disk_did_not_take_is_still_remembered(sealed_at, sit, shelf):
    meeting = sealed_at(Phase.SCORING)
    shelf.write_text("a file where the folder should be")

    async def script(seat):
        await seat.press("f8")
        await seat.type(WORDS)
        drafts_of(seat.app).save()
        seat.app.pop_screen()
        seat.app.actor = replace(meeting.expert(3))
        await seat.reopen("scoring")
        await seat.press("f8")
        assert WORDS in seat.text

    sit(meeting, meeting.expert(3), "scoring", script, shelf=shelf)


def test_what_nobody_touched_for_long_is_thrown_away(half_typed, sit, shelf):
    (file,) = files(shelf)
    for days, left in ((DAYS - 1, [file]), (DAYS + 1, [])):
        at = time.time() - days * 24 * 3600
        os.utime(file, (at, at))
        Shelf(shelf, half_typed.place).sweep()
        assert files(shelf) == left


def test_what_was_left_alone_in_a_dialog_is_as_it_stands_now(sealed_at, sit, shelf):
    meeting = sealed_at(Phase.PREPARING)
    conflicts.set_about(meeting.office, meeting.secretary, meeting.id, "专家1", {"phone": "1001", "address": "旧址"})

    async def half(seat):
        await seat.press("q", "1")
        await seat.type("某所")
        drafts_of(seat.app).save()

    sit(meeting, meeting.secretary, "board", half, shelf=shelf)
    conflicts.set_about(meeting.office, meeting.secretary, meeting.id, "专家1", {"phone": "1002", "address": "新址"})

    async def script(seat):
        await seat.press("q", "1")
        assert "某所" in seat.text
        assert "1002" in seat.text
        assert "新址" in seat.text
        assert "1001" not in seat.text
        await seat.press("ctrl+u", "escape", "q", "1")
        assert "某所" not in seat.text

    sit(meeting, meeting.secretary, "board", script, shelf=shelf)


def test_the_day_of_a_notice_is_today_unless_it_was_typed(sealed_at, sit, shelf):
    meeting = sealed_at(Phase.PUBLICITY)

    async def half(seat):
        await seat.press("o")
        await seat.press("tab")
        await seat.type("公告栏")
        drafts_of(seat.app).save()

    sit(meeting, meeting.secretary, "publicity", half, shelf=shelf)
    before = meeting.office.today()
    meeting.clock.go_to(before + timedelta(days=1))

    async def script(seat):
        await seat.press("o")
        assert "公告栏" in seat.text
        assert before.isoformat() not in seat.text
        assert meeting.office.today().isoformat() in seat.text

    sit(meeting, meeting.secretary, "publicity", script, shelf=shelf)


def test_words_offered_again_hide_nothing_that_was_stored_since(half_typed, sit, shelf):
    scoring.enter_marks(half_typed.office, half_typed.expert(3), half_typed.id, half_typed.no(1), {}, "别处写好的评语")

    async def script(seat):
        await seat.press("f8")
        assert WORDS in seat.text
        assert "不用它，评语就是“别处写好的评语”" in seat.text

    sit(half_typed, half_typed.expert(3), "scoring", script, shelf=shelf)
