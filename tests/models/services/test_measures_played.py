"""A whole meeting under each kind of measure, by the services: it comes to its signed list and verifies."""

import pytest

from models.enums import Phase
from models.queries import items
from models.queries.allocation import allocation_view, outcomes_of
from models.queries.audit import verify
from models.queries.sensitivity import sensitivity
from models.rules.marks import format_score
from seeds.policies import builtin_text

KUNMING = builtin_text("kunming-2024")
UNTRIMMED = ("trim = { from = 5, count = 1 }", 'trim = "unset"')
TRACK = 'basis = { article = "第七条（一）" }'
MEASURES = {
    "by criterion, rounded thrice, the widest sheets out, ratio and cap by level, alternates by themselves": (
        ('by = "sheet"', 'by = "criterion"'),
        ('criterion_places = "unset"', "criterion_places = 2"),
        ('weighted_places = "unset"', "weighted_places = 1"),
        ('drop = "none"', 'drop = "widest"'),
        UNTRIMMED,
        ('ratio = "50%"\n', ""),
        ("levels = { 2 = 200000, 3 = 400000, 4 = 500000 }\n", ""),
        (
            TRACK,
            f'{TRACK}\n[[tracks.terms]]\nlevels = [2]\nratio = "30%"\ncap = 300000\n'
            '[[tracks.terms]]\nlevels = [3, 4]\nratio = "40%"\ncap = 400000',
        ),
        ('alternates_move = "chair"', 'alternates_move = "automatic"'),
        ("first_day_counts = false", "first_day_counts = true"),
    ),
    "median in whole points, far values replaced, panels apart, quotas frozen": (
        ('average = "mean"', 'average = "median"'),
        ("score_places = 2", "score_places = 0"),
        ('percent = "30", then = "explain"', 'percent = "1", then = "replace"'),
        ('panels = "together"', 'panels = "separate"'),
        ('changes = "recorded"', 'changes = "frozen"'),
    ),
    "nothing laid down that may be open": (
        UNTRIMMED,
        ('deviation = { percent = "30", then = "explain" }', 'deviation = "unset"'),
        ('tie_breaks = ["plan", "effect"]', "tie_breaks = []"),
        ('pass_mark = "60"', 'pass_mark = "unset"'),
        ('spread_flag = "20"', 'spread_flag = "unset"'),
        ('quorum = "2/3"', 'quorum = "unset"'),
        ('expert_share = "2/3"', 'expert_share = "unset"'),
        ("least = 5\n", 'least = "unset"\n'),
        ('[cumulative]\nshare = "50%"\nbasis = { article = "第十条" }', ""),
        ("schema = 1\n", 'schema = 1\ncumulative = "unset"\n'),
    ),
}


@pytest.mark.parametrize("kind", MEASURES)
def test_a_meeting_comes_to_its_list_and_every_figure_tells_how(meeting_at, kind):
    text = KUNMING
    for old, new in MEASURES[kind]:
        assert old in text, old
        text = text.replace(old, new, 1)
    meeting = meeting_at(Phase.FINALISED, text)
    assert verify(meeting.office).ok
    seen = meeting.office, meeting.secretary, meeting.id
    told, outcome, view = items.derivations(*seen), outcomes_of(*seen), allocation_view(*seen)
    ranked = [one for one in view.applications if one.rank is not None]
    assert len(ranked) == 5
    for one in ranked:
        assert told[one.no].score.result == format_score(one.score, view.places)
        assert told[one.no].rank.result == str(one.rank)
        assert outcome(one.no).steps
    assert len(view.proposed) == 3
    assert sensitivity(*seen).left_out
