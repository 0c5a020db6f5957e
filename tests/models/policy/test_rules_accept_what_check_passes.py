"""Generated policies: whatever `check` passes, the rules can follow; only the data then decide what comes out.

The generator writes parts of files that are likely to contradict themselves, and keeps those that `check` passes.
"""

import json
import math
import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np
import pytest
from scipy.optimize import linprog

from models.enums import InvestmentKind, Origin, Phase, Role, Size
from models.policy.load import check_policy, usable
from models.policy.types import AwardRule, Policy, Track
from models.rules.calendar import Calendar, publicity_period
from models.rules.eligibility import Facts as ApplicationFacts
from models.rules.eligibility import check_eligibility
from models.rules.levels import assess
from models.rules.marks import Sheet, aggregate, criterion_score
from models.rules.phases import Facts, ItemFact, SeatFact, blockers
from models.rules.quotas import Cell, Quota, check_quota
from models.rules.ranking import Entry, one_by_one, rank
from models.rules.spending import Spending, count_spending
from models.rules.subsidy import Claim, Decided, award
from models.rules.uses import use_faults
from models.rules.widest import widest
from seeds.policies import builtin_text

BASE = re.sub(r"(?m)^#.*\n", "", builtin_text("kunming-2024"))
ON = '{ article = "第一条" }'
POLICIES = 60
CODES = ["t", "u", "v"]


def toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {toml(entry)}" for key, entry in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    return value.isoformat() if isinstance(value, date) else json.dumps(value, ensure_ascii=False)


class Draw(random.Random):
    """Random values of a policy file; small ranges, so that values meet."""

    def perhaps(self, value: Any, otherwise: Any = "unset", odds: float = 0.5) -> Any:
        return value if self.random() < odds else otherwise

    def percent(self, least: int = 0) -> str:
        return f"{self.randrange(least, 101, 5)}%"

    def some(self, values: list[Any], least: int = 0) -> list[Any]:
        return self.sample(values, self.randint(least, len(values)))

    def day(self) -> date:
        return date(2024, 1, 1).replace(month=self.randint(1, 12), day=self.randint(1, 28))


def group(name: str, keys: dict[str, Any]) -> str:
    return f"[{name}]\n" + "".join(f"{key} = {toml(value)}\n" for key, value in keys.items()) + f"basis = {ON}\n\n"


def rubric_and_scoring(draw: Draw) -> str:
    codes = ["a", "b", "c", "d"][: draw.randint(1, 4)]
    criteria = []
    total = Fraction(0)
    for code in codes:
        full, weight = draw.choice([10, 20, 25]), draw.choice(["1", "0.5", "1.6"])
        step = draw.choice(["0.5", "1", "5", "0.4"])
        criteria.append({"code": code, "name": f"指标{code}", "full": full, "step": step, "weight": weight})
        total += full * Fraction(weight)
    full = str(float(total)) if draw.random() < 0.95 else "77"
    scoring = {
        "by": draw.choice(["sheet", "criterion"]),
        "drop": draw.choice(["none", "none", "widest"]),
        "average": draw.choice(["mean", "median"]),
        "least_sheets": draw.randint(1, 4),
        "deviation": draw.perhaps(
            {"percent": str(draw.choice([1, 8, 20, 30, 100])), "then": draw.choice(["explain", "exclude", "replace"])}
        ),
        "trim": draw.perhaps({"from": draw.randint(3, 8), "count": draw.randint(1, 2)}),
        "criterion_places": draw.perhaps(draw.randint(0, 3)),
        "weighted_places": draw.perhaps(draw.randint(0, 3)),
        "score_places": draw.randint(0, 4),
        "tie_breaks": draw.some(["a", "b"]),
        "pass_mark": draw.perhaps(str(draw.randint(0, 60))),
        "spread_flag": draw.perhaps(str(draw.randint(0, 60))),
    }
    return group("rubric", {"full": full, "criteria": criteria}) + group("scoring", scoring)


def panel(draw: Draw) -> str:
    return group(
        "panel",
        {
            "least": draw.perhaps(draw.randint(1, 9), odds=0.8),
            "odd": draw.random() < 0.4,
            "expert_share": draw.perhaps(draw.percent()),
            "quorum": draw.perhaps(draw.percent()),
        },
    )


def track(draw: Draw, code: str) -> str:
    rule = draw.choice(["share", "share", "fixed", "up_to"])
    keys: dict[str, Any] = {"code": code, "name": f"方向{code}", "rule": rule}
    figures = {"share": ["ratio", "cap"], "fixed": ["amount"], "up_to": ["cap"]}[rule]
    by_terms = draw.random() < 0.6
    if rule == "share":
        keys["eligible"] = draw.some([kind.value for kind in InvestmentKind], 1)
        keys |= {"ratio": draw.percent()} if draw.random() < 0.7 else {}
        levels = {str(level): draw.randrange(1, 9) * 10_000 for level in draw.some([1, 2, 3, 4], 1)}
        keys |= {"levels": levels} if draw.random() < (0.1 if by_terms else 0.95) else {}
    elif draw.random() < 0.8:
        keys[figures[0]] = draw.randrange(0, 9) * 10_000
    if by_terms:
        keys["terms"] = [
            {"levels": draw.some([1, 2, 3, 4]), "years": draw.some([2024, 2025])}
            | {key: term_value(draw, key) for key in figures if draw.random() < 0.9}
            for _ in range(draw.randint(1, 3))
        ]
    keys["later"] = draw.perhaps(draw.choice(["full", "difference", "nothing"]))
    keys |= {"later_basis": {"article": "第二条"}} if draw.random() < 0.9 else {}
    keys["windows"] = [
        {"event": event, "basis": {"law": "某法"}}
        | draw.perhaps({"from": draw.day()}, {})
        | draw.perhaps({"until": draw.day()}, {"until_acceptance": True})
        for event in draw.some(["contract", "invoice", "payment"])
    ]
    return group("[tracks]", keys)


def term_value(draw: Draw, key: str) -> Any:
    return draw.percent() if key == "ratio" else draw.randrange(0, 9) * 10_000


def uses(draw: Draw, codes: list[str]) -> str:
    said = ""
    for code in ["u", "v", "w"][: draw.choice([0, 1, 2, 3])]:
        keys = {"code": code, "name": f"用途{code}", "tracks": draw.some(codes, 1)}
        keys |= draw.perhaps({"least": draw.percent()}, {}) | draw.perhaps({"most": draw.percent()}, {})
        said += group("[uses]", keys)
    return said


def edition(draw: Draw) -> str:
    keys: dict[str, Any] = {"code": "e", "name": "某版", "scenes": [f"场景{n}" for n in range(draw.choice([0, 9]))]}
    points = sorted(draw.sample(range(0, 100, 10), 3)) if draw.random() < 0.8 else [20, 20, 60]
    keys["levels"] = [
        {"level": level, "points": point}
        | draw.perhaps({"scenes": level * 2 + draw.randint(0, 3)}, {}, 0.8)
        | draw.perhaps({"binding": level + draw.randint(0, 2)}, {})
        for level, point in enumerate(points, 2)
    ]
    return group("[editions]", keys)


def cumulative(draw: Draw) -> str:
    return group("cumulative", {"share": draw.perhaps(draw.percent()), "amount": draw.perhaps(draw.randrange(10**6))})


PARTS: dict[str, Callable[[Draw], str]] = {
    **{f"[[tracks]] {code}": partial(track, code=code) for code in CODES},
    "[cumulative]": cumulative,
    "[rubric]": lambda draw: rubric_and_scoring(draw) + panel(draw),
    "[[uses]]": lambda draw: uses(draw, CODES),
    "[[editions]]": edition,
}
"""Parts of a file that may contradict themselves, by the heading they begin with."""


def base() -> dict[str, str]:
    """The built-in file in the same parts, without most of its districts and with tracks named like the generated."""
    cut = {"[cumulative]": "[[exclusions]]", "[rubric]": "[allocation]"}
    found = {heading: BASE[BASE.index(heading) : BASE.index(end)] for heading, end in cut.items()}
    for code in CODES:
        plain = {"code": code, "name": f"方向{code}", "rule": "fixed", "amount": 9}
        found[f"[[tracks]] {code}"] = group("[tracks]", plain)
    rest = (
        BASE[: BASE.index('[[districts]]\ncode = "530103"')]
        + BASE[BASE.index("[[exclusions]]") : BASE.index("[rubric]")]
    )
    rest += BASE[BASE.index("[allocation]") : BASE.index("[[editions]]")]
    return {"": rest, **found, "[[uses]]": "", "[[editions]]": ""}


@dataclass
class Made:
    """What a generator made: the policies that `check` passed, and how many parts it refused on the way."""

    policies: list[Policy]
    refused: dict[str, int]


@pytest.fixture(scope="module")
def made() -> Made:
    """Policies of parts that `check` passes; each part is drawn anew until it does."""
    plain, found = base(), Made([], dict.fromkeys(PARTS, 0))
    for seed in range(POLICIES):
        draw, parts = Draw(seed), dict(plain)
        for heading, part in PARTS.items():
            while check_policy("".join((parts | {heading: (drawn := part(draw))}).values()), "p.toml")[0] is None:
                found.refused[heading] += 1
            parts[heading] = drawn
        parts[""] = parts[""].replace("days = 5\n", f"days = {draw.randint(1, 60)}\n", 1)
        measure, faults = check_policy("".join(parts.values()), "p.toml")
        assert faults == []
        assert measure is not None
        found.policies.append(usable(measure))
    return found


@pytest.fixture
def passed(made: Made) -> dict[int, Policy]:
    """The policies that `check` passed, by seed."""
    return dict(enumerate(made.policies))


def test_the_generator_meets_contradictions_and_reaches_every_rule(made: Made) -> None:
    assert all(count > 10 for count in made.refused.values()), made.refused
    tracks = [one for policy in made.policies for one in policy.tracks]
    assert sum(bool(one.terms) for one in tracks) > 50
    assert {one.rule for one in tracks} == {*AwardRule}
    rules = [policy.scoring for policy in made.policies]
    assert {one.drop_widest for one in rules} == {True, False}
    assert {one.deviation and one.deviation.then for one in rules} == {None, "explain", "exclude", "replace"}
    assert sum(one.trim is not None for one in rules) > 10
    assert sum(bool(policy.uses) for policy in made.policies) > 15


def panel_size(policy: Policy) -> int:
    """The smallest panel that the policy allows: of its least number, or of as many as a score takes."""
    size = policy.panel.least or policy.scoring.least_sheets + policy.scoring.drop_widest
    return size if size % 2 or not policy.panel.odd else size + 1


def test_the_smallest_panel_scores_and_ranks_every_application(passed: dict[int, Policy]) -> None:
    for seed, policy in passed.items():
        draw, rubric, scoring = Draw(seed), policy.rubric, policy.scoring
        experts = [f"专家{number}" for number in range(panel_size(policy))]
        sheets = {
            f"N-{number}": [
                Sheet(expert, {one.code: draw.randint(0, one.full // one.step) * one.step for one in rubric.criteria})
                for expert in experts
            ]
            for number in range(6)
        }
        totals = {
            expert: [
                sum(int(one[at].marks[c.code] * 1000 * c.weight) for c in rubric.criteria) for one in sheets.values()
            ]
            for at, expert in enumerate(experts)
        }
        gone = widest(totals, "7") if scoring.drop_widest else None
        dropped = frozenset([gone] if gone else [])
        scores = {no: aggregate(own, rubric, scoring, dropped) for no, own in sheets.items()}
        most = math.ceil(Fraction(rubric.full, 1000) + 1) * 10**scoring.score_places
        assert all(one.value is not None and 0 <= one.value <= most for one in scores.values()), seed
        breaks = {
            no: [criterion_score(own, code, rubric, scoring, dropped) for code in scoring.tie_breaks]
            for no, own in sheets.items()
        }
        ranked = rank(
            [Entry(no, one.value) for no, one in scores.items()],
            one_by_one(breaks.__getitem__, len(scoring.tie_breaks)),
        )
        assert min(one.rank or 99 for one in ranked) == 1


def test_the_smallest_panel_may_begin(passed: dict[int, Policy]) -> None:
    for seed, policy in passed.items():
        names = tuple(f"专家{number}" for number in range(panel_size(policy)))
        roles = (Role.CHAIR, *[Role.EXPERT] * (len(names) - 1))
        seats = tuple(SeatFact(*who, True, Origin.EXPERT, True, False) for who in zip(names, roles, strict=True))
        items = (ItemFact("N-1", True, names),)
        for phase in (Phase.PREPARING, Phase.SIGNING_IN):
            assert blockers(Facts(phase, policy, seats, items)) == (), (seed, phase)


def awards(one: Track, policy: Policy, draw: Draw) -> dict[tuple[int | None, int | None], Any]:
    investment = {kind.value: draw.randrange(10**8) for kind in InvestmentKind}
    decided = (Decided("meeting", 100, "")) if one.rule is AwardRule.UP_TO else None
    return {
        (level, year): award(
            one,
            Claim(investment=investment, level=level, year=year, decided=(decided,) if decided else ()),
            policy.cumulative,
            estimate=True,
        )
        for level in (None, 1, 2, 3, 4)
        for year in (None, 2024, 2025, 2026)
    }


def test_awards_come_out_or_the_data_say_why_not(passed: dict[int, Policy]) -> None:
    for seed, policy in passed.items():
        for one in policy.tracks:
            found = awards(one, policy, Draw(seed))
            if one.rule is None:
                continue
            for made in found.values():
                assert made.derivation.steps is not None
                if made.code in ("level_missing", "level_not_supported"):
                    assert one.caps_fen is not None or any(term.levels for term in one.terms)
                elif made.code in ("year_missing", "year_not_supported"):
                    assert any(term.years for term in one.terms)
                else:
                    assert made.code is None, (seed, made.code)
                    assert made.amount_fen >= 0


def test_later_levels_get_no_less_within_a_year(passed: dict[int, Policy]) -> None:
    """Caps that rise by level never lower the amount of a fixed or an up-to award."""
    for seed, policy in passed.items():
        for one in policy.tracks:
            if one.rule is not AwardRule.FIXED:
                continue
            found = awards(one, policy, Draw(seed))
            for year in (2024, 2025):
                amounts = [found[level, year].amount_fen for level in (1, 2, 3, 4)]
                known = [amount for amount in amounts if amount is not None]
                assert known == sorted(known), seed


def test_eligibility_quotas_and_periods_follow(passed: dict[int, Policy]) -> None:
    for policy in passed.values():
        for one in policy.tracks:
            facts = ApplicationFacts(
                "91530100MA6K00000X",
                Size.SMALL,
                policy.industries[0].name,
                policy.districts[-1].code,
                one.name,
                1,
                3,
                False,
                False,
                False,
                "",
                True,
                "B-1",
                True,
                completion_year=2025,
            )
            codes = {reason.code for reason in check_eligibility(facts, policy).reasons}
            assert codes <= {"level_not_supported", "year_not_supported", "level_missing", "year_missing"}
        cells = tuple(Cell("district", one.code, ceiling=2) for one in policy.districts)
        known = [[one.code for one in held] for held in (policy.districts, policy.industries)]
        assert check_quota(Quota(9, cells), *known) == []
        rule = policy.publicity
        period = publicity_period(date(2025, 1, 2), rule.days, rule.first_day_counts, Calendar())
        assert period.working_days == rule.days


def test_every_level_of_an_edition_can_be_reached(passed: dict[int, Policy]) -> None:
    for seed, policy in passed.items():
        for held in policy.editions:
            for rule in held.levels:
                assert assess(held, rule.points, rule.scenes or 0, rule.binding or 0).level == rule.level, seed


def test_spending_inside_its_windows_counts(passed: dict[int, Policy]) -> None:
    accepted = date(2026, 6, 1)
    seen = 0
    for policy in passed.values():
        for one in policy.tracks:
            if one.rule is not AwardRule.SHARE:
                continue
            days = {window.event: window.first or window.last or accepted for window in one.windows}
            line = Spending("支出", InvestmentKind(one.eligible_kinds[0]), 100, **days)
            assert count_spending([line], one, accepted)[0].counts
            seen += bool(days)
    assert seen > 20


def test_some_division_of_the_budget_keeps_every_use(passed: dict[int, Policy]) -> None:
    """A linear program divides the budget; the rule finds nothing against its answer."""
    seen = 0
    for seed, policy in passed.items():
        if not policy.uses:
            continue
        codes = [one.code for one in policy.tracks]
        rows, bounds = [[1.0] * len(codes)], [1.0]
        for use in policy.uses:
            row = [1.0 if code in use.tracks else 0.0 for code in codes]
            if use.most is not None:
                rows, bounds = [*rows, row], [*bounds, float(use.most)]
            if use.least is not None:
                rows, bounds = [*rows, [-value for value in row]], [*bounds, -float(use.least)]
        solved = linprog([0.0] * len(codes), A_ub=np.array(rows), b_ub=np.array(bounds), bounds=(0, 1))
        assert solved.success, seed
        budget = {code: round(part * 100) * 10**6 for code, part in zip(codes, solved.x, strict=True)}
        assert list(use_faults(policy.uses, 10**8, budget, {})) == [], seed
        seen += 1
    assert seen > 10
