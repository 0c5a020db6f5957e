"""Corrections of marks that were sealed: a box is what was handed in, not what it became."""

from models.enums import CorrectionGround, Phase
from models.queries.audit import verify
from models.services import deliberation


def test_a_corrected_sheet_still_has_the_box_that_was_handed_in(sealed_at):
    meeting = sealed_at(Phase.DELIBERATING)
    before = verify(meeting.office).receipts
    ground = CorrectionGround.ABNORMAL
    deliberation.name_correction(
        meeting.office, meeting.chair, meeting.id, "专家3", meeting.no(2), "plan", ground, "看错页码"
    )
    deliberation.enter_correction(meeting.office, meeting.expert(3), meeting.id, "专家3", meeting.no(2), "plan", "25")
    found = verify(meeting.office)
    assert found.findings == ()
    assert found.receipts == before
