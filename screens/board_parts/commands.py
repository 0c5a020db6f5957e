"""What can be done on the board."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from models.enums import REVEALED, Phase
from models.rules.permissions import ADVANCES, READS
from models.sealed import HOLDERS
from models.text import mark
from screens.commands import Command
from screens.meeting_screen import ADVANCE, MOVES, STEP_BACK, may

_ALLOCATING = frozenset({Phase.ALLOCATING})


def _act(act: str, key: str, action: str, title: str, words: str, group: str, phases: Iterable[Phase] = ()) -> Command:
    """A command for an act of the table of rights, in its group, in fewer phases than the right if some are named."""
    command = may(act, key, action, title, words)
    return replace(command, group=group, phases=frozenset(phases) or command.phases)


_SEATS = mark("席位与签到")
_TALK = mark("合议")
_LIST = mark("配额分配")
_LOOK = mark("查看")

COMMANDS = (
    replace(
        ADVANCE,
        help=mark(
            "把评审会推进到下一阶段。先说明会改变什么，再问一次；还差什么时，逐条说明。"
            "分数加密封存的，评分结束由组长、监督、财政代表中的两位各自在本人终端按它交出密钥。"
        ),
        who=frozenset(ADVANCES.values()) | frozenset(HOLDERS),
    ),
    STEP_BACK,
    _act(
        "meeting.unseal",
        "f8",
        "use_envelope",
        mark("用信封"),
        mark("保管人不在场时，凭其密钥信封里的代码代交密钥；写入审计记录。"),
        MOVES,
    ),
    _act(
        "keys.envelope",
        "f10",
        "new_envelope",
        mark("做密钥信封"),
        mark("保管人把自己的密钥另存一份，凭纸上的代码打开；代码只显示一次，装信封备用。"),
        MOVES,
        {Phase.PREPARING, Phase.SIGNING_IN, Phase.SCORING},
    ),
    _act("seat.add", "n", "add_seat", mark("新增席位"), mark("给一个人设席位；外请人员得到一次性验证码。"), _SEATS),
    _act(
        "seat.code",
        "k",
        "new_code",
        mark("重发验证码"),
        mark("给席位一个新验证码，原验证码和口令（或密码）作废。"),
        _SEATS,
        {Phase.PREPARING, Phase.SIGNING_IN, Phase.SCORING},
    ),
    _act(
        "seat.slips",
        "f4",
        "slips",
        mark("印签到条"),
        mark("给还没有本人口令（或密码）的人各发一个新验证码，印成签到条。"),
        _SEATS,
        {Phase.PREPARING, Phase.SIGNING_IN, Phase.SCORING},
    ),
    _act(
        "seat.about",
        "q",
        "about",
        mark("人员情况"),
        mark("登记席位人员的单位、电话、地址和任顾问的企业，据以提示回避；只有秘书和组长看得到。"),
        _SEATS,
    ),
    _act(
        "recusal.dismiss",
        "y",
        "conflicts",
        mark("回避线索"),
        mark("与申报单位有相同之处的人，逐条登记回避或写明理由排除；没有核实完，不进入下一阶段。"),
        _SEATS,
    ),
    _act("meeting.remind", "f6", "remind", mark("催交"), mark("还有评分表没交的专家在终端上看到催交。"), _SEATS),
    _act(
        "meeting.countdown",
        "f7",
        "countdown",
        mark("倒计时"),
        mark("开始几分钟的倒计时，各终端都看得到；到时不会自动改变什么。"),
        _SEATS,
    ),
    _act("seat.chair", "h", "name_chair", mark("推定组长"), mark("记录推选或指定的组长、副组长。"), _SEATS),
    _act("seat.absent", "b", "absent", mark("记录缺席"), mark("把没有到会的人记为缺席；已交的评分表照算。"), _SEATS),
    _act(
        "marks.return",
        "r",
        "return_sheet",
        mark("退回评分表"),
        mark("把一份已交的评分表退给专家重评，不看内容。"),
        _SEATS,
    ),
    _act(
        "marks.key",
        "f5",
        "key_paper",
        mark("录入纸质评分表"),
        mark("去录入专家在纸上评的分；办法要求双人录入的，两人背对背各录一遍。"),
        _SEATS,
    ),
    _act("allocation.propose", "p", "propose", mark("生成方案"), mark("按排名和配额算出分配方案。"), _LIST),
    _act("allocation.tie", "t", "tie", mark("裁定并列"), mark("给入选线上的并列项目排定先后，写明表决或抽签。"), _LIST),
    _act("allocation.adjust", "a", "adjust", mark("调整"), mark("改动光标所在项目的结果，须写明理由。"), _LIST),
    Command(
        "v", "trial", mark("试算"), mark("改一个配额看看谁进谁出；不采用就不留痕迹。"), phases=_ALLOCATING, group=_LIST
    ),
    _act(
        "item.call",
        "d",
        "next_item",
        mark("下一项"),
        mark("按叫项次序叫下一个项目；由别人主持的，先结束本项，再由其叫项。"),
        _TALK,
    ),
    _act("item.call", "l", "call", mark("叫项"), mark("叫光标所在项目进行讨论；各席位都会看到谁应离场。"), _TALK),
    _act("opinion.give", "o", "opinion", mark("意见"), mark("记录评审组对光标所在项目的意见。"), _TALK),
    _act("opinion.give", "e", "opinions", mark("其余意见"), mark("给所有还没有意见的项目记录同一条意见。"), _TALK),
    _act("marks.explain", "x", "explain", mark("说明偏差"), mark("评分专家说明本人被标出的偏差。"), _TALK),
    _act(
        "marks.correct",
        "c",
        "correct",
        mark("更正"),
        mark("组长认定更正情形；评分专家录入新分，合计和客观分可由秘书录入。"),
        _TALK,
    ),
    _act("dissent.record", "m", "dissent", mark("不同意见"), mark("记录本人对一个项目或整个评审的不同意见。"), _TALK),
    _act("amount.decide", "g", "amount", mark("议定金额"), mark("在办法的上限之内议定光标所在项目的补助金额。"), _TALK),
    _act("item.close", "w", "close_item", mark("结束讨论"), mark("本项议毕，回避的人可以回来。"), _TALK),
    _act(
        "item.order",
        "u",
        "item_order",
        mark("叫项次序"),
        mark("按编号、按名次，或使进出会场的人次最少；随时可以改。"),
        _TALK,
    ),
    _act("room.move", "i", "step_out", mark("进出会场"), mark("记录有人暂时离开或回来；时间写入会议纪要。"), _TALK),
    Command(
        "j",
        "next_need",
        mark("下一待办"),
        mark("跳到下一个还缺意见、说明或更正的项目。"),
        phases=frozenset({Phase.DELIBERATING}),
        group=_TALK,
    ),
    Command(
        "enter",
        "open",
        mark("评分表"),
        mark("光标所在项目的全部评分表、偏差与说明、更正和意见。试算时：采用。"),
        phases=frozenset(REVEALED),
        group=_LOOK,
    ),
    Command(
        "question_mark",
        "why",
        mark("为什么"),
        mark("得分、名次、金额和结果是怎么来的，每一步的依据；按 y 复制。"),
        phases=frozenset(REVEALED),
        group=_LOOK,
    ),
    Command(
        "f2",
        "card",
        mark("卡片"),
        mark("光标所在项目的申报材料。"),
        phases=frozenset(REVEALED),
        group=_LOOK,
    ),
    Command(
        "f",
        "sensitivity",
        mark("敏感性"),
        mark("去掉一位专家或一个指标，或改动一个分，名单会不会变；专家之间是否一致。"),
        READS["sensitivity.read"].roles,
        phases=frozenset(REVEALED),
        group=_LOOK,
    ),
    Command(
        "slash",
        "find",
        mark("查找"),
        mark("按编号、企业、县区或行业查找，再按一次找下一个。"),
        phases=frozenset(REVEALED),
        group=_LOOK,
    ),
    Command(
        "s",
        "side",
        mark("侧栏"),
        mark("窗口窄时看右侧的内容：配额、预算和还缺什么。"),
        phases=frozenset(REVEALED),
        group=_LOOK,
    ),
)
"""The commands of the board. Where a right of the record stands behind one, its roles and phases are the right's."""
