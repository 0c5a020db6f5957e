"""What exists before any meeting: the secretary's database, batches, meetings and people of the office."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from models.enums import Kind, Role, label
from models.text import T, Text
from screens.base import KmdxScreen
from screens.widgets.cells import Tone

if TYPE_CHECKING:
    from models.views.people import Actor
    from screens.dialogs.ask import Answers


class Beginnings(KmdxScreen):
    """The door's acts for the secretary, each a dialog and a service."""

    def action_new_batch(self) -> None:
        """Ask for a batch and open it."""
        from models.rules.money import parse_yuan
        from models.services.batches import new_batch
        from screens.dialogs.ask import AskDialog, Field

        def create(answers: Answers) -> None:
            budget = parse_yuan(answers["budget"]) if answers["budget"] else None
            self.write(
                lambda: new_batch(
                    self.desk.office, self._actor(), answers["id"], int(answers["quota"]), budget_fen=budget
                ),
                saying=T("批次 {batch} 已建立。", batch=answers["id"]),
            )

        def wrong(answers: Mapping[str, str]) -> Text | None:
            if answers["budget"]:
                parse_yuan(answers["budget"])
            return None if answers["quota"].isdecimal() else T("名额须为整数。")

        fields = (
            Field("id", str(T("批次编号")), hint="KM2026-1", longest=40),
            Field("quota", str(T("名额")), hint="30", longest=6),
            Field("budget", str(T("预算（元）")), hint=str(T("可不填")), longest=20),
        )
        self.ask(AskDialog(T("新建批次"), fields, check=wrong), create)

    def action_new_meeting(self) -> None:
        """Ask for a meeting and open it."""
        from models.services.meetings import new_meeting
        from screens.dialogs.ask import AskDialog, Field

        def create(answers: Answers) -> None:
            self.write(
                lambda: new_meeting(
                    self.desk.office,
                    self._actor(),
                    answers["id"],
                    batch=answers["batch"],
                    track=answers["track"],
                    kind=Kind.SELECTION,
                    title=answers["title"],
                ),
                lambda count: self.say(T("评审会已建立，收入申报项目 {count} 项。", count=count), Tone.ACCENT),
            )

        fields = (
            Field("id", str(T("评审会编号")), hint="KM2026-1-A", longest=40),
            Field("batch", str(T("批次编号")), longest=40),
            Field("track", str(T("支持方向")), hint=str(T("名称，如 企业改造补助")), longest=40),
            Field("title", str(T("名称")), longest=100),
        )
        self.ask(AskDialog(T("新建评审会（遴选）"), fields), create)

    def action_add_user(self) -> None:
        """Ask for a person of the office and add them."""
        from screens.dialogs.ask import AskDialog, Field
        from screens.dialogs.choose import ChooseDialog, Option

        roles = (Role.SECRETARY, Role.FINANCE, Role.SUPERVISOR)
        options = [Option(role.value, label(role)) for role in roles]

        def chosen(role: str) -> None:
            fields = (Field("name", str(T("姓名")), longest=60),)
            self.ask(AskDialog(T("增加人员"), fields), lambda a: self._add_user(a["name"], Role(role)))

        self.ask(ChooseDialog(T("身份"), options), chosen)

    def _add_user(self, name: str, role: Role) -> None:
        from models.services.office import add_user
        from screens.dialogs.confirm import ConfirmDialog

        def show(code: str) -> None:
            lines = (T("{name}（{role}）的一次性验证码：", name=name, role=label(role)), f"\n    {code}\n", _CODE_ONCE)
            self.ask(ConfirmDialog(T("请抄下或打印"), lines, T("已抄下")), lambda _done: None)

        self.write(lambda: add_user(self.desk.office, self._actor(), name, role), show)

    def _actor(self) -> Actor:
        actor = self.desk.actor
        assert actor is not None, "the registry lets nobody through who has not signed in"
        return actor


_CODE_ONCE = T("只显示这一次。本人首次签到时用它设定自己的口令（或密码）。")
