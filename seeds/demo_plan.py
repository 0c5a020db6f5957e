"""What the demo's meeting is made of: its people, recusals, quota, and every mark, drawn from a fixed seed."""

from __future__ import annotations

import random
from collections.abc import Mapping

from models.enums import RecusalGround, Role
from models.policy.types import Rubric
from models.rules.marks import format_points
from models.rules.quotas import Cell, Quota
from seeds.demo_roster import APPLICANTS

SEED = 20260310
BATCH = "KM26"
MEETING = "DEMO"
PHRASE = "滇池 翠湖 石林 茶马"
"""The phrase of everybody who has signed in: the demo keeps no secret."""

CHAIR, DEPUTY, EXPERT = "周文清", "何立群", "段思远"
MARKERS = (CHAIR, DEPUTY, EXPERT, "李明昊", "普云霞", "杨雪松", "马骏驰")
OFFICE = {"张敏": Role.SECRETARY, "赵启明": Role.FINANCE, "孙静": Role.SUPERVISOR}
LATE = (EXPERT, "马骏驰")
"""Who has not signed in yet while the demo stands in signing_in."""

RECUSALS: Mapping[str, Mapping[int, tuple[RecusalGround, str]]] = {
    CHAIR: {2: (RecusalGround.SHARES, "")},
    DEPUTY: {12: (RecusalGround.PREPARATION, "参与论证过该企业的改造方案")},
    EXPERT: {20: (RecusalGround.DISPUTE, "")},
    "普云霞": {9: (RecusalGround.EMPLOYMENT, "曾任该企业技术顾问")},
    "马骏驰": {50: (RecusalGround.KINSHIP, "")},
    "杨雪松": {56: (RecusalGround.OTHER, "所在单位与该企业有在研合作")},
}
TWINS = (27, 48)
"""Two applications with the same sheets, given by other experts: equal in score and in every tie-break, at the line."""

FAR_APART = 16
OUTLIERS = {(FAR_APART, EXPERT): -240, (FAR_APART, CHAIR): 100}
"""One application on which two experts differ so much that both owe an explanation, in thousandths of full marks."""

MISTAKE = (31, "李明昊", "plan", 14)
"""A mark far too low (points), which is corrected to what the sheet was meant to have."""

HELD = 21
"""The application that an objection holds back from the first list."""

QUOTA = Quota(
    22,
    (
        Cell("district", "530102", ceiling=2),
        Cell("district", "530113", floor=1),
        Cell("industry", "chemical_medicine", floor=2),
        Cell("industry", "green_food", ceiling=8),
    ),
    budget_fen=980_0000_00,
    alternates=4,
)
LEFT_BLANK, LEFT_DRAFT = 6, 1
"""How many sheets of the demo's expert are still blank, and begun, while the demo stands in scoring."""


def number(position: int) -> str:
    """The number of the application at a position of the roster, from 1."""
    return f"{BATCH}-{position:03d}"


OPINIONS = (
    ("方案扎实、目标可核验，建议优先支持。", 85, 101),
    ("方案总体可行，同意按评分结果参加排序。", 70, 85),
    ("改造内容偏简单，建议县区指导完善后实施。", 0, 70),
)
_LENIENT = dict(zip(MARKERS, (0, 5, -5, 10, 0, -10, 5), strict=True))
"""How much milder than the others each expert marks, in thousandths."""


def sheets(rubric: Rubric, *, mistaken: bool = True) -> dict[tuple[str, str], dict[str, str]]:
    """Every sheet of the meeting, by application and expert: marks as typed, by criterion.

    Each criterion gets its share of what the application is worth to the expert (thousandths of full marks), give or
    take a step. `mistaken` False: with what the one mark was meant to be that is corrected later.
    """
    draw = random.Random(SEED)
    found: dict[tuple[str, str], dict[str, str]] = {}
    for position, applicant in enumerate(APPLICANTS, start=1):
        for name in MARKERS:
            worth = applicant.points * 10 + _LENIENT[name] + draw.randint(-35, 35)
            worth += OUTLIERS.get((position, name), 0)
            marks = {}
            for criterion in rubric.criteria:
                most = criterion.full // criterion.step
                steps = (most * worth + 500) // 1000 + draw.randint(-1, 1)
                marks[criterion.code] = format_points(min(max(steps, 0), most) * criterion.step)
            found[number(position), name] = marks
    first, second = TWINS
    for name, other in zip(MARKERS, (*MARKERS[1:], MARKERS[0]), strict=True):
        found[number(second), other] = found[number(first), name]
    position, expert, criterion_code, points = MISTAKE
    if mistaken:
        found[number(position), expert] |= {criterion_code: str(points)}
    return found
