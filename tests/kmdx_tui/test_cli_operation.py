"""Operation: verified copies, a look at the machine, upgrades, templates, the demo without a terminal."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from alembic import command as alembic
from alembic.config import Config

from models import migrations
from models.database import APPLICATION_ID, REVISION, Database
from models.enums import Phase

SECRETARY = "张秘书"


@pytest.fixture
def there(room: Any, meeting_at: Callable[..., Any]) -> Any:
    meeting = meeting_at(Phase.DELIBERATING)
    room.meeting = meeting
    room.open(meeting.place)
    room.now = meeting.clock.now
    return room


@pytest.mark.usefixtures("on_file")
def test_backup_is_whole_verified_and_never_over_a_file(there: Any) -> None:
    made = there.do("", "backup", "-o", "copy.db")
    verified = there.do("", "verify")
    assert (made["head"], made["entries"]) == (verified["head"], verified["entries"])
    assert sorted(path.name for path in there.folder.glob("copy*")) == ["copy.db"]
    assert there.refused(2, "", "backup", "-o", "copy.db")["code"] == "file_exists"
    assert there.refused(2, "", "backup", "-o", "no/such/copy.db")["code"] == "no_folder"
    ranking = there.do(SECRETARY, "rank", "M1")
    there.open(there.folder / "copy.db")
    assert there.do(SECRETARY, "rank", "M1") == ranking


@pytest.mark.usefixtures("on_file")
def test_tampering_is_found_by_verify_backup_and_doctor(there: Any) -> None:
    there.meeting.tamper("UPDATE mark SET value_milli = value_milli - 500 WHERE sheet_id = 1 AND criterion_id = 3")
    code, out, err = there.say("", "verify", "--json")
    found = json.loads(out)
    assert (code, found["ok"]) == (6, False)
    assert {one["code"] for one in found["findings"]} == {"sheet_changed", "row_changed"}
    assert "2 处不符" in err
    assert there.refused(6, "", "backup", "-o", "copy.db")["code"] == "bad_record"
    assert list(there.folder.glob("copy*")) == []
    code, out, _err = there.say("", "doctor", "--json")
    assert (code, json.loads(out)["ok"]) == (6, False)


@pytest.mark.usefixtures("on_file")
def test_doctor_tells_how_the_database_is_kept(there: Any) -> None:
    checks = {one["code"]: one for one in there.do("", "doctor")["checks"]}
    assert checks["pragmas"]["value"] == "journal_mode=wal synchronous=2 foreign_keys=1"
    assert all(one["ok"] for one in checks.values())
    _code, out, _err = there.say("", "doctor")
    ruler = out.splitlines()[-4:]
    assert {len(line) for line in ruler} == {11}


def test_upgrade_leaves_what_is_new_and_refuses_what_is_newer(there: Any) -> None:
    assert there.do("", "db", "upgrade")["revision"] == REVISION
    there.meeting.tamper("UPDATE alembic_version SET version_num = '9999'")
    assert there.refused(5, "", "db", "upgrade")["code"] == "database_revision"
    assert there.refused(5, SECRETARY, "rank", "M1")["code"] == "database_revision"


@pytest.mark.usefixtures("on_file")
def test_upgrade_brings_an_older_database_up_to_date(room: Any) -> None:
    with Database("kmdx.db").writing() as connection:
        config = Config()
        config.set_main_option("script_location", Path(migrations.__file__).parent.as_posix())
        config.attributes["connection"] = connection
        alembic.upgrade(config, "0001")
        connection.exec_driver_sql(f"PRAGMA application_id={APPLICATION_ID}")
    assert room.refused(5, "", "verify")["code"] == "database_revision"
    assert room.do("", "db", "upgrade")["revision"] == REVISION
    Database("kmdx.db").check_ours()


@pytest.mark.parametrize("kind", ["roster", "marks", "quotas"])
def test_template_is_written_once(room: Any, kind: str) -> None:
    assert room.do("", "template", kind, "-o", f"我的{kind}.xlsx")["file"] == f"我的{kind}.xlsx"
    assert (room.folder / f"我的{kind}.xlsx").read_bytes().startswith(b"PK")
    assert room.refused(2, "", "template", kind, "-o", f"我的{kind}.xlsx")["code"] == "file_exists"


def test_policies_built_in_in_a_file_and_in_the_database(there: Any) -> None:
    listed = there.do("", "policy", "list")["policies"]
    assert [one["source"] for one in listed if one["id"] == "kunming-2024"] == ["builtin", "database"]
    shown = there.do("", "policy", "show", "kunming-2024")
    assert {"industries", "districts", "tracks", "scoring", "rubric"} <= set(shown)
    assert len(shown["industries"]) == 5
    assert there.refused(2, "", "policy", "show", "nowhere")["code"] == "policy_unknown"


def test_demo_without_a_terminal_plays_a_meeting_and_writes_its_documents(room: Any) -> None:
    code, out, err = room.say("", "demo", "--json")
    assert code == 0, err
    made = json.loads(out)
    suffixes = [Path(path).suffix for path in made["files"]]
    assert suffixes == [".docx", ".docx", ".xlsx", ".xlsx", ".xlsx"]
    assert all((room.folder / path).stat().st_size for path in made["files"])
    assert "归档" in err
    room.open(room.folder / made["database"])
    assert room.do("", "verify")["ok"]
    assert room.do("张敏", "meeting", "show", made["meeting"], pin="dianchi cuihu shilin chama")["phase"] == "archived"
    (room.folder / "kmdx-demo" / "demo.db").write_text("mine", encoding="utf-8")
    assert room.refused(5, "", "demo")["code"] == "database_not_ours"
