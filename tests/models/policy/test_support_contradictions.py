"""Contradictions in terms, windows, editions, conditions and shares of the funds: named where they are mended."""

import re

import pytest

from models.policy.load import check_policy
from seeds.policies import builtin_text

KUNMING = re.sub(r"(?m)^#.*\n", "", builtin_text("kunming-2024"))
RATIO = 'ratio = "50%"\nlevels = { 2 = 200000, 3 = 400000, 4 = 500000 }\n'
ON = '{ article = "第七条（一）" }'


def faults(text: str) -> list[tuple[str, str, str]]:
    """Group, key and what is wanted of every fault."""
    return [(fault.sheet, fault.column, str(fault.wanted)) for fault in check_policy(text, "p.toml")[1]]


def track(keys: str, rule: str = RATIO) -> str:
    """The built-in file with other figures for its first track."""
    assert KUNMING.count(RATIO) == 1
    return KUNMING.replace(RATIO, rule + keys)


def added(keys: str) -> str:
    """The built-in file with more groups at its end."""
    return f"{KUNMING}\n{keys}"


def edition(*levels: str, more: str = "") -> str:
    return added(f'[[editions]]\ncode = "x"\nname = "某版"\nbasis = {ON}\n{more}levels = [{", ".join(levels)}]\n')


def use(*keys: str, code: str = "a") -> str:
    return f'[[uses]]\ncode = "{code}"\nname = "用途{code}"\nbasis = {ON}\n' + "".join(f"{key}\n" for key in keys)


ALL, LOW, HIGH = "{ cap = 1 }", "{ levels = [2], cap = 200000 }", "{ levels = [3, 4], cap = 400000 }"


@pytest.mark.parametrize(
    "terms",
    [
        [LOW, HIGH],
        [HIGH, LOW],
        ["{ levels = [2], cap = 400000 }", "{ levels = [3, 4], cap = 400000 }"],
        ["{ years = [2024], cap = 1 }", "{ years = [2025], cap = 2 }"],
        ["{ years = [2025], cap = 1 }", "{ years = [2024], cap = 2 }"],
        ["{ levels = [2], years = [2024], cap = 9 }", "{ levels = [3], years = [2025], cap = 8 }"],
        ["{ levels = [2], years = [2024], cap = 9 }", "{ levels = [2], years = [2025], cap = 8 }"],
        [ALL],
        ['{ levels = [2], ratio = "40%", cap = "unset" }', '{ levels = [3], ratio = "30%", cap = 2 }'],
    ],
)
def test_terms_that_fit_are_no_contradiction(terms):
    assert faults(track(f"terms = [{', '.join(terms)}]\n", 'ratio = "50%"\n')) == []


@pytest.mark.parametrize(
    ("terms", "fault"),
    [
        ([LOW, LOW], ("tracks[1].terms[2]", "levels", "与第 1 行没有共同的等级和年份")),
        ([LOW, "{ levels = [1, 2], cap = 1 }"], ("tracks[1].terms[2]", "levels", "与第 1 行没有共同的等级和年份")),
        (
            ["{ years = [2024], cap = 1 }", "{ levels = [2], cap = 1 }"],
            ("tracks[1].terms[2]", "levels", "与第 1 行没有共同的等级和年份"),
        ),
        ([ALL, "{ years = [2030], cap = 1 }"], ("tracks[1].terms[2]", "levels", "与第 1 行没有共同的等级和年份")),
        (
            ["{ levels = [2], cap = 500000 }", HIGH],
            ("tracks[1].terms[1]", "cap", "不高于第 2 行更高等级的 400000"),
        ),
        (
            [HIGH, "{ levels = [2], cap = 500000 }"],
            ("tracks[1].terms[2]", "cap", "不高于第 1 行更高等级的 400000"),
        ),
        (
            ["{ levels = [2], years = [2024, 2025], cap = 9 }", "{ levels = [3], years = [2025], cap = 8 }"],
            ("tracks[1].terms[1]", "cap", "不高于第 2 行更高等级的 8"),
        ),
    ],
)
def test_terms_that_meet_or_fall_are_named(terms, fault):
    assert faults(track(f"terms = [{', '.join(terms)}]\n", 'ratio = "50%"\n')) == [fault]


def test_terms_beside_levels_are_named():
    assert faults(track(f"terms = [{LOW}]\n")) == [("tracks[1]", "levels", "写了 terms 就不写 levels，上限写在各行")]
    assert faults(track(f"terms = [{LOW}]\n", 'ratio = "50%"\nlevels = "unset"\n')) == []


def test_figures_that_a_term_forgets_are_named():
    forgotten = "在这一行写明，没有规定的写 unset"
    terms = 'terms = [{ levels = [2], cap = 1 }, { levels = [3], ratio = "40%" }]\n'
    assert faults(track(terms, "")) == [
        ("tracks[1].terms[1]", "ratio", forgotten),
        ("tracks[1].terms[2]", "cap", forgotten),
    ]
    assert faults(track(terms, 'ratio = "unset"\n')) == [("tracks[1].terms[2]", "cap", forgotten)]
    assert faults(track('terms = [{ levels = [2], ratio = "unset", cap = "unset" }]\n', "")) == []


def test_amounts_of_a_fixed_award_rise_too():
    text = KUNMING.replace(
        "amount = 200000\n", "terms = [{ levels = [2], amount = 3 }, { levels = [3], amount = 2 }]\n"
    )
    assert faults(text) == [("tracks[2].terms[1]", "amount", "不高于第 2 行更高等级的 2")]


def test_terms_take_the_place_of_the_figures_and_nothing_else_does():
    assert faults(track("", "")) == [
        ("tracks[1]", key, f'必须写明：{wanted}；没有规定或还没有定的写 "unset"')
        for key, wanted in (
            ("ratio", '0 至 1 之间的比例，如 "50%"、"0.5" 或 "2/3"'),
            ("levels", "按等级（1 至 4）写明的上限，整数元，如 { 2 = 200000, 3 = 400000 }"),
        )
    ]


def test_each_kind_of_paper_has_one_window():
    one = f'{{ event = "invoice", from = 2024-10-18, basis = {ON} }}'
    assert faults(track(f"windows = [{one}, {one}]\n")) == [("tracks[1].windows[2]", "event", "每种凭据只写一次")]


@pytest.mark.parametrize(
    ("window", "fault"),
    [
        ("from = 2024-10-18, until = 2024-10-18", None),
        ("until_acceptance = true", None),
        ("from = 2024-10-18, until = 2024-10-17", ("until", "不早于 2024-10-18")),
        ("until = 2024-10-17, until_acceptance = true", ("until", "写了 until_acceptance 就不写 until")),
        ("from = 'unset'", ("from", "from、until、until_acceptance 至少写明一项")),
    ],
)
def test_window_bounds_something_and_is_open(window, fault):
    found = faults(track(f'windows = [{{ event = "contract", basis = {ON}, {window} }}]\n'))
    assert found == ([] if fault is None else [("tracks[1].windows[1]", *fault)])


@pytest.mark.parametrize(
    ("key", "value", "basis"),
    [
        ("later", '"difference"', "更高等级的依据"),
        ("yearly_places", "100", "每年名额的依据"),
        ("finish_months", "3", "完成期限的依据"),
    ],
)
def test_what_a_track_may_leave_open_needs_a_basis_once_it_is_said(key, value, basis):
    assert faults(track(f"{key} = {value}\n")) == [("tracks[1]", f"{key}_basis", basis)]
    assert faults(track(f"{key} = {value}\n{key}_basis = {ON}\n")) == []
    assert faults(track(f'{key} = "unset"\n')) == []


def test_zero_yearly_places_are_named():
    assert faults(track(f"yearly_places = 0\nyearly_places_basis = {ON}\n")) == [
        ("tracks[1]", "yearly_places", "1 至 1000000 的整数")
    ]


def test_cumulative_cap_says_a_share_an_amount_or_both():
    old = '[cumulative]\nshare = "50%"\n'
    for said, fits in (('share = "unset"\n', False), ('share = "unset"\namount = 9\n', True), ("amount = 9\n", False)):
        found = faults(KUNMING.replace(old, "[cumulative]\n" + said))
        assert (found == []) == fits
    assert faults(KUNMING.replace(old, f"{old}amount = 1000000\n")) == []


@pytest.mark.parametrize(
    ("levels", "more", "fault"),
    [
        (["{ level = 1, points = 20 }", "{ level = 2, points = 40 }"], "", None),
        (
            ["{ level = 1, points = 20 }", "{ level = 2, points = 20 }"],
            "",
            ("editions[3].levels[2]", "points", "高于上一行的 20"),
        ),
        (
            ["{ level = 2, points = 20 }", "{ level = 2, points = 40 }"],
            "",
            ("editions[3].levels[2]", "level", "高于上一行的 2"),
        ),
        (
            ["{ level = 1, points = 20, scenes = 6 }", "{ level = 2, points = 40, scenes = 5 }"],
            "",
            ("editions[3].levels[2]", "scenes", "不少于上一行的 6"),
        ),
        (
            ["{ level = 1, points = 20, scenes = 6, binding = 7 }"],
            "",
            ("editions[3].levels[1]", "binding", "不多于 scenes（6）"),
        ),
        (["{ level = 1, points = 20, binding = 1 }"], "", ("editions[3].levels[1]", "binding", "不多于 scenes（0）")),
        (
            ["{ level = 1, points = 20, scenes = 3 }"],
            'scenes = ["甲", "乙"]\n',
            ("editions[3].levels[1]", "scenes", "不多于所列场景（2）"),
        ),
        (
            ["{ level = 1, points = 20, scenes = 2, binding = 2 }"],
            'scenes = ["甲", "乙"]\nbinding_scenes = ["甲"]\n',
            ("editions[3].levels[1]", "binding", "不多于所列必备场景（1）"),
        ),
        (
            ["{ level = 1, points = 20, scenes = 2, binding = 1 }"],
            'scenes = ["甲", "乙"]\nbinding_scenes = ["丙"]\n',
            ("editions[3]", "binding_scenes", "scenes 中的场景"),
        ),
    ],
)
def test_levels_of_an_edition_rise_and_its_scenes_are_there(levels, more, fault):
    assert faults(edition(*levels, more=more)) == ([] if fault is None else [fault])


def test_condition_on_an_unknown_track_is_named():
    said = f'[[conditions]]\ncode = "x"\ntext = "某条件"\nbasis = {ON}\ntracks = ["chain", "cahin"]\n'
    ((group, key, wanted),) = faults(added(said))
    assert (group, key) == ("conditions[1]", "tracks")
    assert wanted.startswith("其中之一：transformation、lighthouse、workshop")


@pytest.mark.parametrize(
    ("uses", "fault"),
    [
        ([use('tracks = ["service"]', 'most = "20%"')], None),
        (
            [
                use('tracks = ["transformation"]', 'least = "80%"'),
                use('tracks = ["service"]', 'least = "20%"', code="b"),
            ],
            None,
        ),
        (
            [
                use('tracks = ["transformation"]', 'least = "80%"'),
                use('tracks = ["service"]', 'least = "21%"', code="b"),
            ],
            ("uses[2]", "least", "使同一资金各项用途的 least 合计不高于 100%，现为 101%"),
        ),
        (
            [
                use('tracks = ["transformation"]', 'least = "80%"', 'sources = ["central"]'),
                use('tracks = ["transformation", "service"]', 'least = "80%"', 'sources = ["county"]', code="b"),
            ],
            None,
        ),
        (
            [
                use('tracks = ["transformation"]', 'least = "80%"', 'sources = ["central"]'),
                use('tracks = ["service"]', 'least = "30%"', 'sources = ["county"]', code="b"),
            ],
            ("uses[2]", "least", "能与用途“用途a”同时做到"),
        ),
        (
            [
                use('tracks = ["transformation"]', 'least = "80%"', 'sources = ["central"]'),
                use('tracks = ["transformation", "chain"]', 'most = "70%"', code="b"),
            ],
            ("uses[2]", "tracks", "能与用途“用途a”同时做到"),
        ),
        ([use('tracks = ["service"]')], ("uses[1]", "least", "least、most 至少写明一项")),
        ([use('tracks = ["service"]', 'least = "30%"', 'most = "20%"')], ("uses[1]", "least", "不高于 most 的 20%")),
        (
            [use('tracks = ["service"]', 'most = "20%"'), use('tracks = ["service"]', 'least = "20%"', code="b")],
            ("uses[2]", "tracks", "不与同一资金的用途“用途a”重复"),
        ),
        (
            [use('tracks = ["service"]', 'most = "20%"', 'sources = ["center"]')],
            ("uses[1]", "sources", "其中之一：central、provincial、municipal、county"),
        ),
        ([use("tracks = []", 'most = "20%"')], ("uses[1]", "tracks", None)),
    ],
)
def test_uses_of_the_funds_can_be_kept_together(uses, fault):
    found = faults(added("\n".join(uses)))
    if fault is None:
        assert found == []
    else:
        assert [one[: 2 if fault[2] is None else 3] for one in found] == [fault[: 2 if fault[2] is None else 3]]


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('share = "70%"', 'share = "100%"', None),
        ('share = "100%"', 'share = "60%"', ("payments[3]", "share", "不低于前面各阶段的 70%")),
        (
            'after = "city_acceptance"',
            'after = "publicity"',
            ("payments[3]", "after", "不早于前面各阶段的时点 acceptance"),
        ),
    ],
)
def test_stages_of_paying_go_forward(old, new, fault):
    assert KUNMING.count(old) == 1
    assert faults(KUNMING.replace(old, new)) == ([] if fault is None else [fault])


def test_industries_share_no_class():
    one = 'name = "化学药品制造"\n'
    other = 'name = "绿色食品制品制造"\n'
    for mine, theirs, fits in (('"C271"', '"C272"', True), ('"C27"', '"C272"', False), ('"C"', '"C13"', False)):
        text = KUNMING.replace(one, f"{one}classes = [{mine}]\n").replace(other, f"{other}classes = [{theirs}]\n")
        found = [(group, key) for group, key, _ in faults(text)]
        assert found == ([] if fits else [("industries[5]", "classes")])
    for wrong in ('"27"', '"U27"', '"C2"', '"C27123"', '"化学"'):
        text = KUNMING.replace(one, f"{one}classes = [{wrong}]\n")
        assert [(group, key) for group, key, _ in faults(text)] == [("industries[3].classes", "1")]


def test_panel_is_larger_where_a_whole_expert_is_dropped():
    text = KUNMING.replace('drop = "none"', 'drop = "widest"').replace("\nleast = 5\n", "\nleast = 3\n")
    assert faults(text) == [("panel", "least", "大于最少评分表 3 份：有一名专家的评分表整份剔除")]
    assert faults(text.replace("\nleast = 3\n", "\nleast = 5\n")) == []


@pytest.mark.parametrize(
    ("said", "percent"), [('"30"', 30), ('"30%"', 30), ("12.5", 12.5), ('"0"', None), ("-1", None)]
)
def test_deviation_is_a_percentage_above_zero(said, percent):
    measure, found = check_policy(KUNMING.replace('percent = "30"', f"percent = {said}"), "p.toml")
    if percent is None:
        assert [(one.sheet, one.column) for one in found] == [("scoring.deviation", "percent")]
    else:
        assert measure.said["scoring"].deviation.percent == percent


def test_groups_that_are_open_contradict_nothing():
    text = KUNMING.replace('criterion_places = "unset"', 'criterion_places = "unset"\nquux = 1', 1)
    start = text.index("[rubric]")
    end = text.index("[scoring]")
    opened = text[:start].replace("schema = 1\n", 'schema = 1\nrubric = "unset"\n') + text[end:]
    assert [(group, key) for group, key, _ in faults(opened)] == [("scoring", "quux")]
