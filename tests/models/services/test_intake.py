"""Rosters: each file all of it or nothing, numbered, updated, and said."""

import hashlib
import json
from dataclasses import replace

import pytest

from models.enums import Phase
from models.errors import BadInput, NotPermitted, WrongUse
from models.services.intake import PartlyImported, import_roster

COUNTS = (
    "SELECT (SELECT count(*) FROM enterprise), (SELECT count(*) FROM application), (SELECT count(*) FROM investment)"
)


@pytest.fixture
def take(bureau):
    def take(*files, batch="B1", dry_run=False):
        return import_roster(bureau.office, bureau.secretary, files, batch, dry_run=dry_run)

    return take


def refused(take, *files, **options):
    with pytest.raises(BadInput) as caught:
        take(*files, **options)
    return [(fault.row, fault.column, fault.found) for fault in caught.value.faults]


def nos(bureau):
    return [no for (no,) in bureau.rows("SELECT no FROM application ORDER BY id")]


def test_applications_are_numbered_in_row_order_and_kept_whole(bureau, sheets, take):
    rows = [sheets.row(2, 申报编号=""), sheets.row(1, 申报编号="自编7"), sheets.row(3, 申报编号="")]
    (done,) = take(sheets.roster(*rows))
    assert (done.file, done.sheet, done.added, done.updated, done.unchanged) == (
        "名册.xlsx",
        "名册",
        ("B1-001", "自编7", "B1-002"),
        (),
        0,
    )
    assert bureau.rows(
        "SELECT a.no, e.uscc, e.name, e.size, a.district, a.industry, a.track, a.target_level, a.current_level, "
        "a.prior_investment_fen, a.dishonest, a.recommended, a.notes FROM application a "
        "JOIN enterprise e ON e.id = a.enterprise_id WHERE a.no = 'B1-002'"
    ) == [
        ("B1-002", sheets.code(3), "示例企业3", "medium", "530102", "green_food", "transformation")
        + (3, None, 200_000_000, 0, None, "")
    ]
    assert bureau.rows(
        "SELECT kind, amount_fen FROM investment JOIN application ON id = application_id "
        "WHERE no = 'B1-002' ORDER BY kind"
    ) == [("cloud", 30_000_000), ("equipment", 0), ("other", 8_000_000), ("software", 120_500_000)]


def test_one_audit_entry_a_file_names_it_by_digest(bureau, sheets, take):
    path = sheets.roster(sheets.row(1), sheets.row(2))
    before = bureau.entries()
    take(path)
    assert bureau.entries() == before + 1
    act, actor, object_, _, after, refusal = bureau.last_entry()
    assert (act, actor, object_, refusal) == ("roster.import", "秘书甲", "B1", "")
    told = json.loads(str(after))
    assert {table: len(rows) for table, rows in told.pop("rows").items()} == dict.fromkeys(
        ("enterprise", "application", "investment"), 2
    )
    assert told == {
        "file": "名册.xlsx",
        "sheet": "名册",
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "added": 2,
        "updated": {},
        "unchanged": 0,
    }


NAMES = [
    "[bold]红[/bold]",
    "=1+1",
    "'; DROP TABLE application; --",
    "🏭👩🏽‍🔬",
    "长" * 200,
    '="&A1',
    "{name}",
    "%s",
    "\\n",
]


def test_hostile_names_are_kept_as_they_are(bureau, sheets, take):
    book = sheets.roster(*(sheets.row(at, 企业名称=name) for at, name in enumerate(NAMES)))
    take(book)
    assert [name for (name,) in bureau.rows("SELECT name FROM enterprise ORDER BY id")] == NAMES
    text = sheets.csv(sheets.lines(*(sheets.row(at, 企业名称=name) for at, name in enumerate(NAMES))), "gb18030")
    (again,) = take(text)
    assert (again.added, again.updated, again.unchanged) == ((), (), len(NAMES))


def test_the_same_file_again_changes_nothing(bureau, sheets, take):
    path = sheets.roster(sheets.row(1), {**sheets.row(2)})
    take(path)
    (again,) = take(path)
    assert (again.added, again.updated, again.unchanged) == ((), (), 2)


def test_an_update_says_old_and_new_and_leaves_absent_columns(bureau, sheets, take):
    first = {**sheets.row(1, 备案号="备1", 推荐意见="推荐"), "序号": 1, "网址": "a"}
    take(sheets.roster(first))
    second = {**sheets.row(1, 软件=99.5, 备案号="", 目标等级=None, 企业规模="小", 推荐意见=None), "序号": 2}
    (done,) = take(sheets.roster(second))
    assert [(change.no, str(change.field), change.old, change.new) for change in done.updated] == [
        ("B1-001", "企业规模", "中", "小"),
        ("B1-001", "软件", "120.5", "99.5"),
        ("B1-001", "备案号", "备1", ""),
        ("B1-001", "序号", "1", "2"),
    ]
    assert done.extra_columns == ("序号",)
    assert bureau.rows(
        "SELECT a.target_level, a.recommended, a.filing_no, a.notes, e.size FROM application a, enterprise e"
    ) == [(3, 1, "", '{"序号": "2", "网址": "a"}', "small")]
    assert bureau.rows("SELECT amount_fen FROM investment WHERE kind = 'software'") == [(99_500_000,)]
    _, _, _, before, after, _ = bureau.last_entry()
    assert json.loads(str(before))["updated"]["B1-001"]["software"] == 120_500_000
    assert json.loads(str(after))["updated"]["B1-001"]["software"] == 99_500_000


def test_a_number_finds_its_application_even_under_another_track(bureau, sheets, take):
    take(sheets.roster(sheets.row(1)))
    (done,) = take(sheets.roster(sheets.row(1, 申报编号="B1-001", 支持方向="小灯塔")))
    assert [(str(change.field), change.old, change.new) for change in done.updated] == [
        ("支持方向", "企业改造补助", "小灯塔企业奖励")
    ]
    bureau.meeting("M1", ["B1-001"])
    assert refused(take, sheets.roster(sheets.row(1, 申报编号="B1-001"))) == [(2, "支持方向", "企业改造补助")]


def test_an_enterprise_may_apply_in_two_tracks_and_is_renamed_once(bureau, sheets, take):
    take(sheets.roster(sheets.row(1)))
    (done,) = take(sheets.roster(sheets.row(1, 企业名称="示例新名", 支持方向="小灯塔")))
    assert done.added == ("B1-002",)
    assert [(change.no, change.old, change.new) for change in done.updated] == [("B1-002", "示例企业1", "示例新名")]
    assert bureau.rows("SELECT name FROM enterprise") == [("示例新名",)]


def test_numbers_never_collide(bureau, sheets, take, kunming):
    bureau.batch("B1-0", replace(kunming))
    take(sheets.roster(sheets.row(9, 申报编号="B1-001")), batch="B1-0")
    (done,) = take(
        sheets.roster(sheets.row(1, 申报编号=""), sheets.row(2, 申报编号="B1-002"), sheets.row(3, 申报编号=""))
    )
    assert done.added == ("B1-003", "B1-002", "B1-004")


def test_contradictions_with_the_record_and_in_the_file_are_all_named(bureau, sheets, take, kunming):
    bureau.batch("B2", replace(kunming))
    take(sheets.roster(sheets.row(9, 申报编号="B2-X")), batch="B2")
    take(sheets.roster(sheets.row(1), sheets.row(2)))
    rows = [
        sheets.row(3, 申报编号="B1-001"),  # a known number with another code
        sheets.row(2, 申报编号="新编号"),  # an enterprise that has a number for this track
        sheets.row(4, 申报编号="B2-X"),  # another batch's number
        sheets.row(5, 申报编号="甲"),
        sheets.row(6, 申报编号="甲"),  # a number twice
        sheets.row(5, 申报编号="乙"),  # enterprise and track twice
        sheets.row(
            5, 申报编号="丙", 支持方向="小灯塔", 企业名称="另一名", 企业规模="微"
        ),  # one code, two names and sizes
    ]
    before = bureau.rows(COUNTS)
    assert refused(take, sheets.roster(*rows)) == [
        (2, "统一社会信用代码", sheets.code(3)),
        (3, "申报编号", "新编号"),
        (4, "申报编号", "B2-X"),
        (6, "申报编号", "甲"),
        (7, "统一社会信用代码", sheets.code(5)),
        (8, "企业名称", "另一名"),
        (8, "企业规模", "微"),
    ]
    assert bureau.rows(COUNTS) == before


def test_the_policys_limit_per_enterprise_holds_over_files(bureau, sheets, take, kunming, monkeypatch):
    limited = replace(kunming, admission=replace(kunming.admission, per_enterprise=1))
    monkeypatch.setattr(bureau.office, "_policies", {1: limited})
    take(sheets.roster(sheets.row(1)))
    faults = refused(take, sheets.roster(sheets.row(2), sheets.row(1), sheets.row(1, 支持方向="小灯塔")))
    assert faults == [(4, "统一社会信用代码", sheets.code(1))]


def test_once_the_meeting_has_begun_only_contact_phone_and_remark_change(bureau, sheets, take):
    take(sheets.roster({**sheets.row(1, 联系人="张", 联系电话="1", 备注=""), "序号": 1}))
    bureau.meeting("M1", ["B1-001"], Phase.SIGNING_IN)
    (done,) = take(sheets.roster(sheets.row(1, 联系人="李", 联系电话="2", 备注="改")))
    assert [str(change.field) for change in done.updated] == ["联系人", "联系电话", "备注"]
    changed = {**sheets.row(1, 企业名称="改名", 软件=1, 目标等级="四级", 联系人="王"), "序号": 2}
    assert refused(take, sheets.roster(changed)) == [
        (2, "企业名称", "改名"),
        (2, "软件", "1"),
        (2, "目标等级", "四级"),
        (2, "序号", "2"),
    ]
    assert refused(take, sheets.roster(sheets.row(1, 企业名称="改名", 支持方向="小灯塔"))) == [(2, "企业名称", "改名")]
    bureau.move("M1", Phase.ARCHIVED)
    assert take(sheets.roster(sheets.row(1, 企业名称="改名", 支持方向="小灯塔")))[0].added == ("B1-002",)


def test_a_bad_file_leaves_nothing_and_undoes_no_other(bureau, sheets, take):
    good, bad = (
        sheets.roster(sheets.row(1), name="好.xlsx"),
        sheets.roster(sheets.row(2), sheets.row(3, 软件="x"), name="坏.xlsx"),
    )
    last = sheets.roster(sheets.row(4), name="末.xlsx")
    with pytest.raises(PartlyImported) as caught:
        take(good, bad, last)
    assert [(fault.file, fault.row) for fault in caught.value.faults] == [("坏.xlsx", 3)]
    assert [one.file for one in caught.value.imported] == ["好.xlsx", "末.xlsx"]
    assert str(caught.value) == "文件有 1 处问题，有问题的文件没有导入；已导入：好.xlsx、末.xlsx。"
    assert nos(bureau) == ["B1-001", "B1-002"]
    with pytest.raises(BadInput) as alone:
        take(bad)
    assert str(alone.value) == "文件有 1 处问题，什么也没有导入。"


def test_a_dry_run_sees_all_files_in_turn_and_changes_nothing(bureau, sheets, take):
    one, two = (
        sheets.roster(sheets.row(1), name="一.xlsx"),
        sheets.roster(sheets.row(1, 软件=1), sheets.row(2), name="二.xlsx"),
    )
    before, entries = bureau.rows(COUNTS), bureau.entries()
    first, second = take(one, two, dry_run=True)
    assert (first.added, second.added, len(second.updated)) == (("B1-001",), ("B1-002",), 1)
    assert refused(take, one, sheets.roster(sheets.row(3, 软件="x")), dry_run=True) == [(2, "软件", "x")]
    assert (bureau.rows(COUNTS), bureau.entries()) == (before, entries)


def test_only_the_secretary_imports_and_the_refusal_is_audited_before_the_file_is_told_of(bureau, sheets):
    bad = sheets.roster(sheets.row(1, 软件="x"))
    for dry_run in (False, True):
        with pytest.raises(NotPermitted):
            import_roster(bureau.office, bureau.supervisor, [bad], "B1", dry_run=dry_run)
        assert bureau.last_entry()[0::5] == ("roster.import", "not_permitted")
    assert bureau.rows(COUNTS) == [(0, 0, 0)]


def test_an_unknown_batch_or_path_is_wrong_use(bureau, sheets, take, tmp_path):
    with pytest.raises(WrongUse):
        take(sheets.roster(sheets.row(1)), batch="没有")
    with pytest.raises(WrongUse):
        take(sheets.roster(sheets.row(1)), tmp_path / "没有.xlsx")
    assert nos(bureau) == []


def test_files_that_are_no_roster_are_refused_by_the_service_too(bureau, sheets, take, stored_sheets, tmp_path):
    picture = tmp_path / "图.xlsx"
    picture.write_bytes(b"\x89PNG" + bytes(50))
    faults = refused(take, stored_sheets / "password.xlsx", picture)
    assert [found for _, _, found in faults] == ["有密码", ".xlsx"]
    assert bureau.last_entry()[0] == "office.init"
