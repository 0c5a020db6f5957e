"""The reverse proxy of docs/serve.md, as it stands there: TLS in front, this server behind it."""

from __future__ import annotations

import asyncio
import re
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from models.queries.base import Office

GUIDE = Path(__file__).parents[3] / "docs" / "serve.md"
NAME = "pingshen.example.cn"
PATIENCE_SECONDS = 30.0
NGINX = shutil.which("nginx", path="/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin")
pytestmark = pytest.mark.skipif(NGINX is None or shutil.which("openssl") is None, reason="no nginx or openssl here")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def proxy(tmp_path: Path) -> Iterator[Callable[[int], int]]:
    """Start nginx with the guide's server block before a port; its own port is returned."""
    running: list[subprocess.Popen[bytes]] = []

    def start(behind: int) -> int:
        port = free_port()
        made = ["-keyout", "key.pem", "-out", "cert.pem", "-days", "2", "-subj", f"/CN={NAME}"]
        subprocess.run(
            [
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                *made,
                "-addext",
                f"subjectAltName=DNS:{NAME}",
            ],
            cwd=tmp_path,
            check=True,
            capture_output=True,
        )
        block = re.search(r"```nginx\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
        assert block is not None
        server = block[1]
        for told, here in (
            ("listen 443 ssl;", f"listen 127.0.0.1:{port} ssl;"),
            ("/etc/ssl/pingshen.pem", str(tmp_path / "cert.pem")),
            ("/etc/ssl/pingshen.key", str(tmp_path / "key.pem")),
            ("127.0.0.1:8000", f"127.0.0.1:{behind}"),
        ):
            assert told in server
            server = server.replace(told, here)
        places = "".join(
            f"{what}_temp_path {tmp_path}/{what};" for what in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        (tmp_path / "nginx.conf").write_text(
            f"daemon off; pid {tmp_path}/pid; error_log {tmp_path}/error.log;"
            f"events {{}} http {{ access_log off; {places} {server} }}"
        )
        assert NGINX is not None
        running.append(subprocess.Popen([NGINX, "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf")]))
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return port
            time.sleep(0.05)
        raise AssertionError((tmp_path / "error.log").read_text())

    yield start
    for one in running:
        one.terminate()
        one.wait(PATIENCE_SECONDS)


def test_a_desk_opens_through_the_proxy_and_its_cookie_is_secure(
    office: Office, serve: Callable[..., Any], proxy: Callable[[int], int], tmp_path: Path
) -> None:
    served = serve(str(office.database.path), "--origin", f"https://{NAME}")
    assert served.url == f"https://{NAME}"
    port = proxy(served.port)
    trusted = ssl.create_default_context(cafile=str(tmp_path / "cert.pem"))
    said = {"Host": NAME}

    async def run() -> None:
        asked: dict[str, Any] = {"ssl": trusted, "server_hostname": NAME}
        base = f"https://127.0.0.1:{port}"
        async with aiohttp.ClientSession() as session:
            async with session.get(base, headers=said, **asked) as page:
                assert page.status == 200
                assert page.headers["Strict-Transport-Security"].startswith("max-age=")
                (cookie,) = page.headers.getall("Set-Cookie")
                assert "; Secure" in cookie
            own = {**said, "Cookie": cookie.partition(";")[0]}
            with pytest.raises(aiohttp.WSServerHandshakeError, match="403"):
                await session.ws_connect(f"{base}/ws", headers={**own, "Origin": f"http://{NAME}"}, **asked)
            origin = {"Origin": f"https://{NAME}"}
            async with session.ws_connect(f"{base}/ws?width=80&height=24", headers={**own, **origin}, **asked) as line:
                seen = b""
                async with asyncio.timeout(PATIENCE_SECONDS):
                    while "选姓名".encode() not in seen:
                        seen += (await line.receive()).data

    asyncio.run(run())
