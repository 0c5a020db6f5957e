"""Whether an application may be supported at all: every reason against it at once, each with its article.

What has not been given yet stands in the way like what was answered with no; it is named as such, never assumed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from models.enums import LEVELS, Size, chinese
from models.policy.types import LaterLevel, Policy, Track
from models.rules.standards import LEVEL_MISSING, OPEN, Unknown, standard
from models.text import T, Text
from models.views.derivation import Reason


@dataclass(frozen=True)
class Facts:
    """What is known of one application. `district`, `industry`, `track` by any name the policy knows.

    Levels 1 to 4, None: not given. `recommendation`, `preliminary`: None while not given. `other_exclusion`: what was
    found, "" for nothing. `not_accepted`: the pilot is over and the project was not accepted (acceptance records).
    `applications_of_enterprise`: how many it has in the batch, this one included. `supported_before`: a list holds
    another application of the enterprise in this track already. `completion_year` None: not given.
    """

    uscc: str
    size: Size
    industry: str
    district: str
    track: str
    current_level: int | None
    target_level: int | None
    central_support: bool
    pilot_2022: bool
    dishonest: bool
    other_exclusion: str
    recommendation: bool | None
    filing_no: str
    preliminary: bool | None
    not_accepted: bool = False
    applications_of_enterprise: int = 1
    completion_year: int | None = None
    supported_before: bool = False


@dataclass(frozen=True)
class Eligibility:
    """Whether an application is eligible, and every reason against it; with those of `OPEN` alone it still is."""

    reasons: tuple[Reason, ...]

    @property
    def eligible(self) -> bool:
        """No reason stands in the way."""
        return all(reason.code in OPEN for reason in self.reasons)


def check_eligibility(facts: Facts, policy: Policy) -> Eligibility:
    """Judge one application by the policy (Arts. 5(4), 6, 7, 9, 12); the reasons come in that order of questions."""
    return Eligibility((*_exclusions(facts, policy), *_scope(facts, policy), *_procedure(facts, policy)))


def _exclusions(facts: Facts, policy: Policy) -> Iterator[Reason]:
    """Art. 9."""
    for exclusion in policy.exclusions:
        found = getattr(facts, exclusion.field)
        if not found:
            continue
        if isinstance(found, str):
            text = T("属于不予支持的情形：{ground}（{found}）", ground=exclusion.text, found=found)
        else:
            text = T("属于不予支持的情形：{ground}", ground=exclusion.text)
        yield Reason(exclusion.code, exclusion.basis.short, text)


def _scope(facts: Facts, policy: Policy) -> Iterator[Reason]:
    """Arts. 6, 7: district, industry, track, size and level."""
    admission = policy.admission
    if policy.district(facts.district) is None:
        yield Reason("district", admission.districts.short, T("县区“{name}”不在支持范围", name=facts.district))
    track = policy.track(facts.track)
    if track is None:
        known = "、".join(one.name for one in policy.tracks)
        yield Reason("track", "", T("没有支持方向“{name}”，现有：{known}", name=facts.track, known=known))
        return
    if track.industries_required and policy.industry(facts.industry) is None:
        known = "、".join(one.name for one in policy.industries)
        text = T("“{track}”限于以下行业：{known}；现为“{name}”", track=track.name, known=known, name=facts.industry)
        yield Reason("industry", admission.industries.short, text)
    if facts.size not in track.sizes:
        text = T("“{track}”不支持{size}企业", track=track.name, size=T(chinese(facts.size)))
        yield Reason("size", admission.sizes.short, text)
    yield from _level(facts, track)


def _level(facts: Facts, track: Track) -> Iterator[Reason]:
    """Art. 7(1): a level or a year that has no figures is not supported; nor a later level where it brings nothing."""
    found = standard(track, facts.target_level, facts.completion_year)
    if isinstance(found, Unknown):
        text = found.text
        if found.code == LEVEL_MISSING:
            text = T("目标等级未填，不能计算补助（当前等级：{level}）", level=_level_word(facts.current_level))
        elif found.code == "level_not_supported":
            text = T("目标等级为{level}，不在补助范围", level=_level_word(facts.target_level))
        yield Reason(found.code, track.basis.short, text)
    if facts.supported_before and track.later is LaterLevel.NOTHING:
        basis = track.later_basis or track.basis
        yield Reason("supported_before", basis.short, T("本方向已获支持，后来达到的等级不再补助"))


def _level_word(level: int | None) -> Text:
    return T("未填") if level is None else T(LEVELS[level])


def _procedure(facts: Facts, policy: Policy) -> Iterator[Reason]:
    """Arts. 5(4), 12: recommendation, filing, preliminary check; and how many an enterprise may have."""
    admission = policy.admission
    if admission.recommendation is not None and not facts.recommendation:
        article = admission.recommendation.short
        if facts.recommendation is None:
            yield Reason("recommendation_missing", article, T("推荐意见未给出"))
        else:
            yield Reason("not_recommended", article, T("县区主管部门不推荐"))
    if admission.filing is not None:
        article = admission.filing.short
        if not facts.filing_no.strip():
            yield Reason("filing_missing", article, T("备案号未给出"))
        if facts.preliminary is None:
            yield Reason("preliminary_missing", article, T("初核结果未给出"))
        elif not facts.preliminary:
            yield Reason("preliminary_failed", article, T("初核不通过"))
    limit = admission.per_enterprise
    if limit is not None and facts.applications_of_enterprise > limit:
        basis = admission.per_enterprise_basis
        text = T(
            "企业 {uscc} 在本批次申报 {count} 项，最多 {limit} 项",
            uscc=facts.uscc,
            count=facts.applications_of_enterprise,
            limit=limit,
        )
        yield Reason("too_many", basis.short if basis else "", text)
