"""What files bring to the quotas screen: a quota file becomes the draft, a factors file is worked out and then set."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from models.enums import ApportionMethod, label
from models.errors import BadInput
from models.text import T, Text
from screens.dialogs.ask import AskDialog, Field
from screens.dialogs.card import CardDialog, Page
from screens.dialogs.choose import ChooseDialog, Option
from screens.files import at_hand
from screens.quota_parts.apportion import ApportionDialog, read_order
from screens.quota_parts.base import QuotasBase
from screens.widgets.cells import Cell

if TYPE_CHECKING:
    from models.rules.factors import Factors
    from models.rules.quotas import Quota
    from models.views.apportion import ApportionmentView


class _Worked(NamedTuple):
    """A factors file, and what it makes of the places."""

    factors: Factors
    view: ApportionmentView


class Files(QuotasBase):
    """The commands that read a file."""

    def action_load(self) -> None:
        """Ask for a quota file and take it as the draft."""
        if self.mine():
            about = T("文件里没有写的县区和行业，就不设保底和上限。读入后先记为草稿。")
            self._ask_path(T("导入配额文件"), T("例如 ~/配额.toml"), about, self._read_quota)

    def action_apportion(self) -> None:
        """Ask for a factors file and a method, and show what they make of the places."""
        if self.mine() and self.saved_first():
            about = T("按文件里各县区的因素和权重分配名额。先看结果和算法，再设为各县区的上限。")
            self._ask_path(T("按因素分配名额"), T("例如 ~/因素.toml"), about, self._ask_method)

    def _ask_path(self, title: Text, hint: Text, about: Text, then: Callable[[Path], None]) -> None:
        if not at_hand(self):
            return
        dialog = AskDialog(
            title,
            [Field("path", str(T("文件")), hint=str(hint))],
            about=about,
            check=lambda answers: None if answers["path"] else T("请写明文件。"),
        )
        self.ask(dialog, lambda answers: then(Path(answers["path"]).expanduser()))

    def _show_faults(self, error: BadInput) -> None:
        rows = [("", Cell(str(fault))) for fault in error.faults]
        self.app.push_screen(CardDialog(str(error), [Page(str(T("问题")), rows)]))

    # A quota file

    def _read_quota(self, path: Path) -> None:
        def load() -> Quota | BadInput:
            from models.documents.quota_file import read_quota
            from models.queries.allocation import quota_policy

            try:
                return read_quota(path, quota_policy(*self.acting))
            except BadInput as error:
                return error

        self.read(load, self._loaded, "load")

    def _loaded(self, found: Quota | BadInput) -> None:
        if isinstance(found, BadInput):
            self._show_faults(found)
        elif self.quotas is not None:
            self.draft.take(found, self.quotas)
            self.changed(T("已读入配额文件，与现有配额有 {count} 处不同。", count=self.draft.count))

    # A factors file

    def _ask_method(self, path: Path) -> None:
        options = [
            Option("", str(T("文件里写的方法")), str(T("没有写就用最大余数法"))),
            *(Option(method.value, label(method)) for method in ApportionMethod),
        ]
        dialog = ChooseDialog(T("分配方法"), options)
        self.ask(dialog, lambda key: self._read_factors(path, ApportionMethod(key) if key else None))

    def _read_factors(self, path: Path, method: ApportionMethod | None) -> None:
        assert self.quotas is not None
        total = self.quotas.total

        def load() -> _Worked | BadInput:
            from models.documents.factors_file import read_factors
            from models.queries.allocation import quota_policy

            try:
                return self._work_out(read_factors(path, quota_policy(*self.acting), total, method))
            except BadInput as error:
                return error

        self.read(load, self._worked_out, "load")

    def _work_out(self, factors: Factors) -> _Worked:
        from models.queries.apportioning import apportionment

        return _Worked(factors, apportionment(*self.acting, factors))

    def _worked_out(self, found: _Worked | BadInput) -> None:
        if isinstance(found, BadInput):
            self._show_faults(found)
        elif self.quotas is not None:
            now = {cell.name: cell.ceiling for cell in self.quotas.cells}
            go_on = self._set if found.view.decided else self._ask_order
            self.ask(ApportionDialog(found.view, now), lambda _yes: go_on(found))

    def _ask_order(self, found: _Worked) -> None:
        tie = found.view.tie
        assert tie is not None, "only a tie is left to be decided"
        names = "、".join(tie.labels)

        def read(answers: Mapping[str, str]) -> tuple[str, ...]:
            return read_order(answers["order"], found.view)

        def check(answers: Mapping[str, str]) -> Text | None:
            read(answers)
            return None if answers["reason"] else T("请写明理由。")

        dialog = AskDialog(
            T("裁定先后"),
            [
                Field("order", str(T("先后")), hint=str(T("先者在前，用顿号隔开"))),
                Field("reason", str(T("理由")), hint=str(T("表决结果，或抽签及其种子"))),
            ],
            about=T("{names}不分先后，只剩 {count} 个名额。", names=names, count=tie.seats),
            check=check,
        )

        def decided(answers: Mapping[str, str]) -> None:
            factors = replace(found.factors, ties=read(answers), ties_reason=answers["reason"])
            self.read(lambda: self._work_out(factors), self._worked_out, "load")

        self.ask(dialog, decided)

    def _set(self, found: _Worked) -> None:
        from models.services.apportioning import apportion

        def write(reason: str) -> None:
            self.write(lambda: apportion(*self.acting, found.factors, reason), saved)

        def saved(view: ApportionmentView) -> None:
            self.done(T("{count} 个县区的上限已按因素设定。", count=len(view.districts)))

        self.with_reason(T("按因素分配名额"), write)
