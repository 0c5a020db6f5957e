"""What bounds a list from outside: places of a year over all batches, and the uses of a batch's money."""

from datetime import date
from fractions import Fraction

import pytest

from models.enums import Kind, Phase
from models.errors import Refused
from models.queries.base import Standing
from models.queries.batches import batch_figures
from models.queries.bounds import place_faults
from models.rules.quotas import Quota
from models.services import allocating, batches, meetings
from seeds.policies import builtin_text

KUNMING = builtin_text("kunming-2024")
PLACES = KUNMING.replace(
    'industries_required = true\nbasis = { article = "第七条（一）" }',
    'industries_required = true\nyearly_places = 4\nyearly_places_basis = { committee = "年度计划" }\n'
    'basis = { article = "第七条（一）" }',
    1,
)
USES = (
    KUNMING
    + """
[[uses]]
code = "transform"
name = "企业改造"
tracks = ["transformation"]
least = "80%"
sources = ["central"]
basis = { law = "财建〔2023〕117号" }

[[uses]]
code = "service"
name = "其他用途"
tracks = ["lighthouse", "service"]
most = "20%"
basis = { law = "财建〔2023〕117号" }
"""
)
WAN = 1_000_000


def standing(meeting, place) -> Standing:
    return Standing(place, place.role, None, True, False, meeting, "KM1", 1, "transformation", Phase.PREPARING)


def test_a_year_has_so_many_places_over_all_batches(meeting_at):
    meeting = meeting_at(Phase.FINALISED, PLACES)
    office = meeting.office
    batches.new_batch(office, meeting.secretary, "KM2", 9)
    meetings.new_meeting(
        office, meeting.secretary, "M2", batch="KM2", track="transformation", kind=Kind.SELECTION, title="第二批"
    )
    with pytest.raises(Refused) as refused:
        allocating.set_quota(office, meeting.secretary, "M2", Quota(2))
    assert "“企业改造补助”每年最多 4 家（依据：年度计划）：2026 年其他名单已有 3 家，本会 2 家超出。" in str(
        refused.value
    )
    allocating.set_quota(office, meeting.secretary, "M2", Quota(1))
    meeting.clock.go_to(date(2027, 1, 4))
    allocating.set_quota(office, meeting.secretary, "M2", Quota(4))
    meeting.clock.go_to(date(2026, 12, 31), hour=23)
    with pytest.raises(Refused):
        allocating.set_quota(office, meeting.secretary, "M2", Quota(4))


def test_a_list_may_add_enterprises_up_to_the_places_of_its_year(meeting_at):
    """Whoever is on a list of the year already takes no second place."""
    meeting = meeting_at(Phase.FINALISED, PLACES)
    stands = standing("M2", meeting.secretary)
    day, next_year = date(2026, 6, 1), date(2027, 6, 1)
    with meeting.office.database.reading() as connection:
        policy = meeting.office.policy(connection, 1)
        ids = dict(connection.exec_driver_sql("SELECT no, id FROM application").all())
        own = [ids[meeting.no(n)] for n in (1, 2, 3)]
        others = [ids[meeting.no(n)] for n in (4, 5)]
        assert list(place_faults(connection, stands, policy, day, None, own)) == []
        assert list(place_faults(connection, stands, policy, day, None, [*own, others[0]])) == []
        assert len(list(place_faults(connection, stands, policy, day, None, others))) == 1
        assert list(place_faults(connection, stands, policy, next_year, None, others)) == []


def test_the_places_of_an_own_earlier_version_count_once(meeting_at):
    meeting = meeting_at(Phase.FINALISED, PLACES)
    stands = standing(meeting.id, meeting.secretary)
    with meeting.office.database.reading() as connection:
        policy = meeting.office.policy(connection, 1)
        for total, year, faults in ((4, 2026, 0), (5, 2026, 1), (7, 2027, 0), (8, 2027, 1)):
            found = list(place_faults(connection, stands, policy, date(year, 6, 1), total))
            assert len(found) == faults, (total, year)


@pytest.fixture
def divided(meeting_at):
    """An office with a batch of 1,000 万 and a meeting on each of two tracks."""
    meeting = meeting_at(Phase.PREPARING, USES)
    office, secretary = meeting.office, meeting.secretary
    batches.new_batch(
        office,
        secretary,
        "KM2",
        20,
        budget_fen=1000 * WAN,
        sources={"central": Fraction(1, 2), "municipal": Fraction(1, 2)},
    )
    for number, track in (("T", "transformation"), ("L", "lighthouse")):
        meetings.new_meeting(
            office, secretary, number, batch="KM2", track=track, kind=Kind.SELECTION, title=f"评审{number}"
        )
    return meeting


def test_a_meetings_budget_keeps_to_the_uses_of_the_batch(divided):
    office, secretary = divided.office, divided.secretary
    with pytest.raises(Refused) as refused:
        allocating.set_quota(office, secretary, "L", Quota(5, budget_fen=200 * WAN + 100))
    assert str(refused.value) == (
        "配额不能这样设定：“企业改造”至少占 80%（依据：财建〔2023〕117号），即 400 万元；"
        "其他方向预算合计 100.00005 万元，余下不足。"
        "“其他用途”最多占 20%（依据：财建〔2023〕117号），即 200 万元；各评审会预算合计 200.0001 万元，超出。"
    )
    allocating.set_quota(office, secretary, "L", Quota(5, budget_fen=200 * WAN))
    allocating.set_quota(office, secretary, "T", Quota(9, budget_fen=800 * WAN))


def test_a_batch_shows_its_money_by_track_and_use(divided):
    office, secretary = divided.office, divided.secretary
    allocating.set_quota(office, secretary, "L", Quota(5, budget_fen=150 * WAN))
    allocating.set_quota(office, secretary, "T", Quota(9, budget_fen=600 * WAN))
    found = batch_figures(office, "KM2")
    assert [(one.code, one.places, one.budget_fen, one.listed) for one in found.tracks] == [
        ("transformation", 9, 600 * WAN, 0),
        ("lighthouse", 5, 150 * WAN, 0),
    ]
    assert [
        (one.code, one.money_fen, one.least_fen, one.most_fen, one.set_fen, one.listed_fen) for one in found.uses
    ] == [
        ("transform", 500 * WAN, 400 * WAN, None, 300 * WAN, 0),
        ("service", 1000 * WAN, None, 200 * WAN, 150 * WAN, 0),
    ]


def test_a_batch_shows_what_its_lists_hold(meeting_at):
    meeting = meeting_at(Phase.FINALISED)
    (track,) = batch_figures(meeting.office, meeting.batch).tracks
    assert (track.places, track.budget_fen, track.listed, track.listed_fen) == (3, 200 * WAN, 3, 120 * WAN)


def test_days_of_a_batch_that_the_measure_does_not_cover_are_said_with_their_basis(meeting_at):
    meeting = meeting_at(Phase.PREPARING)
    office, secretary = meeting.office, meeting.secretary
    batches.new_batch(office, secretary, "早", 1, opens=date(2023, 6, 11), closes=date(2024, 5, 1))
    batches.new_batch(office, secretary, "晚", 1, closes=date(2027, 1, 1))
    batches.new_batch(office, secretary, "中", 1, opens=date(2023, 6, 12), closes=date(2026, 12, 31))
    said = {batch: [str(one) for one in batch_figures(office, batch).outside] for batch in ("早", "晚", "中", "KM1")}
    basis = "第二十六条、第二十七条"
    assert said == {
        "早": [f"受理日 2023-06-11 早于办法适用的 2023-06-12（依据：{basis}）。"],
        "晚": [f"受理日 2027-01-01 晚于办法的有效期 2026-12-31（依据：{basis}）。"],
        "中": [],
        "KM1": [],
    }
