"""The printed notice as facts: the newest notice with what was published before, and what the measure says of it."""

from __future__ import annotations

from models.errors import Refused
from models.queries.base import Office
from models.queries.meeting import meeting as meeting_view
from models.queries.publicity import notices
from models.queries.record import record_mark, revealed
from models.text import T
from models.views.minutes import RecordMark
from models.views.notice import NoticePaper
from models.views.people import Actor


def notice_paper(office: Office, actor: Actor, meeting: str) -> NoticePaper:
    """The newest notice of a meeting, for who may export it.

    Raises `NotPermitted`, or `Refused`: sealed before the reveal, no_notice while none is recorded.
    """
    with revealed(office, actor, meeting) as (still, look):
        found = notices(still, actor, meeting)
        if not found:
            raise Refused(
                "no_notice",
                T("{meeting} 还没有公示。", meeting=meeting),
                lift=T("秘书登记公示以后可以导出。"),
            )
        newest = found[-1]
        return NoticePaper(
            meeting=meeting_view(still, actor, meeting),
            notice=newest,
            earlier=found[:-1],
            city=look.policy.city,
            issuers=look.policy.issuers,
            admission=look.policy.admission,
            publicity=look.policy.publicity,
            objections=look.policy.objections,
            mark=record_mark(look.connection, meeting)
            if newest.entry is None
            else RecordMark(newest.entry, newest.head, newest.recorded_at),
        )
