"""`rules.conflicts`: what looks alike is suggested, what doesn't is not, however it is written."""

import pytest

from models.enums import Clue, RecusalGround
from models.rules.conflicts import plain_address, plain_name, plain_phones, same_phone, suggest
from models.views.conflicts import About, Agreement, Applicant

FIRM = Applicant(
    "1", "昆明示例食品有限公司", "91530102MADEM00011", ("0871-6333 3333、138 0013 8000",), ("昆明市五华区人民中路12号",)
)
OTHER = Applicant("2", "云南别家矿业股份有限公司", "91530102MADEM00024", ("",), ())


def clues(about, *applicants):
    found = suggest({"甲": about}, applicants or (FIRM, OTHER))
    return [(one.no, one.ground, [agreed.clue for agreed in one.agreements]) for one in found]


@pytest.mark.parametrize(
    "employer",
    [
        "昆明示例食品有限公司",
        " 昆明示例食品有限公司 ",
        "昆明示例食品有限责任公司",
        "昆明示例食品股份有限公司",
        "昆明　示例食品（有限公司）",
        "「昆明示例食品」有限公司",
    ],
)
def test_an_employer_is_known_however_its_name_is_written(employer):
    assert clues(About(employer=employer)) == [("1", RecusalGround.EMPLOYMENT, [Clue.EMPLOYER])]


@pytest.mark.parametrize(
    "employer", ["", " ", "（）", "昆明示例", "昆明示例食品", "示例食品有限公司", "有限公司", "公司"]
)
def test_another_name_is_no_employer(employer):
    assert clues(About(employer=employer)) == []


def test_names_fold_width_case_and_legal_form_only():
    assert plain_name("ＡＢＣ（昆明）科技有限责任公司") == plain_name("abc昆明科技有限公司") == "abc昆明科技公司"
    assert plain_name("有限元公司") == "有限元公司"


@pytest.mark.parametrize("code", ["91530102MADEM00011", "９１５３０１０２madem00011", "91530102 MADEM 00011"])
def test_the_same_code_is_known_and_a_blank_one_is_nobodys(code):
    assert clues(About(employer_uscc=code)) == [("1", RecusalGround.EMPLOYMENT, [Clue.USCC])]
    assert clues(About(), Applicant("3", "", "")) == []


@pytest.mark.parametrize(
    ("phone", "known"),
    [
        ("13800138000", True),
        ("+86 138-0013-8000", True),
        ("0086 13800138000", True),
        ("１３８００１３８０００", True),
        ("63333333", True),
        ("(0871)63333333", True),
        ("13900139000；63333333", True),
        ("13800138001", False),
        ("3333333", False),
        ("38000", False),
        ("38001 38000", False),
        ("", False),
    ],
)
def test_a_phone_is_known_with_or_without_its_codes(phone, known):
    assert bool(clues(About(phone=phone))) == known


def test_phones_are_read_one_by_one():
    assert plain_phones("0871-63333333 / +86 13800138000, 123") == ("087163333333", "13800138000")
    assert same_phone("087163333333", "63333333")
    assert not same_phone("13863333333", "63333333")
    assert not same_phone("63333333", "73333333")


@pytest.mark.parametrize(
    ("address", "known"),
    [
        ("昆明市五华区人民中路12号", True),
        ("云南省昆明市五华区人民中路１２号", True),
        ("五华区人民中路 12 号", True),
        ("人民中路12号", True),
        ("12号", False),
        ("五华区人民中路112号", False),
        ("呈贡区人民中路12号", False),
        ("", False),
    ],
)
def test_an_address_is_known_with_or_without_its_city(address, known):
    assert bool(clues(About(address=address))) == known


def test_a_short_address_is_compared_with_nothing():
    assert plain_address("12号") == ""
    assert clues(About(address="12号"), Applicant("1", "甲公司", "", (), ("12号",))) == []


def test_earlier_advice_is_employment_by_name_or_code():
    about = About(advised=("别的公司", "云南别家矿业有限公司", "91530102madem00011"))
    assert clues(about) == [
        ("1", RecusalGround.EMPLOYMENT, [Clue.ADVISED]),
        ("2", RecusalGround.EMPLOYMENT, [Clue.ADVISED]),
    ]


def test_all_that_agrees_is_told_and_the_weightiest_gives_the_ground():
    about = About("昆明示例食品有限公司", "", "13800138000", "人民中路12号")
    (one,) = suggest({"甲": about}, [FIRM, OTHER])
    assert one.ground is RecusalGround.EMPLOYMENT
    assert one.agreements == (
        Agreement(Clue.EMPLOYER, "昆明示例食品有限公司", "昆明示例食品有限公司"),
        Agreement(Clue.PHONE, "13800138000", "0871-6333 3333、138 0013 8000"),
        Agreement(Clue.ADDRESS, "人民中路12号", "昆明市五华区人民中路12号"),
    )
    assert suggest({"甲": About(phone="13800138000")}, [FIRM])[0].ground is RecusalGround.OTHER


def test_people_come_in_their_order_and_applications_by_number():
    about = About(phone="13800138000")
    firms = [Applicant(str(n), f"企业{n}", "", ("13800138000",)) for n in (3, 1, 2)]
    found = suggest({"乙": about, "甲": about}, firms)
    assert [(one.name, one.no) for one in found] == [(name, no) for name in "乙甲" for no in "123"]


def test_the_index_finds_what_comparing_everybody_with_everybody_finds():
    """Oracle: each pair by itself."""
    firms = [
        Applicant(
            str(n), f"企业{n % 7}有限公司", f"码{n % 5}", (f"0871-6333{n % 3:04d}",), (f"五华区人民中路{n % 4}号院",)
        )
        for n in range(40)
    ]
    people = {
        f"人{n}": About(f"企业{n}有限责任公司", f"码{n}", f"6333{n:04d}", f"人民中路{n}号院", (f"企业{n + 1}有限公司",))
        for n in range(8)
    }
    apart = [
        (one.name, one.no, set(one.agreements))
        for name, about in people.items()
        for firm in sorted(firms, key=lambda firm: firm.no)
        for one in suggest({name: about}, [firm])
    ]
    assert [(one.name, one.no, set(one.agreements)) for one in suggest(people, firms)] == apart
