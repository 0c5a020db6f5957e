"""Marks sealed until two holders have given their shares: what the database holds, who opens it, what is noticed."""

from dataclasses import replace
from itertools import permutations

import pytest
from sqlalchemy import text

from models import sealed
from models.enums import CorrectionGround, Phase, RecusalGround, Role, SheetState
from models.errors import NotPermitted, Refused, WrongUse
from models.queries.audit import verify
from models.queries.desk import desk
from models.queries.meeting import meeting as read_meeting
from models.queries.results import ranking
from models.services import attendance, deliberation, keys, meetings, phases, returning, scoring, unsealing
from models.services import office as offices

OTHER = "cixiang zhuzi wendu maoyi"
COMMENT = "技术路线可落地 seal-me-7391"


def rows(meeting, statement, **values):
    with meeting.office.database.reading() as connection:
        return connection.execute(text(statement), values).all()


def one(meeting, statement, **values):
    ((value,),) = rows(meeting, statement, **values)
    return value


def row_of(meeting, expert, application):
    found = desk(meeting.office, meeting.expert(expert), meeting.id).rows
    return next(row for row in found if row.no == meeting.no(application))


def unseal(meeting, actor, **envelope):
    return unsealing.unseal(meeting.office, actor, meeting.id, **envelope)


@pytest.fixture
def ready(sealed_at):
    """Everything is handed in, nothing is released."""
    meeting = sealed_at(Phase.SCORING)
    meeting.score_all()
    return meeting


# At rest


def test_while_sealed_the_database_holds_no_mark_total_or_comment(ready):
    actor = ready.expert(3)
    scoring.take_back(ready.office, actor, ready.id, ready.no(2))
    scoring.enter_marks(ready.office, actor, ready.id, ready.no(2), {"plan": "29.5"}, COMMENT)
    assert rows(ready, "SELECT * FROM mark") == []
    assert set(rows(ready, "SELECT total_micro, comment, nonce, sealed FROM score_sheet")) == {(None, "", "", True)}
    for table in ("audit_entry", "score_sheet", "sealed_sheet", "seat"):
        for row in rows(ready, f"SELECT * FROM {table}"):
            told = b" ".join(bytes(v) if isinstance(v, bytes | memoryview) else str(v).encode() for v in row)
            assert COMMENT.encode() not in told
            assert b"29500" not in told
    mine = row_of(ready, 3, 2)
    assert (mine.marks["plan"], mine.comment, mine.state) == (29_500, COMMENT, SheetState.DRAFT)


@pytest.mark.usefixtures("on_file")
def test_no_byte_of_the_file_tells_a_comment(ready):
    scoring.take_back(ready.office, ready.expert(3), ready.id, ready.no(2))
    scoring.enter_marks(ready.office, ready.expert(3), ready.id, ready.no(2), {}, COMMENT)
    folder = ready.office.database.path.parent
    files = list(folder.glob(f"{ready.office.database.path.name}*"))
    assert files
    assert not any(COMMENT.encode() in file.read_bytes() for file in files)


def test_all_boxes_have_one_length_whatever_is_in_them(sealed_at):
    meeting = sealed_at(Phase.SCORING)
    meeting.submit(3, 1)
    scoring.enter_marks(meeting.office, meeting.expert(3), meeting.id, meeting.no(2), {"plan": "1"}, "长" * 1000)
    scoring.abstain(meeting.office, meeting.expert(3), meeting.id, meeting.no(3), "不熟悉")
    lengths = rows(meeting, "SELECT LENGTH(box), LENGTH(own_box) FROM sealed_sheet ORDER BY sheet_id")
    assert lengths == [(sealed.BOXED, sealed.BOXED), (None, sealed.BOXED), (sealed.BOXED, sealed.BOXED)]


def test_a_sheet_is_opened_by_its_expert_with_the_phrase_and_by_nobody_else(ready):
    other, mine = ready.expert(4), ready.expert(3)
    own = bytes(
        one(
            ready,
            "SELECT own_box FROM sealed_sheet b JOIN score_sheet s ON s.id = b.sheet_id "
            "JOIN seat t ON t.id = s.seat_id JOIN application a ON a.id = s.application_id "
            "WHERE t.name = :name AND a.no = :no",
            name=mine.name,
            no=ready.no(2),
        )
    )
    assert sealed.open_own(own, mine.keys).marks == row_of(ready, 3, 2).marks
    assert sealed.open_own(own, other.keys) is None
    assert sealed.open_own(own, ready.secretary.keys) is None
    for act in (
        lambda actor: desk(ready.office, actor, ready.id),
        lambda actor: scoring.take_back(ready.office, actor, ready.id, ready.no(2)),
    ):
        with pytest.raises(NotPermitted) as refused:
            act(replace(mine, keys=None))
        assert refused.value.code == "no_keys"


def test_the_receipt_is_of_the_box_and_is_found_in_the_record(sealed_at):
    meeting = sealed_at(Phase.SCORING)
    actor, no = meeting.expert(3), meeting.no(2)
    scoring.enter_marks(meeting.office, actor, meeting.id, no, meeting.marks(3, 2))
    (saved,) = scoring.submit(meeting.office, actor, meeting.id, [no])
    box = bytes(one(meeting, "SELECT box FROM sealed_sheet"))
    assert saved.receipt == sealed.box_digest(box) == row_of(meeting, 3, 2).receipt
    found = verify(meeting.office)
    assert [(r.no, r.expert, r.digest) for r in found.receipts] == [(no, actor.name, saved.receipt)]
    assert found.ok
    scoring.take_back(meeting.office, actor, meeting.id, no)
    (again,) = scoring.submit(meeting.office, actor, meeting.id, [no])
    assert again.receipt != saved.receipt, "the same marks, another box"


# The reveal


@pytest.mark.parametrize(("first", "second"), list(permutations(("chair", "supervisor", "finance"), 2)))
def test_any_two_holders_reveal_and_the_first_alone_reveals_nothing(ready, first, second):
    given = unseal(ready, getattr(ready, first))
    assert (given.released, given.opened) == ((Role(first),), None)
    assert read_meeting(ready.office, ready.secretary, ready.id).released == (Role(first),)
    assert rows(ready, "SELECT * FROM mark") == []
    assert one(ready, "SELECT phase FROM meeting") == "scoring"
    with pytest.raises(Refused):
        ranking(ready.office, ready.chair, ready.id)
    done = unseal(ready, getattr(ready, second))
    assert (set(done.released), done.opened) == ({Role(first), Role(second)}, 24)
    assert one(ready, "SELECT phase FROM meeting") == "deliberating"
    assert row_of(ready, 3, 2).marks == {code: int(float(value) * 1000) for code, value in ready.marks(3, 2).items()}
    assert verify(ready.office).findings == ()


def test_what_was_sealed_comes_out_as_what_was_hidden(sealed_at, meeting_at):
    """The same marks, once sealed and once not: every score, rank and sheet count is the same."""
    told = [
        [
            (one.no, one.score, one.rank, one.tied, one.sheets, one.spread_micro)
            for one in ranking(m.office, m.chair, m.id).applications
        ]
        for m in (sealed_at(Phase.DELIBERATING), meeting_at(Phase.DELIBERATING))
    ]
    assert told[0] == told[1]
    assert len(told[0]) == 5


def test_who_may_not_release_is_refused_and_nothing_is_given(ready):
    for actor in (ready.expert(3), ready.deputy):
        with pytest.raises(NotPermitted):
            unseal(ready, actor)
    with pytest.raises(NotPermitted) as none:
        unseal(ready, ready.secretary)
    assert none.value.code == "not_holder"
    with pytest.raises(NotPermitted) as bare:
        unseal(ready, replace(ready.chair, keys=None))
    assert bare.value.code == "no_keys"
    with pytest.raises(NotPermitted) as foreign:
        unseal(ready, replace(ready.chair, keys=ready.finance.keys))
    assert foreign.value.code == "no_keys"
    assert rows(ready, "SELECT * FROM epoch_release") == []


def test_no_holder_gives_twice_and_no_share_is_given_before_all_is_in(ready):
    scoring.take_back(ready.office, ready.expert(3), ready.id, ready.no(2))
    with pytest.raises(Refused) as early:
        unseal(ready, ready.chair)
    assert early.value.code == "blocked"
    assert ready.no(2) in str(early.value)
    scoring.submit(ready.office, ready.expert(3), ready.id, [ready.no(2)])
    unseal(ready, ready.chair)
    with pytest.raises(Refused) as twice:
        unseal(ready, ready.chair)
    assert twice.value.code == "already_released"
    assert one(ready, "SELECT COUNT(*) FROM epoch_release") == 2


def test_a_sealed_meeting_is_not_revealed_by_moving_on(ready):
    with pytest.raises(Refused) as refused:
        phases.advance(ready.office, ready.chair, ready.id)
    assert refused.value.code == "unseal_wanted"
    assert one(ready, "SELECT phase FROM meeting") == "scoring"


def test_scoring_does_not_open_before_all_three_roles_hold_a_key(sealed_at):
    meeting = sealed_at(Phase.SIGNING_IN)
    for name in [*(f"专家{n}" for n in range(1, 6)), "张秘书", "李财政", "王监督"]:
        meeting.sign_in(name)
    meeting.tamper("UPDATE key_pair SET ended_at = 'x' WHERE user_id = (SELECT id FROM \"user\" WHERE name = '王监督')")
    with pytest.raises(Refused) as refused:
        meeting.advance()
    assert "监督还没有设定口令" in str(refused.value)
    found = read_meeting(meeting.office, meeting.secretary, meeting.id)
    assert [blocker.code for blocker in found.blockers] == ["holders_missing"]


def test_keys_put_in_a_holders_place_get_no_share(sealed_at):
    meeting = sealed_at(Phase.SIGNING_IN)
    for name in [*(f"专家{n}" for n in range(1, 6)), "张秘书", "李财政", "王监督"]:
        meeting.sign_in(name)
    _, public = sealed.new_keys()
    box = as_literal(meeting, public.box)
    meeting.tamper(
        f"UPDATE key_pair SET box_public = {box} WHERE user_id = (SELECT id FROM \"user\" WHERE name = '李财政')"
    )
    with pytest.raises(Refused) as refused:
        meeting.advance()
    assert refused.value.code == "keys_changed"
    assert "李财政" in str(refused.value)
    assert rows(meeting, "SELECT * FROM epoch") == []


def test_who_came_to_the_office_after_scoring_began_has_no_share(ready):
    code = offices.add_user(ready.office, ready.secretary, "钱财政", Role.FINANCE)
    late = offices.user_sign_in(ready.office, "钱财政", code, OTHER)
    with pytest.raises(Refused) as refused:
        unseal(ready, late)
    assert refused.value.code == "no_share"
    unseal(ready, ready.finance)
    assert unseal(ready, ready.supervisor).opened == 24


# Lost and changed


def test_an_expert_who_lost_the_phrase_keeps_what_was_handed_in(sealed_at):
    meeting = sealed_at(Phase.SCORING)
    meeting.score_all()
    actor, no = meeting.expert(3), meeting.no(4)
    scoring.take_back(meeting.office, actor, meeting.id, no)
    code = meetings.new_seat_code(meeting.office, meeting.secretary, meeting.id, actor.name)
    with pytest.raises(NotPermitted):
        attendance.sign_in(meeting.office, actor.name, meeting.id, meeting.pin, recusals={})
    meeting.people[actor.name] = attendance.sign_in(
        meeting.office, actor.name, meeting.id, code, recusals={}, new_pin=OTHER
    )
    handed_in, draft = row_of(meeting, 3, 2), row_of(meeting, 3, 4)
    assert (handed_in.state, handed_in.marks, handed_in.total_micro) == (SheetState.SUBMITTED, {}, None)
    assert (draft.state, draft.marks) == (SheetState.DRAFT, {})
    meeting.submit(3, 4)
    unseal(meeting, meeting.chair)
    assert unseal(meeting, meeting.finance).opened == 24
    assert row_of(meeting, 3, 2).marks["plan"] == 26_000
    assert verify(meeting.office).findings == ()


def test_an_old_desk_whose_phrase_was_replaced_writes_nothing(ready):
    old = ready.expert(3)
    code = meetings.new_seat_code(ready.office, ready.secretary, ready.id, old.name)
    attendance.sign_in(ready.office, old.name, ready.id, code, recusals={}, new_pin=OTHER)
    with pytest.raises(NotPermitted) as refused:
        scoring.take_back(ready.office, old, ready.id, ready.no(2))
    assert refused.value.code == "no_keys"


def test_an_own_secret_that_can_be_guessed_wraps_no_key(sealed_at):
    meeting = sealed_at(Phase.SIGNING_IN)
    with pytest.raises(WrongUse) as weak:
        attendance.sign_in(meeting.office, "专家3", meeting.id, meeting.codes["专家3"], recusals={}, new_pin="654321")
    assert weak.value.code == "phrase_weak"
    signed = attendance.sign_in(
        meeting.office, "专家3", meeting.id, meeting.codes["专家3"], recusals={}, new_pin="角楼 哄传 日华 漂洗"
    )
    again = offices.authenticate(meeting.office, f"{meeting.id}/专家3", "JIAOLOU hongchuan rihuapiaoxi")
    assert again.keys == signed.keys


# The envelope


def test_an_envelope_opens_for_an_absent_holder_by_somebody_else(ready):
    code = keys.new_envelope(ready.office, ready.finance)
    assert code not in str(rows(ready, "SELECT * FROM audit_entry"))
    with pytest.raises(Refused) as wrong:
        unseal(ready, ready.secretary, envelope_of="李财政", code="AAAA-AAAA-AAAA-AAAA-AAAA")
    assert wrong.value.code == "envelope_wrong"
    assert one(ready, "SELECT refused FROM audit_entry ORDER BY seq DESC LIMIT 1") == "envelope_wrong"
    unseal(ready, ready.supervisor)
    with pytest.raises(Refused) as both:
        unseal(ready, ready.supervisor, envelope_of="李财政", code=code)
    assert both.value.code == "same_person"
    assert unseal(ready, ready.secretary, envelope_of="李财政", code=code.lower()).opened == 24
    assert rows(ready, "SELECT DISTINCT role, by, envelope FROM epoch_release ORDER BY role") == [
        ("finance", "张秘书", True),
        ("supervisor", "王监督", False),
    ]


def test_nobody_has_an_envelope_who_made_none(ready):
    with pytest.raises(Refused) as refused:
        unseal(ready, ready.secretary, envelope_of="李财政", code="AAAA")
    assert refused.value.code == "no_envelope"
    with pytest.raises(Refused) as nobody:
        unseal(ready, ready.secretary, envelope_of="专家3", code="AAAA")
    assert nobody.value.code == "no_envelope"


# Boxes that are not what was handed in

SWAP_APPLICATIONS = (
    "CREATE TABLE kept AS SELECT * FROM sealed_sheet",
    "UPDATE sealed_sheet SET box = (SELECT k.box FROM kept k WHERE k.sheet_id = 2) WHERE sheet_id = 1",
)


def foreign_box(meeting):
    """A box that the owner of the database makes: to the right epoch, signed by a pair of his own."""
    forger, _ = sealed.new_keys()
    forged = sealed.Sheet(meeting.id, 1, "专家1", meeting.no(2), 2, "submitted", {"plan": 0}, "", "00" * 16)
    public = bytes(one(meeting, "SELECT public FROM epoch"))
    box = sealed.seal(public, sealed.pack_sheet(forged, forger.sign))
    return (f"UPDATE sealed_sheet SET box = {as_literal(meeting, box)} WHERE sheet_id = 1",)


def as_literal(meeting, value):
    return f"x'{value.hex()}'" if meeting.office.database.is_sqlite else f"'\\x{value.hex()}'::bytea"


@pytest.mark.parametrize(
    "how",
    [
        lambda meeting: SWAP_APPLICATIONS,
        foreign_box,
        lambda meeting: ("DELETE FROM sealed_sheet WHERE sheet_id = 1",),
        lambda meeting: ("UPDATE sealed_sheet SET box = NULL WHERE sheet_id = 1",),
        lambda meeting: ("UPDATE sealed_sheet SET version = version + 1 WHERE sheet_id = 1",),
        lambda meeting: ("UPDATE score_sheet SET state = 'abstained', reason = 'x' WHERE id = 1",),
    ],
)
def test_a_box_that_is_not_the_one_handed_in_is_named_and_nothing_is_opened(ready, how):
    unseal(ready, ready.chair)
    ready.tamper(*how(ready))
    with pytest.raises(Refused) as refused:
        unseal(ready, ready.finance)
    assert refused.value.code == "boxes_wrong"
    named = f"{ready.no(2)}/专家1"
    assert named in str(refused.value)
    assert rows(ready, "SELECT * FROM mark") == []
    assert one(ready, "SELECT phase FROM meeting") == "scoring"
    assert one(ready, "SELECT COUNT(DISTINCT role) FROM epoch_release") == 1
    assert any(finding.where == f"M1/{named}" for finding in verify(ready.office).findings)


def test_an_older_box_of_the_same_sheet_is_noticed(ready):
    actor, no = ready.expert(3), ready.no(2)
    former = one(ready, "SELECT box FROM sealed_sheet WHERE sheet_id = :id", id=sheet_id(ready, 3, 2))
    scoring.take_back(ready.office, actor, ready.id, no)
    scoring.enter_marks(ready.office, actor, ready.id, no, {"plan": "30"})
    scoring.submit(ready.office, actor, ready.id, [no])
    kept = as_literal(ready, bytes(former))
    ready.tamper(f"UPDATE sealed_sheet SET box = {kept} WHERE sheet_id = {sheet_id(ready, 3, 2)}")
    unseal(ready, ready.chair)
    with pytest.raises(Refused) as refused:
        unseal(ready, ready.finance)
    assert f"{no}/专家3" in str(refused.value)


def sheet_id(meeting, expert, application):
    return one(
        meeting,
        "SELECT s.id FROM score_sheet s JOIN seat t ON t.id = s.seat_id JOIN application a ON a.id = s.application_id "
        "WHERE t.name = :name AND a.no = :no",
        name=f"专家{expert}",
        no=meeting.no(application),
    )


def test_a_sheet_that_does_not_open_goes_back_to_its_expert_and_the_reveal_goes_on(ready):
    unseal(ready, ready.chair)
    broken = sheet_id(ready, 3, 2)
    ready.tamper(f"UPDATE sealed_sheet SET box = NULL WHERE sheet_id = {broken}")
    with pytest.raises(Refused):
        unseal(ready, ready.finance)
    returning.return_sheet(ready.office, ready.chair, ready.id, "专家3", ready.no(2), "密封损坏")
    returned = row_of(ready, 3, 2)
    assert (returned.state, returned.marks["plan"], returned.reason) == (SheetState.RETURNED, 26_000, "密封损坏")
    scoring.submit(ready.office, ready.expert(3), ready.id, [ready.no(2)])
    assert unseal(ready, ready.finance).opened == 24


def test_what_a_changed_program_signed_that_is_no_mark_is_not_opened(ready):
    """The expert's own keys sign 99 points: right box, right signature, right receipt in the trail, no mark."""
    actor, no = ready.expert(3), ready.no(2)
    scoring.take_back(ready.office, actor, ready.id, no)
    with pytest.MonkeyPatch.context() as changed:
        changed.setattr(scoring.rule, "check_mark", lambda value, criterion: None)
        scoring.enter_marks(ready.office, actor, ready.id, no, {"plan": "99"})
        scoring.submit(ready.office, actor, ready.id, [no])
    unseal(ready, ready.chair)
    with pytest.raises(Refused) as refused:
        unseal(ready, ready.finance)
    assert refused.value.code == "boxes_wrong"


# Afterwards


def test_a_step_back_seals_anew_under_another_key(sealed_at):
    meeting = sealed_at(Phase.SCORING)
    meeting.reveal_one_short()
    attendance.add_recusal(meeting.office, meeting.secretary, meeting.id, "专家5", meeting.no(1), RecusalGround.KINSHIP)
    phases.back(meeting.office, meeting.chair, meeting.id, "补评")
    epochs = rows(meeting, "SELECT number, public, private FROM epoch ORDER BY number")
    assert [(number, private is None) for number, _, private in epochs] == [(1, False), (2, True)]
    assert epochs[0].public != epochs[1].public
    before = rows(meeting, "SELECT * FROM mark")
    meeting.submit(2, 1)
    assert rows(meeting, "SELECT * FROM mark") == before
    box = bytes(one(meeting, "SELECT box FROM sealed_sheet WHERE epoch_id = 2"))
    with pytest.raises(sealed.Unsealable):
        sealed.unseal(bytes(epochs[0].private), box)
    meeting.advance()
    assert row_of(meeting, 2, 1).marks["plan"] == 26_500
    assert verify(meeting.office).findings == ()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("UPDATE epoch SET public = private", "epoch_changed"),
        ("UPDATE epoch SET private = public", "epoch_changed"),
        ("UPDATE epoch SET private = NULL", "epoch_opened"),
        ("DELETE FROM epoch", "epoch_missing"),
        ("UPDATE key_pair SET sign_public = box_public WHERE id = 5", "keys_unexplained"),
        ("UPDATE sealed_sheet SET box = own_box WHERE sheet_id = 3", "box_changed"),
    ],
)
def test_verification_finds_what_was_changed_in_the_seals(sealed_at, change, code):
    meeting = sealed_at(Phase.DELIBERATING)
    meeting.tamper(change)
    assert code in {finding.code for finding in verify(meeting.office).findings}


def test_a_mark_that_was_changed_after_the_reveal_differs_from_its_box_and_its_entry(sealed_at):
    meeting = sealed_at(Phase.DELIBERATING)
    meeting.tamper(f"UPDATE mark SET value_milli = value_milli + 500 WHERE sheet_id = {sheet_id(meeting, 3, 2)}")
    assert [finding.code for finding in verify(meeting.office).findings] == ["sheet_changed", "row_changed"]


def test_a_correction_after_the_reveal_leaves_the_box_the_one_that_was_handed_in(sealed_at):
    meeting = sealed_at(Phase.DELIBERATING)
    named = (meeting.id, "专家3", meeting.no(2), "plan")
    deliberation.name_correction(meeting.office, meeting.chair, *named, CorrectionGround.ABNORMAL, "畸高")
    deliberation.enter_correction(meeting.office, meeting.expert(3), *named, "26.5")
    found = verify(meeting.office)
    assert found.findings == ()
    assert len(found.receipts) == 24
