"""What is said of the key that sealed marks are under: who holds it, who has given a share, what giving one does."""

from __future__ import annotations

from collections.abc import Iterable

from models.enums import Phase, Role, label
from models.errors import Refused
from models.sealed import HOLDERS
from models.text import T, Text
from models.views.meeting import MeetingView
from screens.widgets.cells import Cell, Tone
from screens.widgets.lines_pane import Line
from screens.widgets.signs import Sign


def awaits_shares(meeting: MeetingView) -> bool:
    """Whether two holders, and not the chair alone, move the meeting on now."""
    return meeting.sealing and meeting.phase is Phase.SCORING


def outstanding(meeting: MeetingView, but: Role | None = None) -> list[Role]:
    """The holders who have given no share yet and can, in their order."""
    return [role for role in HOLDERS if role not in meeting.released and role is not but and meeting.holders.get(role)]


def named(meeting: MeetingView, roles: Iterable[Role]) -> str:
    """Holders with their names: 监督 王监督、财政代表 李财政."""
    return "、".join(f"{label(role)} {'/'.join(meeting.holders.get(role, ()))}".strip() for role in roles)


def seal_line(meeting: MeetingView) -> Line:
    """Whether marks are sealed or only hidden; where they are, who has given a share and who has not."""
    if not meeting.sealing:
        return (Cell(str(T("分数已隐藏，未加密封存")), Tone.MUTED),)
    line = [Cell(str(T("分数已加密封存")), Tone.STRONG), Cell(str(T("　封存密钥")), Tone.MUTED)]
    for role in HOLDERS:
        given = role in meeting.released
        sign = Sign.SUBMITTED if given else Sign.BLANK
        line.append(Cell(f"　{label(role)} {sign}", Tone.ACCENT if given else Tone.PLAIN))
    return tuple(line)


def way_to_reveal(meeting: MeetingView) -> Text:
    """Who leads on once nothing stands in the way."""
    if meeting.released:
        return T("{given}已交出密钥，还须一位：{others}按 F9 即揭晓。", **_both(meeting))
    return T("可以揭晓：{others}中任意两位各自按 F9 交出密钥。", others=named(meeting, outstanding(meeting)))


def must_hold(meeting: MeetingView) -> None:
    """Refuse, in words, whoever can give no share of their own now."""
    role = meeting.role
    others = named(meeting, outstanding(meeting, but=role))
    if role not in HOLDERS:
        raise Refused(
            "not_holder",
            T("揭晓由{others}中的两位各自在本人终端按 F9 办理。", others=others),
            lift=T("有人不在场的，秘书可按 F8 用其密钥信封。"),
        )
    if role in meeting.released:
        raise Refused("already_released", T("您的密钥已经交出，还须一位：{others}在本人终端按 F9。", others=others))
    if meeting.me not in meeting.holders.get(role, ()):
        raise Refused("no_share", T("开始评分时您还没有现在这把密钥，本次由{others}揭晓。", others=others))


def release_words(meeting: MeetingView, role: Role) -> list[Text]:
    """What giving a holder's shares does, a sentence each."""
    for_good = T("交出以后不能收回。")
    if meeting.released:
        return [
            T("{given}已经交出密钥，这是第二份。", **_both(meeting)),
            T("两份合起来立即揭晓：打开全部 {count} 份评分表，进入合议。", count=meeting.done),
            T("此后分数只能按四种情形更正。"),
            for_good,
        ]
    return [
        T("还没有人交出密钥，这是第一份；单凭这一份什么也打不开。"),
        T("再有一位交出即揭晓：{others}。", others=named(meeting, outstanding(meeting, but=role))),
        for_good,
    ]


def released_words(meeting: MeetingView, role: Role, opened: int | None) -> Text:
    """What giving them did."""
    if opened is None:
        others = named(meeting, outstanding(meeting, but=role))
        return T("密钥已交出。还须一位：{others}在本人终端按 F9，即揭晓。", others=others)
    return T("已揭晓：打开 {count} 份评分表，评审会已进入“{phase}”。", count=opened, phase=label(Phase.DELIBERATING))


def _both(meeting: MeetingView) -> dict[str, object]:
    return {"given": named(meeting, meeting.released), "others": named(meeting, outstanding(meeting))}
