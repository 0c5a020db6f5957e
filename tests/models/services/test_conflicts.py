"""Conflicts found: suggested to secretary and chair, confirmed or dismissed, and told to nobody else."""

import json
from dataclasses import replace

import pytest
from sqlalchemy import text

from models.documents.minutes import minutes_markdown
from models.enums import Clue, Phase, RecusalGround, Role
from models.errors import BadInput, NotPermitted, Refused, WrongUse
from models.queries import meeting as meeting_query
from models.queries.audit import trail, verify
from models.queries.conflicts import conflicts
from models.queries.minutes import minutes
from models.services import attendance, phases, scoring
from models.services import conflicts as service
from models.services import meetings as meetings_service
from models.views.conflicts import About

PHONE, ADDRESS = "13987654321", "五华区保密巷77号"


@pytest.fixture
def meeting(meeting_at):
    return contacts(meeting_at(Phase.SIGNING_IN))


def contacts(meeting):
    """The second application has a contact's phone, and an address in an extra column of the roster."""
    with meeting.office.database.writing() as connection:
        connection.execute(
            text("UPDATE application SET phone = :phone, contact = '刘工', notes = :notes WHERE no = :no"),
            {
                "phone": f"0871-65551234、{PHONE}",
                "notes": json.dumps({"通讯地址": f"昆明市{ADDRESS}", "备用电话": "63330000"}, ensure_ascii=False),
                "no": meeting.no(2),
            },
        )
    return meeting


def about(meeting, name="专家3", **changed):
    return service.set_about(meeting.office, meeting.secretary, meeting.id, name, changed)


def found(meeting, actor=None):
    view = conflicts(meeting.office, actor or meeting.secretary, meeting.id)
    return [(one.name, one.no, [agreed.clue for agreed in one.agreements]) for one in view.open]


def blockers(meeting, actor):
    view = meeting_query.meeting(meeting.office, actor, meeting.id)
    return [one for one in view.blockers if one.code == "recusal_suggested"]


def test_facts_are_kept_merged_and_cleared(meeting):
    about(meeting, employer=" 示例企业2 ", phone=PHONE)
    assert about(meeting, advised=("示例企业3", " ", "示例企业3")) == About("示例企业2", "", PHONE, "", ("示例企业3",))
    assert about(meeting, phone="").phone == ""
    assert conflicts(meeting.office, meeting.chair, meeting.id).people == (
        ("专家3", About("示例企业2", "", "", "", ("示例企业3",))),
    )


@pytest.mark.parametrize(
    ("changed", "clue"),
    [
        ({"employer": "示例企业2"}, Clue.EMPLOYER),
        ({"employer_uscc": "91530102madem00024"}, Clue.USCC),
        ({"advised": ("示例企业2",)}, Clue.ADVISED),
        ({"phone": PHONE}, Clue.PHONE),
        ({"phone": "0871-63330000"}, Clue.PHONE),
        ({"address": ADDRESS}, Clue.ADDRESS),
    ],
)
def test_what_agrees_is_suggested(meeting, changed, clue):
    about(meeting, **changed)
    assert found(meeting) == found(meeting, meeting.chair) == [("专家3", meeting.no(2), [clue])]


def test_a_confirmed_suggestion_is_a_recusal_found(meeting):
    about(meeting, employer="示例企业2", phone=PHONE)
    ground = service.confirm(meeting.office, meeting.secretary, meeting.id, "专家3", meeting.no(2))
    assert ground is RecusalGround.EMPLOYMENT
    assert found(meeting) == []
    with meeting.office.database.reading() as connection:
        row = connection.execute(text("SELECT ground, reason, declared_by FROM recusal")).one()
    assert tuple(row) == ("employment", "经核实：任职单位同名", "张秘书")
    entry = trail(meeting.office, meeting.secretary, meeting.id)[0]
    assert (entry.act, entry.object) == ("recusal.add", f"{meeting.no(2)}/专家3")
    assert json.loads(entry.after)["found"] == ["employer"]
    with pytest.raises(Refused) as nothing:
        service.confirm(meeting.office, meeting.secretary, meeting.id, "专家3", meeting.no(2))
    assert nothing.value.code == "no_suggestion"


def test_a_confirmed_phone_is_another_interest_with_its_reason(meeting):
    about(meeting, phone=PHONE)
    ground = service.confirm(meeting.office, meeting.secretary, meeting.id, "专家3", meeting.no(2))
    assert ground is RecusalGround.OTHER
    about(meeting, employer="示例企业4")
    chosen = service.confirm(
        meeting.office, meeting.secretary, meeting.id, "专家3", meeting.no(4), RecusalGround.SHARES, "持股"
    )
    assert chosen is RecusalGround.SHARES


def test_a_dismissed_suggestion_is_kept_with_its_reason_and_back_with_new_facts(meeting):
    about(meeting, employer="示例企业2")
    with pytest.raises(WrongUse):
        service.dismiss(meeting.office, meeting.secretary, meeting.id, "专家3", meeting.no(2), " ")
    service.dismiss(meeting.office, meeting.secretary, meeting.id, "专家3", meeting.no(2), "同名的另一家")
    assert found(meeting) == []
    (one,) = conflicts(meeting.office, meeting.secretary, meeting.id).dismissed
    assert (one.name, one.no, one.clues, one.reason, one.by) == (
        "专家3",
        meeting.no(2),
        (Clue.EMPLOYER,),
        "同名的另一家",
        "张秘书",
    )
    about(meeting, phone=PHONE)
    assert found(meeting) == [("专家3", meeting.no(2), [Clue.EMPLOYER, Clue.PHONE])]
    service.dismiss(meeting.office, meeting.secretary, meeting.id, "专家3", meeting.no(2), "同事代填")
    assert found(meeting) == []


def test_open_suggestions_hold_signing_in_and_are_named_to_who_may_know(meeting):
    about(meeting, phone=PHONE)
    for name in ("专家1", "专家2", "专家3", "专家4", "专家5", "张秘书", "李财政", "王监督"):
        meeting.sign_in(name)
    for actor in (meeting.secretary, meeting.chair):
        (one,) = blockers(meeting, actor)
        assert (one.seats, one.applications) == (("专家3",), (meeting.no(2),))
        assert str(one.text) == f"回避线索待核实：专家3—{meeting.no(2)}，请逐条登记回避或写明理由排除。"
    for actor in (meeting.deputy, meeting.expert(3), meeting.expert(4), meeting.finance, meeting.supervisor):
        (one,) = blockers(meeting, actor)
        assert (one.seats, one.applications) == ((), ())
        assert str(one.text) == "还有 1 条回避线索待秘书或组长核实。"
    with pytest.raises(Refused) as blocked:
        phases.advance(meeting.office, meeting.chair, meeting.id)
    assert blocked.value.code == "blocked"
    service.dismiss(meeting.office, meeting.chair, meeting.id, "专家3", meeting.no(2), "旧号")
    assert phases.advance(meeting.office, meeting.chair, meeting.id) is Phase.SCORING


@pytest.mark.parametrize("phase", [Phase.SCORING, Phase.DELIBERATING])
def test_facts_that_come_late_hold_the_phase_too(meeting_at, phase):
    meeting = contacts(meeting_at(phase))
    if phase is Phase.SCORING:
        meeting.score_all()
    else:
        meeting.give_opinions()
    about(meeting, phone=PHONE)
    with pytest.raises(Refused) as blocked:
        meeting.advance()
    assert "回避线索待核实" in str(blocked.value)
    service.confirm(meeting.office, meeting.secretary, meeting.id, "专家3", meeting.no(2))
    meeting.advance()


def test_a_recusal_found_after_scoring_began_voids_the_sheet_and_says_so(meeting_at):
    meeting = contacts(meeting_at(Phase.SCORING))
    meeting.submit(3, 2)
    scoring.enter_marks(meeting.office, meeting.expert(4), meeting.id, meeting.no(2), {"plan": "20"})
    for name, voided in (("专家3", True), ("专家4", False)):
        about(meeting, name, phone=PHONE)
        service.confirm(meeting.office, meeting.secretary, meeting.id, name, meeting.no(2))
        assert json.loads(trail(meeting.office, meeting.secretary, meeting.id)[0].after)["voided"] is voided, name


def test_nobody_answers_the_own_suggestion_and_experts_none(meeting):
    meeting.sign_in("专家1")
    meeting.sign_in("专家3")
    for name in ("专家1", "专家3"):
        about(meeting, name, employer="示例企业2")
    for actor, code in ((meeting.chair, "own_conflict"), (meeting.expert(3), "not_permitted")):
        with pytest.raises(NotPermitted) as confirmed:
            service.confirm(meeting.office, actor, meeting.id, actor.name, meeting.no(2))
        assert confirmed.value.code == code
        with pytest.raises(NotPermitted):
            service.dismiss(meeting.office, actor, meeting.id, actor.name, meeting.no(2), "没有的事")
    with pytest.raises(NotPermitted):
        service.set_about(meeting.office, meeting.chair, meeting.id, "专家3", {"phone": "1"})
    assert found(meeting) == [("专家1", meeting.no(2), [Clue.EMPLOYER]), ("专家3", meeting.no(2), [Clue.EMPLOYER])]


@pytest.mark.parametrize("name", ["专家2", "专家3", "专家4", "李财政", "王监督"])
def test_facts_are_for_secretary_and_chair_only(meeting_at, name):
    """Phone and address agree with an application's, so that one suggestion is open, one dismissed, one confirmed."""
    meeting = contacts(meeting_at(Phase.SCORING))
    for expert in ("专家3", "专家4", "专家5"):
        about(meeting, expert, employer="保密研究院", phone=PHONE, address=ADDRESS)
    service.dismiss(meeting.office, meeting.chair, meeting.id, "专家4", meeting.no(2), "已核实")
    service.confirm(meeting.office, meeting.chair, meeting.id, "专家5", meeting.no(2))
    actor = meeting.people[name]
    with pytest.raises(NotPermitted):
        conflicts(meeting.office, actor, meeting.id)
    told = repr(meeting_query.meeting(meeting.office, actor, meeting.id))
    if actor.role in (Role.FINANCE, Role.SUPERVISOR):
        told += repr(trail(meeting.office, actor, meeting.id))
    for secret in (PHONE, ADDRESS, "保密", "电话相同", "地址相同"):
        assert secret not in told
    if actor.role is Role.EXPERT:
        assert meeting.no(2) not in repr(blockers(meeting, actor))


def test_the_audit_trail_names_facts_by_a_digest_that_tells_nothing(meeting):
    about(meeting, phone=PHONE)
    first = json.loads(trail(meeting.office, meeting.secretary, meeting.id)[0].after)
    about(meeting, phone=PHONE)
    again = json.loads(trail(meeting.office, meeting.secretary, meeting.id)[0].after)
    assert first["facts"] == again["facts"] == ["phone"]
    assert len({first["about"], again["about"]}) == 2


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("UPDATE seat_about SET phone = '13900000000'", "about_changed"),
        ("DELETE FROM seat_about", "about_changed"),
        ("UPDATE conflict_dismissal SET reason = '换了'", "dismissal_changed"),
        ("DELETE FROM conflict_dismissal", "dismissal_changed"),
        ("UPDATE recusal SET ground = 'kinship' WHERE declared_by = '张秘书'", "recusal_changed"),
        ("DELETE FROM recusal WHERE declared_by = '张秘书'", "recusal_changed"),
        (
            "UPDATE score_sheet SET voided = TRUE WHERE id = (SELECT MAX(id) FROM score_sheet WHERE NOT voided)",
            "voided_changed",
        ),
    ],
)
def test_verification_finds_what_was_changed_behind_the_record(meeting_at, statement, code):
    meeting = meeting_at(Phase.DELIBERATING)
    about(meeting, employer="示例企业2", phone=PHONE)
    about(meeting, "专家4", employer="示例企业3")
    service.dismiss(meeting.office, meeting.secretary, meeting.id, "专家3", meeting.no(2), "旧号")
    service.confirm(meeting.office, meeting.secretary, meeting.id, "专家4", meeting.no(3))
    assert verify(meeting.office).findings == ()
    meeting.tamper(statement)
    assert code in [one.code for one in verify(meeting.office).findings]


def test_a_file_enters_what_is_known_of_many(meeting, tmp_path):
    file = tmp_path / "专家.csv"
    file.write_text(
        "姓名,任职单位,单位信用代码,电话,地址,近三年任顾问的企业\n"
        f"专家3,,,{PHONE},,示例企业3；91530114MADEM0005R\n专家4,示例企业4,,,,\n",
        encoding="utf-8-sig",
    )
    assert service.import_abouts(meeting.office, meeting.secretary, meeting.id, file) == 2
    assert found(meeting) == [
        ("专家3", meeting.no(2), [Clue.PHONE]),
        ("专家3", meeting.no(3), [Clue.ADVISED]),
        ("专家3", meeting.no(5), [Clue.ADVISED]),
        ("专家4", meeting.no(4), [Clue.EMPLOYER]),
    ]
    assert PHONE not in trail(meeting.office, meeting.secretary, meeting.id)[0].after


def test_a_file_with_a_fault_enters_nothing(meeting, tmp_path):
    file = tmp_path / "专家.csv"
    file.write_text(f"姓名,电话\n专家3,{PHONE}\n专家3,1\n没有这人,1\n,1\n", encoding="utf-8-sig")
    with pytest.raises(BadInput) as bad:
        service.import_abouts(meeting.office, meeting.secretary, meeting.id, file)
    assert [(one.row, one.column) for one in bad.value.faults] == [(3, "姓名"), (4, "姓名"), (5, "姓名")]
    assert conflicts(meeting.office, meeting.secretary, meeting.id).people == ()


def test_too_long_a_fact_is_refused(meeting):
    with pytest.raises(WrongUse):
        about(meeting, employer="某" * 301)
    with pytest.raises(WrongUse):
        about(meeting, advised=tuple(f"企业{n}" for n in range(101)))
    with pytest.raises(WrongUse):
        about(meeting, "没有这人", phone="1")


def test_what_is_known_of_a_non_marking_chair_counts_and_of_what_is_not_eligible_does_not(meeting):
    about(meeting, "专家1", employer="示例企业6")
    assert found(meeting) == []
    about(meeting, "专家1", employer="示例企业2")
    assert found(meeting) == [("专家1", meeting.no(2), [Clue.EMPLOYER])]


def test_an_application_left_with_too_few_is_named_in_every_phase(meeting_at):
    """Two recusals leave 专家4 and 专家5 alone with the second application: at sign-in, in scoring, and after it."""
    for phase, code in (
        (Phase.SIGNING_IN, "too_few_experts"),
        (Phase.SCORING, "too_few_left"),
        (Phase.DELIBERATING, "too_few_sheets"),
    ):
        meeting = meeting_at(phase)
        for name in ("专家1", "专家2", "专家3"):
            attendance.add_recusal(
                meeting.office, meeting.secretary, meeting.id, name, meeting.no(2), RecusalGround.SHARES
            )
        named = meeting_query.meeting(meeting.office, meeting.secretary, meeting.id).blockers
        assert [one.applications for one in named if one.code == code] == [(meeting.no(2),)], phase


def test_seats_that_are_added_later_are_suggested_too(meeting):
    meetings_service.add_seat(meeting.office, meeting.secretary, meeting.id, "专家9", Role.EXPERT)
    about(meeting, "专家9", employer="示例企业5")
    assert found(meeting) == [("专家9", meeting.no(5), [Clue.EMPLOYER])]


def test_views_are_values():
    assert replace(About(), phone="1") == About(phone="1")


def test_that_a_phone_agrees_is_told_to_nobody_who_knows_the_applicants(meeting_at):
    """Finance and supervisor see the contact's phone on the card: what agreed with it would be the expert's."""
    meeting = contacts(meeting_at(Phase.SCORING))
    meeting.score_all()
    about(meeting, "专家3", phone=PHONE)
    about(meeting, "专家4", address=ADDRESS)
    service.confirm(meeting.office, meeting.secretary, meeting.id, "专家3", meeting.no(2))
    service.dismiss(meeting.office, meeting.secretary, meeting.id, "专家4", meeting.no(2), "已核实")
    meeting.advance()
    for actor in (meeting.finance, meeting.supervisor):
        told = repr(trail(meeting.office, actor, meeting.id)) + minutes_markdown(
            minutes(meeting.office, actor, meeting.id)
        )
        assert "经核实，与申报单位有其他关联" in told
        assert "有其他关联线索" in told
        for secret in (PHONE, ADDRESS, "电话相同", "地址相同"):
            assert secret not in told, secret
        assert '"found":[]' in told
        assert '"dismissed":[]' in told


def test_a_row_of_the_trail_is_no_key_to_a_phone(meeting):
    """Whatever digest names a dismissal is salted by its nonce."""
    for name in ("专家3", "专家4"):
        about(meeting, name, phone=PHONE)
        service.dismiss(meeting.office, meeting.secretary, meeting.id, name, meeting.no(2), "已核实")
    with meeting.office.database.reading() as connection:
        kept = connection.execute(text("SELECT nonce FROM conflict_dismissal")).scalars().all()
    assert len({*kept}) == 2
    assert {len(nonce) for nonce in kept} == {32}
