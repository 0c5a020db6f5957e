"""What the secretary and the chair do about people: seats, codes, chair and deputy, absence, sheets given back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from models.enums import MARKING_ROLES, Origin, Role, label
from models.errors import Refused
from models.text import T, Text, mark, tr
from models.views.people import SeatView
from screens.board_parts.base import BoardBase
from screens.board_parts.code import CodeDialog
from screens.board_parts.holders import awaits_shares
from screens.dialogs.ask import Answers, AskDialog, Field
from screens.dialogs.choose import ChooseDialog, Option
from screens.dialogs.confirm import ConfirmDialog
from screens.files import download, is_served
from screens.widgets.mark_entry import ascii_number


@dataclass(frozen=True)
class Chair:
    """A kind of seat as it is offered: the role, whether it marks, whether it counts as an expert from outside."""

    words: str
    role: Role
    marks: bool = True
    origin: Origin | None = None


KINDS = (
    Chair(mark("专家（外部）"), Role.EXPERT, origin=Origin.EXPERT),
    Chair(mark("专家（本单位）"), Role.EXPERT, origin=Origin.OFFICE),
    Chair(mark("组长"), Role.CHAIR),
    Chair(mark("组长（不评分）"), Role.CHAIR, marks=False),
    Chair(mark("副组长"), Role.DEPUTY),
    Chair(mark("副组长（不评分）"), Role.DEPUTY, marks=False),
    Chair(mark("秘书"), Role.SECRETARY, marks=False),
    Chair(mark("财政代表"), Role.FINANCE, marks=False),
    Chair(mark("监督"), Role.SUPERVISOR, marks=False),
)
"""The seats that can be offered, in the order of the digits that pick them."""


class SeatActions(BoardBase):
    """Commands about seats."""

    def action_add_seat(self) -> None:
        """Seat a person: name, then what as; a person from outside gets a code."""
        about = T("秘书、财政代表、监督须是本单位人员，用本人口令（或密码）签到；其他人得到一次性验证码。")
        dialog = AskDialog(T("新增席位"), (Field("name", str(T("姓名")), longest=60),), about=about)
        self.ask(dialog, self._ask_kind)

    def _ask_kind(self, answers: Answers) -> None:
        name = answers["name"]
        options = [Option(str(number), tr(kind.words)) for number, kind in enumerate(KINDS)]
        title = T("{name}的席位", name=name)
        self.ask(ChooseDialog(title, options), lambda key: self._add_seat(name, KINDS[int(key)]))

    def _add_seat(self, name: str, kind: Chair) -> None:
        from models.services import meetings

        saying = T("已设席位：{name}，{role}。", name=name, role=label(kind.role))
        show = partial(self._show_code, name)
        self.do_then(saying, show, meetings.add_seat, name, kind.role, marks=kind.marks, origin=kind.origin)

    def _show_code(self, name: str, code: str | None) -> None:
        """Show a new code; a person of the office has none."""
        if code is not None:
            hint = T("请抄下并当面交给{name}。它只显示这一次，签到时用掉；丢失可以重发。", name=name)
            self.app.push_screen(CodeDialog(T("{name}的一次性验证码", name=name), code, hint))

    def action_new_code(self) -> None:
        """Give a seat a new code."""
        seats = [seat for seat in self.look.meeting.seats if not seat.office]
        self._choose_seat(T("给谁重发验证码"), seats, self._confirm_code)

    def _confirm_code(self, seat: SeatView) -> None:
        name, meeting = seat.name, self.look.meeting
        changes: tuple[Text, ...] = (T("{name}的原验证码和密码作废，须用新验证码重新签到。", name=name),)
        if meeting.sealing:
            changes = (T("{name}的原验证码和口令作废，须用新验证码重新签到，另设口令。", name=name),)
            changes += (T("已交的评分表照样算数；没交的草稿打不开了。"),)
        if awaits_shares(meeting) and name in meeting.holders.get(seat.role, ()):
            changes += (T("{name}也从此交不出封存密钥，只能由另两位保管人揭晓。", name=name),)
        self.ask(ConfirmDialog(T("重发验证码"), changes, T("重发")), lambda _yes: self._new_code(name))

    def _new_code(self, name: str) -> None:
        from models.services import meetings

        show = partial(self._show_code, name)
        self.do_then(T("已给{name}重发验证码。", name=name), show, meetings.new_seat_code, name)

    def action_slips(self) -> None:
        """Print the slips: where to, and at which address the desks are found."""
        fields = (
            Field("folder", str(T("文件夹")), hint=str(T("例如 ~/签到条"))),
            Field("address", str(T("网址")), hint=str(T("工作台的网址，印成二维码；可以不写"))),
        )
        about = T("给还没有本人口令（或密码）的席位各发一个新验证码，原验证码作废；印在一个文件里，剪开当面交给本人。")
        here, check = (fields[1:], None) if is_served(self) else (fields, _folder_said)
        self.ask(AskDialog(T("印签到条"), here, about=about, check=check), self._print_slips)

    def _print_slips(self, answers: Answers) -> None:
        from models.services.slips import issue_slips

        office, actor, meeting = self.acting
        if "folder" not in answers:
            download(self, lambda folder: [issue_slips(office, actor, meeting, folder, answers["address"])[0]])
            return
        folder = Path(answers["folder"]).expanduser()

        def done(made: tuple[Path, Sequence[object]]) -> None:
            self.done(T("已写出 {path}：{count} 张签到条。", path=made[0], count=len(made[1])))

        self.write(lambda: issue_slips(office, actor, meeting, folder, answers["address"]), done)

    def action_remind(self) -> None:
        """Call for the sheets that are out."""
        from models.services.pacing import remind

        def done(late: dict[str, int]) -> None:
            self.done(T("已催交 {count} 位专家的 {sheets} 份评分表。", count=len(late), sheets=sum(late.values())))

        self.write(lambda: remind(*self.acting), done)

    def action_countdown(self) -> None:
        """Start a countdown, or take it away."""
        field = Field("minutes", str(T("分钟")), hint=str(T("如 30；0 为取消")), longest=3)
        about = T("各终端都看得到；到时不会自动改变什么。")
        self.ask(AskDialog(T("倒计时"), (field,), about=about, check=_minutes_wrong), self._start_countdown)

    def _start_countdown(self, answers: Answers) -> None:
        from models.services.pacing import start_countdown

        minutes = _minutes(answers)
        saying = T("倒计时 {minutes} 分钟。", minutes=minutes) if minutes else T("倒计时已取消。")
        self.do(saying, start_countdown, minutes)

    def action_name_chair(self) -> None:
        """Record who was chosen chair, or deputy."""
        options = [Option(role.value, label(role), self._holder(role)) for role in (Role.CHAIR, Role.DEPUTY)]
        self.ask(ChooseDialog(T("推定组长或副组长"), options), lambda key: self._choose_chair(Role(key)))

    def _holder(self, role: Role) -> str:
        names = "、".join(seat.name for seat in self.look.meeting.seats if seat.role is role)
        return str(T("现为{names}", names=names)) if names else str(T("还没有"))

    def _choose_chair(self, role: Role) -> None:
        seats = [seat for seat in self.look.meeting.seats if seat.role in MARKING_ROLES]
        self._choose_seat(T("谁任{role}", role=label(role)), seats, lambda seat: self._name_chair(seat.name, role))

    def _name_chair(self, name: str, role: Role) -> None:
        from models.services import meetings

        saying = T("已推定{name}为{role}。", name=name, role=label(role))
        self.do(saying, meetings.name_chair, name, deputy=role is Role.DEPUTY)

    def action_absent(self) -> None:
        """Record somebody absent."""
        seats = [seat for seat in self.look.meeting.seats if seat.absent_at is None]
        self._choose_seat(T("记录谁缺席"), seats, lambda seat: self._ask_absent(seat.name))

    def _ask_absent(self, name: str) -> None:
        from models.services import attendance

        saying = T("已记录{name}缺席。", name=name)
        self.ask_words(
            T("记录{name}缺席", name=name),
            T("理由"),
            T("已经交的评分表照算，其余不再等候；到会后仍可签到。"),
            lambda reason: self.do(saying, attendance.record_absent, name, reason),
        )

    def action_return_sheet(self) -> None:
        """Give a submitted sheet back to its expert, unseen."""
        seats = [seat for seat in self.look.meeting.seats if seat.marks and seat.done]
        self._choose_seat(T("退回谁的评分表"), seats, lambda seat: self._ask_return(seat.name))

    def _ask_return(self, name: str) -> None:
        from models.services import returning

        fields = (Field("no", str(T("申报编号")), longest=60), Field("reason", str(T("理由"))))
        about = T("退回时不看分数；{name}修改后须重新提交。", name=name)
        self.ask(
            AskDialog(T("退回{name}的评分表", name=name), fields, about=about),
            lambda a: self.do(
                T("已把 {no} 的评分表退回{name}。", no=a["no"], name=name),
                returning.return_sheet,
                name,
                a["no"],
                a["reason"],
            ),
        )

    def _choose_seat(self, title: Text, seats: Sequence[SeatView], then: Callable[[SeatView], None]) -> None:
        if not seats:
            raise Refused("no_seat", T("没有可选的席位。"))
        options = [Option(str(number), seat.name, label(seat.role)) for number, seat in enumerate(seats)]
        self.ask(ChooseDialog(title, options), lambda key: then(seats[int(key)]))


def _folder_said(answers: Mapping[str, str]) -> Text | None:
    return None if answers["folder"] else T("请写明文件夹。")


def _minutes(answers: Mapping[str, str]) -> int:
    return int(ascii_number(answers["minutes"]))


def _minutes_wrong(answers: Mapping[str, str]) -> Text | None:
    return None if ascii_number(answers["minutes"]).isdigit() else T("请写整分钟数。")
