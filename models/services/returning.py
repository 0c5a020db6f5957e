"""The chair gives a submitted sheet back to its expert, unseen."""

from __future__ import annotations

from sqlalchemy import text

from models.enums import SheetState
from models.errors import Refused, WrongUse
from models.queries.base import Office
from models.rules.digest import sheet_digest
from models.services.acting import Act, acting
from models.services.boxes import HANDED_IN, digest_of, give_back, new_nonce
from models.services.deliberation import for_chair_of
from models.services.own_sheet import must_be_markable, open_marks, row_of_seat
from models.text import T
from models.views.people import Actor

_SEAT = text("SELECT id FROM seat WHERE meeting_id = :meeting AND name = :name AND marks")
_RETURN = text(
    "UPDATE score_sheet SET state = :state, reason = :reason, nonce = :nonce, saved_at = :at WHERE id = :sheet"
)


def return_sheet(office: Office, actor: Actor, meeting: str, expert: str, no: str, reason: str) -> None:
    """The chair gives a submitted sheet back to its expert, unseen, with a reason; a recused chair's deputy does."""
    if not reason.strip():
        raise WrongUse("no_reason", T("退回须写明理由。"))
    with acting(office, actor, "marks.return", meeting) as act:
        seat = act.connection.execute(_SEAT, {"meeting": meeting, "name": expert}).scalar()
        if seat is None:
            raise WrongUse("unknown_expert", T("本次评审会没有评委“{name}”。", name=expert))
        line = act.connection.connection.driver_connection
        row = row_of_seat(line, meeting, seat, no)
        must_be_markable(row, no, act.policy)
        for_chair_of(act, row.application, no)
        if row.s_state not in HANDED_IN:
            raise Refused("not_submitted", T("{expert} 的 {no} 尚未提交。", expert=expert, no=no))
        if act.policy.scoring.sealing:
            before = digest_of(row.x_box, row.x_own_box)
            digest = give_back(act, row.s_id, reason, row.x_own_box)
        else:
            marks = {code: value for code, _, value in open_marks(line, row.s_id)}
            before = sheet_digest(row.s_nonce, row.s_state, marks)
            digest = _returned(act, row.s_id, marks, reason)
        after = {"state": SheetState.RETURNED, "sheet": digest, "reason": reason}
        act.record(f"{no}/{expert}", before={"state": row.s_state, "sheet": before}, after=after)


def _returned(act: Act, sheet: int, marks: dict[str, int], reason: str) -> str:
    """Return a sheet whose marks are open; returns its new digest."""
    nonce, state = new_nonce(), SheetState.RETURNED
    values = {"state": state.value, "reason": reason, "nonce": nonce, "at": act.at, "sheet": sheet}
    act.connection.execute(_RETURN, values)
    return sheet_digest(nonce, state, marks)
