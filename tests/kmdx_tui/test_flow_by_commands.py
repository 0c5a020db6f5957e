"""A whole meeting from an empty folder, by commands alone, with the JSON of the contract."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from stdnum.cn import uscc

EXPERTS = ("周专家", "吴专家", "郑专家", "王专家", "冯专家")
HEADINGS = (
    "申报编号,企业名称,统一社会信用代码,企业规模,县区,行业,支持方向,软件,云服务,数据采集传输设备,其他投入,当前等级,目标等级,已获专项资金,"
    "以往数字化投入,已获中央小巨人资金,2022年改造试点,近三年严重失信,其他违规情形,推荐意见,备案号,初核结果,联系人,联系电话,备注,改造内容摘要"
)
NAMES = ("[bold]示例食品[/bold]", "=1+1", "'; DROP TABLE application", "示例🏭制药", "示" * 200)


def code_of_enterprise(number: int) -> str:
    body = f"91530100MA6{number:06d}"
    return body + str(uscc.calc_check_digit(body))


def write_roster(path: Path, change: Callable[[int, dict[str, str]], None] | None = None) -> None:
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.DictWriter(file, HEADINGS.split(","))
        writer.writeheader()
        for number in range(10):
            row = dict.fromkeys(HEADINGS.split(","), "") | {
                "企业名称": NAMES[number] if number < len(NAMES) else f"示例企业{number}",
                "统一社会信用代码": code_of_enterprise(number),
                "企业规模": "中",
                "县区": "五华区" if number % 2 else "呈贡区",
                "行业": "绿色食品" if number < 6 else "化学药",
                "支持方向": "transformation",
                "软件": "60",
                "云服务": "12.4",
                "数据采集传输设备": "24",
                "其他投入": "4",
                "当前等级": "一级",
                "目标等级": "三级",
                "已获专项资金": "0",
                "以往数字化投入": "0",
                "已获中央小巨人资金": "否",
                "2022年改造试点": "否",
                "近三年严重失信": "是" if number == 9 else "否",
                "推荐意见": "推荐",
                "备案号": f"BA{number}",
                "初核结果": "通过",
            }
            if change is not None:
                change(number, row)
            writer.writerow(row)


QUOTAS = """
total = 5
budget = "3000000"
alternates = 2
[districts.呈贡]
floor = 1
ceiling = 2
[industries.green_food]
ceiling = 4
"""


def prepare(room: Any) -> dict[str, str]:
    """From the empty folder to a meeting that may sign in; the seats' codes by name. Everybody has a phrase."""
    room.pin = room.phrase
    done = room.do("", "init", "--policy", "kunming-2024", "--user", "张秘书")
    assert (done["policy"], done["user"]) == ("kunming-2024", "张秘书")
    for name, role in (("李财政", "finance"), ("王监督", "监督")):
        code = room.do("张秘书", "user", "add", name, "--role", role)["code"]
        room.do(name, "sign-in", pin=code, new_pin=room.pin)
    (room.folder / "sources.toml").write_text('[sources]\ncentral = "1/2"\nmunicipal = "50%"\n', encoding="utf-8")
    batch = room.do("张秘书", "batch", "new", "KM1", "--quota", "5", "--budget", "3000000", "--sources", "sources.toml")
    assert (batch["quota"], batch["budget"], batch["sources"]) == (
        5,
        "3000000.00",
        {"central": "1/2", "municipal": "1/2"},
    )
    write_roster(room.folder / "roster.csv")
    tried = room.do("张秘书", "import", "roster", "roster.csv", "--batch", "KM1", "--dry-run")
    assert len(tried["files"][0]["added"]) == 10
    assert room.do("张秘书", "application", "list")["applications"] == []
    taken = room.do("张秘书", "import", "roster", "roster.csv", "--batch", "KM1")
    assert taken["files"][0]["added"] == [f"KM1-{n:03d}" for n in range(1, 11)]
    made = room.do(
        *("张秘书", "meeting", "new", "M1", "--batch", "KM1", "--track", "transformation"),
        *("--kind", "selection", "--title", "第一批评审会"),
    )
    assert made["applications"] == 10
    codes: dict[str, str] = {}
    for name in EXPERTS:
        seat = room.do("张秘书", "seat", "add", "M1", name, "--role", "expert")
        assert set(seat) == {"seat", "code"}
        codes[name] = seat["code"]
    for name, role in (("张秘书", "secretary"), ("李财政", "finance"), ("王监督", "supervisor")):
        assert room.do("张秘书", "seat", "add", "M1", name, "--role", role)["code"] is None
    room.do("张秘书", "seat", "chair", "M1", EXPERTS[0])
    room.do("张秘书", "seat", "chair", "M1", EXPERTS[1], "--deputy")
    return codes


def sign_everybody_in(room: Any, codes: Mapping[str, str]) -> None:
    for name, code in codes.items():
        answer = ["--recuse", "KM1-002:shares", "--recuse", "KM1-003"] if name == EXPERTS[0] else ["--no-conflict"]
        done = room.do(name, "sign-in", "M1", *answer, pin=code, new_pin=room.pin)
        assert sorted(done["recused"]) == (["KM1-002", "KM1-003"] if name == EXPERTS[0] else [])
    for name in ("张秘书", "李财政", "王监督"):
        room.do(name, "sign-in", "M1", "--no-conflict")


def marks_of(no: str) -> dict[str, str]:
    """The same from every expert; the first two applications get the same and tie, later ones less."""
    plan = f"{28 - max(int(no[-3:]), 2)}.5"
    return {"方案": plan, "投入": "16", "成效": "18", "示范": "12", "保障": "13"}


def score_everything(room: Any) -> dict[tuple[str, str], str]:
    """Two experts mark at their desks, and two of the office key the paper sheets of the others.

    Returns the receipts that the experts were shown, by number and expert.
    """
    receipts = {}
    for name in EXPERTS[:2]:
        sheets = room.do(name, "marks", "show", "M1")["sheets"]
        assert [sheet["no"] for sheet in sheets] == [f"KM1-{n:03d}" for n in range(1, 10)]
        mine = [sheet["no"] for sheet in sheets if not sheet["recused"]]
        for no in mine:
            typed = [f"{criterion}={value}" for criterion, value in marks_of(no).items()]
            saved = room.do(
                name, "marks", "enter", "M1", no, *typed[1:], typed[0].replace("=", "＝"), "--comment", "好"
            )
            assert (saved["state"], saved["marks"]["investment"]) == ("draft", "16")
        done = room.do(name, "marks", "submit", "M1")
        assert done["sheets"] == {"due": len(mine), "in": len(mine)}
        assert [sheet["state"] for sheet in done["submitted"]] == ["submitted"] * len(mine)
        shown = room.do(name, "marks", "show", "M1")["sheets"]
        handed_in = {sheet["no"]: sheet["receipt"] for sheet in done["submitted"]}
        assert {sheet["no"]: sheet["receipt"] for sheet in shown if not sheet["recused"]} == handed_in
        receipts |= {(no, name): receipt for no, receipt in handed_in.items()}
    assert all(len(receipt) == 64 for receipt in receipts.values())
    with (room.folder / "paper.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["expert", "no", *marks_of("KM1-001"), "abstain", "comment"])
        for name in EXPERTS[2:]:
            for number in range(1, 10):
                no = f"KM1-{number:03d}"
                writer.writerow([name, no, *marks_of(no).values(), "", ""])
    first = room.do("张秘书", "marks", "import", "M1", "paper.csv")
    assert (first["sheets"], first["waiting"]) == (0, 27)
    second = room.do("李财政", "marks", "import", "M1", "paper.csv")
    assert (second["sheets"], second["waiting"], second["differing"]) == (27, 0, [])
    return receipts


def reveal(room: Any, chair: str) -> None:
    """Two of the three holders of the key; the chair alone can't."""
    assert room.refused(1, chair, "meeting", "advance", "M1")["code"] == "unseal_wanted"
    first = room.do("李财政", "unseal", "M1")
    assert first == {"meeting": "M1", "released": ["finance"], "opened": None, "phase": "scoring"}
    shown = room.do("张秘书", "meeting", "show", "M1")
    assert (shown["sealing"], shown["released"], shown["phase"]) == (True, ["finance"], "scoring")
    second = room.do("王监督", "unseal", "M1")
    assert second == {"meeting": "M1", "released": ["supervisor", "finance"], "opened": 43, "phase": "deliberating"}


def test_flow_from_empty_folder_to_signed_list_and_documents(room: Any) -> None:
    codes = prepare(room)
    assert room.do("张秘书", "meeting", "advance", "M1") == {"id": "M1", "phase": "signing_in"}
    sign_everybody_in(room, codes)
    chair, deputy = EXPERTS[:2]
    room.do(chair, "meeting", "advance", "M1")
    shown = room.do("张秘书", "meeting", "show", "M1")
    assert (shown["phase"], shown["next"], shown["sheets"]) == ("scoring", "deliberating", {"due": 43, "in": 0})
    assert shown["rubric"]["full"] == "100"
    assert {one["code"] for one in shown["blockers"]} == {"sheets_out"}
    receipts = score_everything(room)
    reveal(room, chair)

    ranking = room.do("张秘书", "rank", "M1")
    lines = ranking["applications"]
    assert [line["rank"] for line in lines][:3] == [1, 1, 3]
    assert [line["tied"] for line in lines][:3] == [True, True, False]
    assert {line["no"] for line in lines[:2]} == {"KM1-001", "KM1-002"}
    assert lines[0]["score"].split(".")[1].isdigit()
    assert len(lines[0]["score"].split(".")[1]) == 2
    assert {line["district"] for line in lines} == {"五华区", "呈贡区"}

    deliberate(room, chair, deputy)
    room.do(chair, "meeting", "advance", "M1")
    assert room.do("张秘书", "meeting", "show", "M1")["phase"] == "allocating"
    allocation = allocate(room, chair)
    room.do(chair, "meeting", "advance", "M1")
    publish(room, chair, [line["no"] for line in allocation["applications"] if line["outcome"] == "proposed"])
    sign_list(room, chair, deputy)
    take_papers_out(room, chair)
    verified = room.do("", "verify")
    assert (verified["ok"], verified["findings"]) == (True, [])
    matched = {(one["no"], one["expert"]): one["receipt"] for one in verified["receipts"]}
    assert len(matched) == 43
    assert receipts.items() <= matched.items()
    assert room.do("", "verify", "--head", verified["head"])["ok"]
    assert room.say("", "verify", "--head", "f" * 64)[0] == 6


def deliberate(room: Any, chair: str, deputy: str) -> None:
    room.do(chair, "item", "call", "M1", "KM1-001")
    called = room.do(deputy, "item", "call", "M1", "KM1-002")
    assert called["must_leave"] == [chair]
    room.do(chair, "opinion", "M1", "KM1-001", "同意，方案扎实")
    assert len(room.do(chair, "opinion", "M1", "--rest", "同意")["applications"]) == 6
    assert room.do(deputy, "opinion", "M1", "--rest", "同意")["applications"] == ["KM1-002", "KM1-003"]
    room.do(EXPERTS[2], "dissent", "M1", "KM1-004", "投入偏低")
    room.do(EXPERTS[2], "dissent", "M1", "总体同意")
    named = room.do(
        *(
            chair,
            "marks",
            "correct",
            "M1",
            EXPERTS[2],
            "KM1-009",
            "plan=20",
            "--ground",
            "abnormal",
            "--reason",
            "畸低",
        ),
    )
    assert (named["ground"], named["new"]) == ("abnormal", None)
    entered = room.do(EXPERTS[2], "marks", "correct", "M1", EXPERTS[2], "KM1-009", "plan=20")
    assert entered["new"] == "20"
    item = room.do("张秘书", "marks", "show", "M1", "KM1-009")
    assert [(one["old"], one["new"]) for one in item["corrections"]] == [("19.5", "20")]
    assert room.do(chair, "marks", "show", "M1", "KM1-002")["sheets"] is None
    assert room.do(EXPERTS[3], "marks", "show", "M1", "KM1-004")["dissents"] == [
        {"expert": EXPERTS[2], "text": "投入偏低"}
    ]


def allocate(room: Any, chair: str) -> Any:
    (room.folder / "quotas.toml").write_text(QUOTAS, encoding="utf-8")
    (room.folder / "other.toml").write_text(QUOTAS.replace("ceiling = 2", "ceiling = 5"), encoding="utf-8")
    shown = room.do(chair, "quota", "set", "M1", "quotas.toml", "--reason", "首次设定")
    cell = next(one for one in shown["districts"] if one["name"] == "呈贡区")
    assert (cell["floor"], cell["ceiling"], cell["code"]) == (1, 2, "530114")
    what_if = room.do("王监督", "allocate", "M1", "--what-if", "other.toml")
    assert what_if["recorded_at"] is None
    assert room.refused(1, "张秘书", "allocate", "M1", "--show")["code"] == "no_proposal"
    proposal = room.do(chair, "allocate", "M1")
    assert proposal["quota"] == 5
    by_no = {line["no"]: line for line in proposal["applications"]}
    assert by_no["KM1-005"]["reason"]["code"] == "ceiling_district"
    assert by_no["KM1-010"]["reason"]["code"] == "not_eligible"
    assert by_no["KM1-001"]["amount"] == "400000.00"
    assert set(by_no["KM1-001"]["derivation"][0]) == {"step", "article", "formula", "value"}
    assert sum(line["outcome"] == "proposed" for line in proposal["applications"]) == 5
    adjusted = room.do(chair, "adjust", "M1", "KM1-008", "--to", "declined", "--reason", "材料待补")
    assert {line["no"]: line["reason"]["code"] for line in adjusted["applications"]}["KM1-008"] == "adjusted"
    seen = room.do("李财政", "allocate", "M1", "--show")
    assert [line["outcome"] for line in seen["applications"]] == [line["outcome"] for line in adjusted["applications"]]
    recused = {line["no"]: line["derivation"] for line in adjusted["applications"]}
    assert recused["KM1-002"] is None
    return adjusted


def publish(room: Any, chair: str, proposed: list[str]) -> None:
    notice = room.do("张秘书", "publicity", "open", "M1", "--from", "2026-03-02", "--at", "https://gxj.example/1")
    assert (notice["opens"], notice["closes"], notice["working_days"]) == ("2026-03-02", "2026-03-09", 5)
    shown = room.do("王监督", "publicity", "show", "M1")
    assert shown["counted"] == ["2026-03-03", "2026-03-04", "2026-03-05", "2026-03-06", "2026-03-09"]
    assert [one["date"] for one in shown["skipped"]] == ["2026-03-02", "2026-03-07", "2026-03-08"]
    assert [one["no"] for one in shown["applications"]] == sorted(proposed, key=lambda no: (int(no[-3:]) % 2, no))
    (room.folder / "proof.txt").write_text("x", encoding="utf-8")
    added = room.do(
        *("张秘书", "objection", "add", "M1", proposed[0], "--grounds", "材料不实", "--from", "某人"),
        *("--contact", "139", "--evidence", "proof.txt", "sources.toml"),
    )
    assert (added["number"], added["in_period"], len(added["evidence"])) == (1, True, 2)
    assert room.do("王监督", "objection", "list", "M1")["objections"][0]["from"] is None
    assert room.do("张秘书", "objection", "list")["objections"][0]["from"] == "某人"
    assert room.do("张秘书", "objection", "accept", "1")["state"] == "accepted"
    room.now += timedelta(days=8)
    room.do("张秘书", "meeting", "advance", "M1")
    decided = room.do(chair, "objection", "decide", "M1", "1", "--outcome", "rejected", "--finding", "查无实据")
    assert (decided["state"], decided["outcome"]) == ("decided", "rejected")


def sign_list(room: Any, chair: str, deputy: str) -> None:
    awards = room.do("李财政", "awards", "show", "M1")
    assert awards["version"] == 1
    assert awards["signed"] == []
    assert [sum(map(yuan, award["sources"].values())) for award in awards["awards"]] == [
        yuan(award["amount"]) for award in awards["awards"]
    ]
    assert sum(yuan(award["amount"]) for award in awards["awards"]) == yuan(awards["total"])
    assert set(awards["awards"][0]["sources"]) == {"central", "municipal"}
    assert room.refused(1, "李财政", "awards", "sign", "M1")["code"] == "panel_first"
    for one in awards["unsigned"][:-1]:
        room.do({"chair": chair, "deputy": deputy}[one["role"]], "awards", "sign", "M1")
    signed = room.do("李财政", "awards", "sign", "M1")["signed"]
    assert signed[-1]["role"] == "finance"
    assert room.do("王监督", "awards", "list")["lists"][0]["digest"] == awards["digest"]


def take_papers_out(room: Any, chair: str) -> None:
    """The documents; what was typed stands in them as it was typed. Then the meeting may be closed."""
    assert room.refused(1, "张秘书", "meeting", "advance", "M1")["code"] == "blocked"
    assert room.refused(4, EXPERTS[3], "export", "scores", "M1")["code"] == "not_permitted"
    made = [
        Path(path)
        for what in (["minutes", "--format", "md"], ["minutes"], ["scores"], ["awards", "--format", "csv"])
        for path in room.do("张秘书", "export", what[0], "M1", "-o", "papers", *what[1:])["files"]
    ]
    assert [path.suffix for path in made] == [".md", ".docx", ".xlsx", ".csv"]
    assert all(path.parent == Path("papers") and path.stat().st_size for path in made)
    assert "=1+1" in made[3].read_text(encoding="utf-8-sig")
    assert room.do("张秘书", "meeting", "advance", "M1")["phase"] == "archived"
    shown = room.do(chair, "meeting", "show", "M1")
    assert (shown["next"], shown["blockers"]) == (None, [])


def yuan(amount: str) -> int:
    return int(amount.replace(".", ""))
