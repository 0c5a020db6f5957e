"""Commands on a server: what doctor looks at, what backup leaves to the server's own tools, servers that are away."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from typing import Any

import pytest

from models.enums import Phase

on_server = pytest.mark.skipif(
    not os.environ.get("KMDX_TEST_DATABASE"), reason="a matter of servers, and KMDX_TEST_DATABASE names none"
)


def test_a_server_that_is_away_ends_with_5_and_shows_no_password(room: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    room.open(f"postgresql+psycopg://somebody:swordfish@127.0.0.1:{port}/kmdx")
    for words in (("verify",), ("rank", "M1"), ("init", "--policy", "kunming-2024", "--user", "张秘书")):
        error = room.refused(5, "张秘书", *words, pin=room.phrase)
        assert error["code"] == "database_unreachable"
        assert "swordfish" not in error["text"]
    code, out, err = room.say("", "doctor")
    assert code == 5
    assert "***" in out
    assert "swordfish" not in out + err


@on_server
def test_doctor_looks_at_the_server(room: Any, meeting_at: Callable[..., Any]) -> None:
    room.open(meeting_at(Phase.DELIBERATING).place)
    checks = {one["code"]: one for one in room.do("", "doctor")["checks"]}
    assert {"server", "connections", "line", "record"} <= set(checks)
    assert checks["server"]["value"].startswith("PostgreSQL 1")
    assert all(one["ok"] for one in checks.values())


@on_server
def test_backup_is_left_to_the_servers_own_tools(room: Any, meeting_at: Callable[..., Any]) -> None:
    room.open(meeting_at(Phase.DELIBERATING).place)
    error = room.refused(2, "", "backup", "-o", "copy.db")
    assert error["code"] == "not_sqlite"
    assert "pg_dump" in error["text"]
