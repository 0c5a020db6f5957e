"""Who is let in, by the headers of a request."""

import pytest

from kmdx_tui.serve.gate import Gate, origin_of
from models.errors import WrongUse


@pytest.mark.parametrize(
    ("host", "origin", "page", "socket"),
    [
        ("127.0.0.1:8000", None, True, False),
        ("localhost:8000", "http://localhost:8000", True, True),
        ("[::1]:8000", "http://127.0.0.1:8000", True, True),
        ("LOCALHOST:8000", "HTTP://LOCALHOST:8000", True, True),
        ("pingshen.example.cn", "https://pingshen.example.cn", True, True),
        ("127.0.0.1:8000", "https://evil.example", False, False),
        ("127.0.0.1:8000", "null", False, False),
        ("127.0.0.1:8000", "http://pingshen.example.cn", False, False),
        ("127.0.0.1:8001", None, False, False),
        ("evil.example:8000", None, False, False),
        ("evil.example", "https://pingshen.example.cn", False, False),
        ("", None, False, False),
        (None, None, False, False),
    ],
)
def test_only_our_own_names_and_pages_are_let_in(
    host: str | None, origin: str | None, page: bool, socket: bool
) -> None:
    gate = Gate.at("127.0.0.1", 8000, ["https://pingshen.example.cn/"])
    assert gate.admits(host, origin, needs_origin=False) is page
    assert gate.admits(host, origin, needs_origin=True) is socket


def test_a_server_on_every_address_must_know_its_own_name() -> None:
    for host in ("0.0.0.0", "::"):
        with pytest.raises(WrongUse) as refused:
            Gate.at(host, 8000)
        assert refused.value.code == "origin_wanted"
        assert Gate.at(host, 8000, ["http://192.168.1.5:8000"]).origins == {"http://192.168.1.5:8000"}


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("https://a.cn", "https://a.cn"),
        ("https://A.cn:443/", "https://a.cn"),
        ("http://a.cn:80", "http://a.cn"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_an_origin_is_scheme_name_and_port(address: str, origin: str) -> None:
    assert origin_of(address) == origin


@pytest.mark.parametrize(
    "address", ["a.cn", "ftp://a.cn", "https://", "https://a.cn/x", "https://u@a.cn", "http://a:x"]
)
def test_what_is_no_origin_is_refused(address: str) -> None:
    with pytest.raises(WrongUse):
        origin_of(address)
