"""What a correction and a step back leave of sealed sheets: the former boxes stay, the new ones are sealed anew."""

from models.enums import CorrectionGround, Phase, RecusalGround
from models.queries.audit import verify
from models.queries.desk import desk
from models.services import attendance, deliberation, phases
from models.services.unsealing import unseal


def test_a_correction_after_the_reveal_leaves_the_box_that_was_handed_in(sealed_at):
    meeting = sealed_at(Phase.DELIBERATING)
    before = verify(meeting.office).receipts
    correct(meeting)
    found = verify(meeting.office)
    assert (found.findings, found.receipts) == ((), before)


def test_sheets_reopened_by_a_step_back_are_sealed_in_a_new_epoch(sealed_at):
    """Two recusals leave 1 with two sheets; the one who had abstained marks it now, and two holders reveal again."""
    meeting = sealed_at(Phase.SCORING)
    meeting.reveal_one_short()
    correct(meeting)
    attendance.add_recusal(meeting.office, meeting.secretary, meeting.id, "专家5", meeting.no(1), RecusalGround.KINSHIP)
    assert phases.back(meeting.office, meeting.chair, meeting.id, "补评") is Phase.SCORING
    assert verify(meeting.office).findings == ()
    meeting.submit(2, 1)
    assert desk(meeting.office, meeting.expert(2), meeting.id).rows[0].receipt
    assert verify(meeting.office).findings == ()
    assert unseal(meeting.office, meeting.supervisor, meeting.id).opened is None
    assert unseal(meeting.office, meeting.chair, meeting.id).opened == 1
    assert verify(meeting.office).findings == ()


def correct(meeting):
    deliberation.name_correction(
        meeting.office, meeting.chair, meeting.id, "专家3", meeting.no(5), "plan", CorrectionGround.ABNORMAL, "畸低"
    )
    deliberation.enter_correction(meeting.office, meeting.expert(3), meeting.id, "专家3", meeting.no(5), "plan", "22")
