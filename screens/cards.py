"""The application's card: the same words as pages of a dialog and as the side of a wide window."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len

from models.enums import LEVELS, label
from models.rules.money import format_wan, format_yuan
from models.text import T, Text, tr
from models.views.derivation import Derivation, Step
from screens.dialogs.card import CardDialog, Page
from screens.dialogs.why import WhyDialog, reckoning
from screens.widgets.cells import Cell, Tone, fit, wrap
from screens.widgets.lines_pane import Line
from screens.widgets.signs import Sign

if TYPE_CHECKING:
    from models.views.applications import ApplicationCard
    from models.views.derivation import Reason
    from screens.base import KmdxScreen

Row = tuple[str, str | Cell]

BEFORE, AFTER = 3, 12
"""How many cards before and after that of the cursor are read with it: one query for many keys."""


def read_card(screen: KmdxScreen, no: str, then: Callable[[ApplicationCard], None], name: str = "card") -> None:
    """Read an application's card off the painting thread and hand it over; a later one of the same name replaces it."""
    office, actor = screen.desk.office, screen.desk.actor
    assert actor is not None, "only who has signed in sees applications"

    def look() -> ApplicationCard:
        from models.queries.applications import card

        return card(office, actor, no)

    screen.read(look, then, name)


class NearCards:
    """Cards of a list, read a few at a time around its cursor, and read anew once anything was recorded."""

    def __init__(self, screen: KmdxScreen) -> None:
        self._screen = screen
        self._known: dict[str, ApplicationCard] = {}

    def forget(self) -> None:
        """Something was recorded: any of them may be another one now."""
        self._known = {}

    def read(self, nos: Sequence[str], no: str, then: Callable[[ApplicationCard], None]) -> None:
        """Hand over the card of one of the applications of a list: at once, if it is known."""
        known = self._known
        if no in known:
            then(known[no])
            return
        office, actor, at = self._screen.desk.office, self._screen.desk.actor, list(nos).index(no)
        assert actor is not None, "only who has signed in sees applications"
        near = [one for one in nos[max(0, at - BEFORE) : at + AFTER + 1] if one not in known]

        def look() -> dict[str, ApplicationCard]:
            from models.queries.applications import cards
            from models.queries.base import unknown_application

            found = {card.no: card for card in cards(office, actor, near)}
            if no not in found:
                raise unknown_application(no)
            return found

        def took(found: dict[str, ApplicationCard]) -> None:
            known.update(found)  # nobody's any more, if something was recorded meanwhile
            then(found[no])

        self._screen.read(look, took, "card")


def open_card(screen: KmdxScreen, no: str) -> None:
    """Show an application's card over the screen."""

    def show(card: ApplicationCard) -> None:
        screen.app.push_screen(CardDialog(f"{card.no} {card.enterprise}", card_pages(card)))

    read_card(screen, no, show, "open-card")


def open_why(screen: KmdxScreen, no: str, document: Text | str = "") -> None:
    """Show why an application may be supported or not, and how its expected support was computed.

    `document` names the measure that the steps' articles belong to.
    """

    def show(card: ApplicationCard) -> None:
        title = T("为什么 {item}", item=f"{card.no} {card.enterprise}")
        screen.app.push_screen(WhyDialog([*_whys(card)], document, title))

    read_card(screen, no, show, "open-card")


def _whys(card: ApplicationCard) -> Iterator[Derivation]:
    steps = tuple(Step(reason.text, "", "", reason.article) for reason in card.reasons)
    yield Derivation(
        T("资格"), steps or (Step(T("没有发现不符合条件的情形"), "", "", ""),), verdict(card.eligible).text
    )
    if card.eligible:
        yield card.derivation or Derivation(T("预计补助"), (), amount_words(card))


def card_pages(card: ApplicationCard) -> list[Page]:
    """The card as pages: the application, its money, its eligibility, its contents."""
    return [
        Page(tr("概况"), list(_overview(card))),
        Page(tr("投入与补助"), list(_money(card))),
        Page(tr("资格"), list(_eligibility(card))),
        Page(tr("摘要、材料"), list(_contents(card))),
    ]


def _overview(card: ApplicationCard) -> Iterator[Row]:
    yield tr("结论"), verdict(card.eligible, card.recused)
    yield tr("企业"), card.enterprise
    yield tr("统一社会信用代码"), card.uscc
    yield tr("企业规模"), label(card.size)
    yield tr("县区"), card.district
    yield tr("行业"), card.industry
    yield tr("支持方向"), card.track
    yield (
        tr("数字化水平等级"),
        str(T("现 {now}，目标 {goal}", now=level(card.current_level), goal=level(card.target_level))),
    )
    if card.completion_year is not None:
        yield tr("完成年份"), str(card.completion_year)
    yield tr("批次"), card.batch
    yield tr("评审会"), card.meeting or tr("未列入")
    for title, words in ((tr("联系人"), card.contact), (tr("联系电话"), card.phone), (tr("备注"), card.remark)):
        if words:
            yield title, words
    yield from card.notes


def _money(card: ApplicationCard) -> Iterator[Row]:
    for kind, fen in card.investment:
        counts = tr("计入补助") if kind in card.eligible_kinds else tr("只计入数字化投入")
        yield label(kind), str(T("{amount} 万元　{counts}", amount=format_wan(fen), counts=counts))
    yield tr("投入合计"), Cell(str(T("{amount} 万元", amount=format_wan(invested(card)))), Tone.STRONG)
    yield tr("以往数字化投入"), str(T("{amount} 万元", amount=format_wan(card.prior_investment_fen)))
    yield tr("已获专项资金"), str(T("{amount} 万元", amount=format_wan(card.prior_support_fen)))
    yield "", ""
    for number, step in enumerate(card.derivation.steps if card.derivation and card.eligible else (), 1):
        basis = f"（{step.basis}）" if step.basis else ""
        yield f"{number} {step.label}", f"{reckoning(step)}{basis}"
    yield f"{Sign.FOLLOWS} {tr('预计补助')}", Cell(amount_words(card), _amount_tone(card))


def _eligibility(card: ApplicationCard) -> Iterator[Row]:
    yield tr("结论"), verdict(card.eligible)
    for number, reason in enumerate(card.reasons, 1):
        yield str(T("原因 {number}", number=number)), Cell(reason_words(reason), Tone.WARNING)
    yield "", ""
    yield tr("推荐意见"), _answer(card.recommended, tr("推荐"), tr("不推荐"))
    yield tr("备案号"), card.filing_no or tr("未给出")
    yield tr("初核结果"), _answer(card.preliminary_passed, tr("通过"), tr("不通过"))
    yield tr("已获中央小巨人资金"), _answer(card.central_support, tr("是"), tr("否"))
    yield tr("2022年改造试点"), _answer(card.pilot_2022, tr("是"), tr("否"))
    yield tr("近三年严重失信"), _answer(card.dishonest, tr("是"), tr("否"))
    yield tr("其他违规情形"), card.other_exclusion or tr("无")
    if card.checks:
        yield "", ""
        yield "", Cell(tr("另须查核（由人判断）"), Tone.ACCENT)
    for number, check in enumerate(card.checks, 1):
        yield str(T("查核 {number}", number=number)), str(check.words)


def _contents(card: ApplicationCard) -> Iterator[Row]:
    for title, words in ((tr("改造内容摘要"), card.summary), (tr("申报材料"), card.materials)):
        yield "", Cell(title, Tone.ACCENT)
        yield "", words or tr("没有填写。")
        yield "", ""


def _answer(given: bool | None, yes: str, no: str) -> str:
    return tr("未给出") if given is None else yes if given else no


def side_lines(card: ApplicationCard, width: int, height: int) -> list[Line]:
    """The card in a column of `width` cells and at most `height` lines; the summary takes what is left."""
    lines: list[Line] = [_ends(Cell(card.no, Tone.ACCENT), verdict(card.eligible, card.recused), width)]
    lines += _told(card.enterprise, width, Tone.STRONG)
    lines += _told(f"{card.district} {Sign.BETWEEN} {card.industry} {Sign.BETWEEN} {label(card.size)}", width)
    levels = T(
        "{now} {follows} {goal}", now=level(card.current_level), follows=Sign.FOLLOWS, goal=level(card.target_level)
    )
    lines += _told(f"{card.track} {Sign.BETWEEN} {levels}", width)
    for reason in card.reasons:
        lines += _told(reason_words(reason), width, Tone.WARNING)
    lines.append(())
    spent = [f"{label(kind)} {format_wan(fen)}" for kind, fen in card.investment if fen]
    lines.append(
        _ends(Cell(tr("投入")), Cell(str(T("{amount} 万元", amount=format_wan(invested(card)))), Tone.STRONG), width)
    )
    lines += _told("　".join(spent), width, Tone.MUTED)
    lines.append(_ends(Cell(tr("预计补助")), Cell(amount_words(card), _amount_tone(card)), width))
    for title, words in ((tr("摘要"), card.summary), (tr("材料"), card.materials)):
        left = height - len(lines) - 2
        if words and left > 0:
            lines += [(), (Cell(title, Tone.MUTED),), *_shortened(words, width, left)]
    return lines[:height]


def _ends(left: Cell, right: Cell, width: int) -> Line:
    """Two pieces at the ends of a line; the left one is cut where both don't fit."""
    room = max(0, width - cell_len(right.text) - 1)
    return (Cell(fit(left.text, room), left.tone), Cell(f" {fit(right.text, width - room - 1)}", right.tone))


def _told(words: str, width: int, tone: Tone = Tone.PLAIN) -> list[Line]:
    return [(Cell(line, tone),) for line in wrap(words, width)]


def _shortened(words: str, width: int, most: int) -> list[Line]:
    """A text in at most `most` lines; where it is longer the last line says where the rest is."""
    lines = wrap(words, width)
    if len(lines) <= most:
        return [(Cell(line),) for line in lines]
    more = str(T("{cut} F2 看全文", cut=Sign.CUT))
    return [*((Cell(line),) for line in lines[: most - 1]), (Cell(more, Tone.MUTED),)]


def verdict(eligible: bool, recused: bool = False) -> Cell:
    """Whether an application may be supported, or that the person looking doesn't judge it: sign and word."""
    if recused:
        return Cell(f"{Sign.RECUSED} {tr('回避')}", Tone.MUTED)
    if eligible:
        return Cell(f"{Sign.ELIGIBLE} {tr('符合')}", Tone.ACCENT)
    return Cell(f"{Sign.NOT_ELIGIBLE} {tr('不符合')}", Tone.REFUSAL)


def reason_words(reason: Reason) -> str:
    """A reason against eligibility with its article."""
    return str(T("{text}（{article}）", text=reason.text, article=reason.article) if reason.article else reason.text)


def reasons_line(reasons: Sequence[Reason]) -> str:
    """All reasons in one line."""
    return "；".join(reason_words(reason) for reason in reasons)


def amount_words(card: ApplicationCard) -> str:
    """The expected support in yuan, or why there is none."""
    if not card.eligible:
        return tr("不符合条件，无")
    if card.amount_fen is None:
        return str(card.amount_reason) if card.amount_reason is not None else tr("未计算")
    return str(T("{amount} 元", amount=format_yuan(card.amount_fen)))


def _amount_tone(card: ApplicationCard) -> Tone:
    return Tone.ACCENT if card.eligible and card.amount_fen else Tone.WARNING


def level(number: int | None) -> str:
    """A level of digitalisation in words."""
    return tr("未填") if number is None else tr(LEVELS[number])


def invested(card: ApplicationCard) -> int:
    """All planned spending, in fen."""
    return sum(fen for _, fen in card.investment)
