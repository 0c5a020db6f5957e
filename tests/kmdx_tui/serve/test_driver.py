"""A desk's input: taken as it comes, an Esc that nothing follows told by a tick, and no waking in between."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from kmdx_tui.serve import driver

pytestmark = pytest.mark.skipif(not driver.CAN_SELECT, reason="read another way here")


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The end of a pipe to the standard input."""
    here, there = os.pipe()
    monkeypatch.setattr("sys.__stdin__", SimpleNamespace(fileno=lambda: here))
    yield there
    os.close(here)


def test_input_is_handed_on_with_one_tick_after_it_and_nothing_while_nothing_comes(server: int) -> None:
    reader, read = driver.PatientReader(), list[bytes]()

    def reading() -> None:
        for data in reader:
            read.append(data)

    thread = threading.Thread(target=reading, daemon=True)
    thread.start()
    time.sleep(0.5)
    assert read == []
    os.write(server, b"a")
    time.sleep(1.0)
    assert read == [b"a", b""]
    os.write(server, b"b")
    time.sleep(1.0)
    os.close(server)
    thread.join(5)
    assert read == [b"a", b"", b"b", b""]


def test_a_reader_that_is_closed_ends_at_once(server: int) -> None:
    reader = driver.PatientReader()
    thread = threading.Thread(target=lambda: list(reader), daemon=True)
    thread.start()
    time.sleep(0.1)
    begun = time.monotonic()
    reader.close()
    thread.join(5)
    assert not thread.is_alive()
    assert time.monotonic() - begun < 1
    os.close(server)
