"""What is said of sensitivity and agreement, on the screen and on the command line alike."""

from __future__ import annotations

from collections.abc import Iterator

from models.enums import Outcome, label
from models.rules.marks import format_points, format_score
from models.rules.smallest import MOST_TRIES, NEAR
from models.text import T, Text
from models.views.sensitivity import Agreement, Coefficient, LeftOut, MarkChange, MarkSearch, SensitivityView
from screens.widgets.signs import Sign

METHOD = (
    T(
        "去掉一位专家：他的评分表都当作没有交，其余评分表按原来的计分规则重新计分、排名、分配。"
        "哪个项目因此不足最少份数，就算不出得分，不作猜测。"
    ),
    T("去掉一个指标：评分标准里没有它，其余指标照旧，合计不放大；合格线按余下的满分折算。"),
    T(
        "换边是从拟入选变成不是，或者反过来；备选不算拟入选。有了分配方案就按现行配额比较，"
        "还没有方案时按总名额、依名次取线。入选线上出现并列，写明并列，不代为定序；不论怎样定序都一样的才写结果，"
        "说不准的写作待定。"
    ),
    T(
        "改动一个分：在入选线两侧各取最近的 {near} 项，每份评分表、每个指标、满分以内按步长能取的每个值都在查找之内，"
        "找出使名单改变的最小改动。计分规则对分数单调时用二分查找，否则由近到远逐个试，每项最多试 {most} 个值。",
        near=NEAR,
        most=MOST_TRIES,
    ),
    T(
        "和谐系数是肯德尔、巴宾顿·史密斯（1939）的，已按并列修正，只用各位专家都评过的项目，看排出的先后是否一致："
        "1 是完全相同，0 是毫无共同之处。"
    ),
    T(
        "一致性系数是克里彭多夫（2011）的，按等距尺度，用至少两位专家评过的项目，缺的分不补，看给的分是否一致："
        "1 是完全一致，0 与随意给分无异，也可以低于 0。"
    ),
    T("这些数只描述评分，不评判哪位专家对错，也不改变任何结果。"),
)
"""How all this is found, a paragraph each."""


def compared_with(view: SensitivityView) -> Iterator[Text]:
    """What the variations are compared with, and what is left aside."""
    if view.unlisted is not None:
        yield T("按现行配额排不出名单，无从比较：{why}", why=view.unlisted)
    elif view.allocated:
        yield T("与现行配额下的分配比较。")
    else:
        yield T("还没有分配方案：按总名额 {total} 个、依名次取线比较。", total=view.total)
    if view.adjusted:
        yield T("组长的调整不计入比较；已裁定的并列次序照用。")
    if view.sealed:
        yield T("您回避的 {count} 项不列出，也不用它们的评分；随它们而定的写作待定。", count=view.sealed)


def left_out_name(one: LeftOut) -> Text:
    """What is left out."""
    return T("专家 {name}", name=one.name) if one.kind == "expert" else T("指标 {name}", name=one.name)


def left_out_words(one: LeftOut, places: int) -> Iterator[Text]:
    """What comes of it, in sentences: how many change sides, what is open and why."""
    count = one.flips
    if one.kind == "expert":
        yield T("去掉{name}的 {sheets} 份评分表：{count} 项换边。", name=one.name, sheets=one.sheets, count=count)
    else:
        yield T("去掉指标“{name}”：{count} 项换边。", name=one.name, count=count)
    parted = len(one.moves) - count
    if parted:
        yield T("现在入选线上待定的有 {count} 项分出结果。", count=parted)
    if one.kind == "criterion" and one.pass_mark is not None:
        yield T("合格线折算为 {mark} 分。", mark=format_score(one.pass_mark, places))
    if one.refused is not None:
        yield T("排不出名单：{why}", why=one.refused)
        return
    for tied in one.ties:
        yield T("入选线上并列，须由组长定序：{nos}。", nos="、".join(tied))
    if one.unknown:
        yield T("评分表不足，算不出得分：{nos}。", nos="、".join(one.unknown))
    if one.open:
        yield T("待定：{nos}。", nos="、".join(one.open))


def side_change(before: Outcome, after: Outcome) -> str:
    """From one side to the other."""
    return f"{label(before)} → {label(after)}"


def from_to(before: str | None, after: str | None) -> str:
    """A figure before and after; a dash for what there is not."""
    return f"{before or Sign.NONE} → {after or Sign.NONE}"


def change_words(change: MarkChange, view: SensitivityView) -> Text:
    """Whose mark, from what to what."""
    return T(
        "{expert}的“{criterion}”{old} → {new}",
        expert=change.expert,
        criterion=view.criteria[change.criterion],
        old=format_points(change.old),
        new=format_points(change.new),
    )


def effect_words(change: MarkChange) -> str:
    """Who comes, who goes, who would wait for a decision."""
    parts = (
        (T("进 {nos}", nos="、".join(change.entering)), change.entering),
        (T("出 {nos}", nos="、".join(change.leaving)), change.leaving),
        (T("待定 {nos}", nos="、".join(change.open)), change.open),
    )
    return "，".join(str(text) for text, nos in parts if nos)


def nothing_words(one: MarkSearch) -> Text:
    """That no mark of an application changes the list."""
    if one.reach is None:
        return T("改动任何一个分都不改变名单")
    return T("{reach} 分以内的改动都不改变名单", reach=format_points(one.reach))


def smallest_words(view: SensitivityView) -> Iterator[Text]:
    """The smallest of all that were searched, and what was searched."""
    smallest = view.smallest
    if smallest is not None and smallest.change is not None:
        change = smallest.change
        yield T(
            "最小的改动：{no} {change}，差 {points} 分，{effect}。",
            no=smallest.no,
            change=change_words(change, view),
            points=format_points(abs(change.new - change.old)),
            effect=effect_words(change),
        )
    elif view.marks:
        yield T("查找的项目里，改动任何一个分都不改变名单。")
    yield T("查找了 {count} 项的全部评分表和指标。", count=len(view.marks))


def coefficient(one: Coefficient) -> str:
    """The figure to three places, or a dash."""
    return one.shown or str(Sign.NONE)


def resting_on(one: Coefficient) -> Text:
    """On how many experts and items a figure rests, or why there is none."""
    return T("{experts} 位专家，{items} 项", experts=one.experts, items=one.items) if one.why is None else one.why


def panel_name(one: Agreement) -> Text | str:
    """The panel, or all experts where there is one only."""
    return one.panel or T("全体专家")


CONCORDANCE = T("肯德尔和谐系数（先后是否一致）")
ALPHA = T("克里彭多夫一致性系数（给分是否一致）")
