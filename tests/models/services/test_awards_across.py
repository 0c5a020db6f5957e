"""Awards of one enterprise across tracks, batches and lists: the cumulative cap holds in whichever order they come."""

from dataclasses import dataclass
from datetime import date
from itertools import permutations

import pytest
from sqlalchemy import text

from models.enums import Kind, Phase, Role
from models.errors import Refused
from models.queries import meeting as meeting_query
from models.queries.applications import card
from models.queries.awards import award_lists
from models.rules.quotas import Quota
from models.services import allocating, batches, intake, meetings, phases
from tests.conftest import DISTRICTS, EXPERTS, FINANCE, HEADINGS, SECRETARY, SUPERVISOR, USCCS, Meeting, MovableClock

WAN = 1_000_000
ROOM = 50_200_000
"""Half of the 100.4 万 that each enterprise invests: 40 万 of the one track and 20 万 of the other don't both fit."""


@dataclass
class Second(Meeting):
    """A meeting on another track, over the same enterprises in a batch of its own."""

    def no(self, number: int) -> str:
        return f"{self.batch}-{number:03d}"

    def advance(self) -> Phase:
        with self.office.database.reading() as connection:
            asked = text("SELECT phase FROM meeting WHERE id = :id")
            phase = connection.execute(asked, {"id": self.id}).scalar_one()
        mover = self.secretary if phase in ("preparing", "publicity", "finalised") else self.chair
        return phases.advance(self.office, mover, self.id)


def of(meeting: Meeting) -> Second:
    """The first meeting, moving by its own phase although there are two."""
    return Second(meeting.office, meeting.clock, meeting.people, meeting.codes)


def second_batch(first: Meeting, folder, track: str) -> None:
    """Applications of the same six enterprises in another batch; they invest nothing there."""
    batches.new_batch(first.office, first.secretary, "KM2", 3)
    rows = [
        f"示例企业{n},{USCCS[n - 1]},中,{DISTRICTS[n - 1]},绿色食品,{track},摘要。,卷{n},0,0,0,0,"
        f"二级,三级,0,0,否,否,{'是' if n == 6 else '否'},,推荐,BA{n},通过"
        for n in range(1, 7)
    ]
    roster = folder / "名册二.csv"
    roster.write_text("\n".join([HEADINGS, *rows]), encoding="utf-8-sig")
    intake.import_roster(first.office, first.secretary, [roster], "KM2")


def second_meeting(first: Meeting, folder, track="小灯塔企业奖励") -> Second:
    """A second meeting in its publicity, over the six enterprises; they invest nothing beside the first track."""
    office, secretary = first.office, first.secretary
    second_batch(first, folder, track)
    meetings.new_meeting(office, secretary, "M2", batch="KM2", track="lighthouse", kind=Kind.SELECTION, title="评审二")
    second = Second(office, first.clock, dict(first.people), {}, "M2", "KM2")
    for name in EXPERTS:
        second.codes[name] = meetings.add_seat(office, secretary, "M2", name, Role.EXPERT) or ""
    for name, role in ((SECRETARY, Role.SECRETARY), (FINANCE, Role.FINANCE), (SUPERVISOR, Role.SUPERVISOR)):
        meetings.add_seat(office, secretary, "M2", name, role)
    meetings.name_chair(office, secretary, "M2", EXPERTS[0])
    meetings.name_chair(office, secretary, "M2", EXPERTS[1], deputy=True)
    allocating.set_quota(office, secretary, "M2", Quota(3, alternates=1))
    second.advance()
    for name in (*EXPERTS, SECRETARY, FINANCE, SUPERVISOR):
        second.people[name] = second.sign_in(name)
    second.advance()
    second.score_all()
    second.advance()
    second.give_opinions()
    second.advance()
    second.propose()
    second.advance()
    return second


@pytest.fixture
def two(meeting_at, tmp_path) -> tuple[Second, Second]:
    """Two meetings whose notices have run out, on neither of whose lists the other counts yet."""
    first = of(meeting_at(Phase.PUBLICITY))
    second = second_meeting(first, tmp_path)
    first.publish()
    second.publish()
    wait(first.clock)
    return first, second


def wait(clock: MovableClock) -> None:
    """Let a period of five working days pass."""
    clock.go_to(date.fromordinal(clock.now.date().toordinal() + 14))


def listed(meeting: Meeting) -> dict[str, int]:
    """The amounts of a meeting's lists by enterprise, in fen."""
    return {
        one.uscc: one.amount_fen or 0
        for found in award_lists(meeting.office, meeting.secretary, meeting.id)
        for one in found.awards
    }


def compute_anew(meeting: Second) -> None:
    """Back to the allocation, and to a notice of the new amounts that has run out."""
    phases.back(meeting.office, meeting.chair, meeting.id, "其他名单已定稿")
    allocating.propose(meeting.office, meeting.chair, meeting.id)
    meeting.advance()
    meeting.publish()
    wait(meeting.clock)


@pytest.mark.parametrize(("frozen", "signed"), [(f, s) for f in permutations((0, 1)) for s in permutations((0, 1))])
def test_in_whichever_order_lists_are_frozen_and_signed_the_cap_holds(two, frozen, signed):
    earlier, later = two[frozen[0]], two[frozen[1]]
    earlier.advance()
    with pytest.raises(Refused) as refused:
        later.advance()
    assert refused.value.code == "blocked"
    compute_anew(later)
    later.advance()
    for number in signed:
        two[number].sign()
    sums = [listed(two[0])[uscc] + listed(two[1])[uscc] for uscc in USCCS[:3]]
    assert sums == [ROOM] * 3
    assert set(listed(earlier).values()) == {40 * WAN if frozen[0] == 0 else 20 * WAN}


def test_a_list_that_another_overtook_names_each_application_and_the_way_on(two):
    first, second = two
    assert meeting_query.meeting(second.office, second.secretary, "M2").blockers == ()
    first.advance()
    found = meeting_query.meeting(second.office, second.secretary, "M2").blockers
    assert [(one.code, one.applications, str(one.text)) for one in found] == [
        (
            "amount_overtaken",
            (f"KM2-00{n}",),
            f"KM2-00{n} 所列 200,000 元已不成立（其他名单定稿后：102,000 元），"
            "请组长退回“配额分配”重新生成方案，就新金额再行公示。",
        )
        for n in (1, 2, 3)
    ]
    phases.back(second.office, second.chair, "M2", "其他名单已定稿")
    (waiting, *_) = meeting_query.meeting(second.office, second.secretary, "M2").blockers
    assert (waiting.code, str(waiting.text)) == ("no_proposal", "还没有分配方案，请组长生成。")


def test_a_list_that_nothing_overtook_does_not_go_back(two):
    with pytest.raises(Refused) as refused:
        phases.back(two[1].office, two[1].chair, "M2", "想改")
    assert refused.value.code == "no_need"


def test_what_is_on_a_list_keeps_its_figure_and_how_it_came_about(two):
    first, second = two
    first.advance()
    first.sign()
    no = first.no(2)
    before = card(first.office, first.secretary, no)
    assert before.amount_fen == 40 * WAN
    assert [(str(step.label), step.formula, step.value) for step in before.derivation.steps] == [
        ("符合条件投入", "软件 60 + 云服务 12.4 + 数据采集传输设备 24", "96.4 万"),
        ("比例", "50% × 96.4", "48.2 万"),
        ("等级上限", "三级", "40 万"),
        ("公示金额", "", "40 万"),
        ("累计上限", "50% × 100.4", "50.2 万"),
        ("最小者", "", "40 万"),
    ]
    compute_anew(second)
    second.advance()
    second.sign()
    assert card(first.office, first.secretary, no) == before
    other = card(second.office, second.secretary, second.no(2))
    assert other.amount_fen == ROOM - 40 * WAN
    assert [(str(step.label), step.formula, step.value) for step in other.derivation.steps] == [
        ("定额", "小灯塔企业奖励", "20 万"),
        ("公示金额", "", "10.2 万"),
        ("数字化投入", "本项目 0 + 其他申报 100.4", "100.4 万"),
        ("已定奖补", "KM1-002 40", "40 万"),
        ("累计上限", "50% × 100.4 − 已定奖补 40", "10.2 万"),
        ("最小者", "", "10.2 万"),
    ]


def test_an_ineligible_application_lends_no_room(two):
    """The sixth enterprise is dishonest in both tracks: once that is decided, its spending there counts for nobody."""
    first, second = two
    other = card(second.office, second.secretary, second.no(6))
    assert not other.eligible
    assert other.amount_fen == 0
    with first.office.database.writing() as connection:
        connection.execute(text("UPDATE item SET eligible = :yes WHERE meeting_id = 'M1'"), {"yes": True})
    assert card(second.office, second.secretary, second.no(6)).amount_fen == 20 * WAN


def test_a_second_application_in_a_track_is_put_to_people_where_the_measure_is_silent(meeting_at, tmp_path):
    first = meeting_at(Phase.FINALISED)
    second_batch(first, tmp_path, "企业改造补助")
    on_list = {USCCS.index(uscc) + 1 for uscc in listed(first)}
    assert len(on_list) == 3
    asked = {n: [one.code for one in card(first.office, first.secretary, f"KM2-{n:03d}").checks] for n in range(1, 7)}
    assert asked == {n: ["later_unset"] if n in on_list else [] for n in range(1, 7)}
