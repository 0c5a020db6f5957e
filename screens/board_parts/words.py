"""What the steps on and back do, in words."""

from __future__ import annotations

from models.enums import Phase
from models.text import mark

ADVANCING = {
    Phase.PREPARING: mark("确定哪些项目符合条件；席位可以凭验证码签到。"),
    Phase.SIGNING_IN: mark("办法、评分标准和评分规则从此不再改动；每位评委开始独立评分。"),
    Phase.SCORING: mark("揭晓：全部评分表公开，此后分数只能按四种情形更正。"),
    Phase.DELIBERATING: mark("合议结束：意见、说明和更正不再改动；开始按配额分配。"),
    Phase.ALLOCATING: mark("分配方案定为拟公示的名单。"),
    Phase.PUBLICITY: mark("没有未结异议的项目写入名单并定稿，等待签字；有异议的留待以后版本。"),
    Phase.FINALISED: mark("评审会归档，不再办理任何事项。"),
}
"""What leaving a phase does."""

STEPPING_BACK = {
    Phase.DELIBERATING: mark("只重开有效评分表不足的项目，其余评分不动。"),
    Phase.ALLOCATING: mark("现有分配方案、裁定和调整全部失效（留在审计记录里），可以再作更正。"),
    Phase.PUBLICITY: mark("按异议的处理结果重新分配；已办的公示留在记录里。"),
    Phase.FINALISED: mark("为暂缓或新增的项目另出一版名单；已签的名单不变。"),
}
"""What a step back does, by the phase it leads out of."""
