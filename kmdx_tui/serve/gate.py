"""Which requests are let in: pages of ours only, asked for under a name of ours.

The host is checked so that a foreign name that resolves to this machine (DNS rebinding) reaches nothing, the origin so
that no foreign page opens a socket here with the visitor's cookie.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from models.errors import WrongUse
from models.text import T

_PORTS = {"http": 80, "https": 443}


def origin_of(address: str) -> str:
    """The origin of an address: scheme, name and port, the usual port left out. Raises `WrongUse` for anything else."""
    wrong = WrongUse("origin", T("“{address}”不是网址，应如 https://pingshen.example.cn。", address=address))
    try:
        parts = urlsplit(address.strip())
        port = parts.port
    except ValueError:
        raise wrong from None
    if parts.scheme not in _PORTS or not parts.hostname or parts.path not in ("", "/") or parts.query or parts.username:
        raise wrong
    name = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{name}" + ("" if port in (None, _PORTS[parts.scheme]) else f":{port}")


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches a host."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def is_wildcard(host: str) -> bool:
    """Whether a host stands for every address of this machine."""
    try:
        return ip_address(host).is_unspecified
    except ValueError:
        return host == ""


@dataclass(frozen=True)
class Gate:
    """The origins under which this server is known."""

    origins: frozenset[str]

    @classmethod
    def at(cls, host: str, port: int, more: Iterable[str] = ()) -> Gate:
        """The gate of a server bound to a host and port, also known under `more` addresses.

        Raises `WrongUse` for an address that is none, and for a server on every address that knows no name of its own.
        """
        named = {origin_of(address) for address in more}
        if is_wildcard(host):
            if not named:
                raise WrongUse(
                    "origin_wanted",
                    T("对所有网卡开放时，请用 --origin 写明别人打开的网址，如 --origin http://192.168.1.5:8000。"),
                )
            return cls(frozenset(named))
        hosts = ("127.0.0.1", "localhost", "::1") if is_loopback(host) else (host,)
        shown = (f"[{one}]" if ":" in one else one for one in hosts)
        return cls(frozenset(named | {origin_of(f"http://{one}:{port}") for one in shown}))

    def admits(self, host: str | None, origin: str | None, *, needs_origin: bool) -> bool:
        """Whether a request with these headers is let in. Pages are asked for without an origin, sockets never are."""
        if not host or host.lower() not in {one.partition("://")[2] for one in self.origins}:
            return False
        if origin is None:
            return not needs_origin
        return origin.lower() in self.origins
