"""The browser door: pages of our own, requests checked, and a socket for each desk."""

from __future__ import annotations

import asyncio
import json
import re
import secrets
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import jinja2
import textual_serve
from aiohttp import WSMsgType, web
from textual_serve.app_service import AppService
from textual_serve.server import Server, to_int

from kmdx_tui.serve.desks import BrowserDesk, Desks
from kmdx_tui.serve.gate import Gate
from kmdx_tui.serve.launcher import Launcher
from kmdx_tui.serve.order import Order
from models.text import T, Text

PAGES = Path(__file__).parent / "pages"
STATIC = Path(textual_serve.__file__).parent / "static"
COOKIE = "kmdx-desk"
COOKIE_SECONDS = 12 * 3600
LONGEST_MESSAGE = 256 * 1024
"""Bytes of one message from a browser: a long text pasted at once."""

COLUMNS, ROWS = range(20, 501), range(5, 201)
"""Sizes that a browser may ask for; beyond them lies only harm."""

_ID = re.compile(r"[A-Za-z0-9_-]{32}")
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; "
        "frame-ancestors 'none'; base-uri 'none'; form-action 'none'; object-src 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Server": "kmdx",
}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class DeskServer(Server):
    """Serves the screens of one database. `gate` is set once the port is known."""

    def __init__(self, place: str, lang: str, most: int, log: Path) -> None:
        super().__init__("", title=str(T("专家评审工作台")))
        self.gate = Gate(frozenset())
        self.launcher = Launcher(log)
        self.desks = Desks(most, lambda: BrowserDesk(Order(place, lang), self.launcher, self.download_manager))
        self._lang = lang
        self._pages = jinja2.Environment(loader=jinja2.FileSystemLoader(PAGES), autoescape=True)

    async def _make_app(self) -> web.Application:
        """The application, with every request checked and every answer's headers set."""
        app = web.Application(middlewares=[self._checked])
        app.add_routes(
            [
                web.get("/", self.handle_index),
                web.get("/alive", self._alive),
                web.get("/ws", self._socket),
                web.get("/download/{key}", self.handle_download),
                web.static("/static", STATIC),
                web.static("/pages", PAGES),
            ]
        )
        app.on_response_prepare.append(_set_headers)
        app.on_shutdown.append(self.on_shutdown)
        return app

    async def on_shutdown(self, app: web.Application) -> None:
        """All desks store what was typed, and end."""
        await self.desks.close()
        self.launcher.close()

    @web.middleware
    async def _checked(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        origin = request.headers.get("Origin")
        if not self.gate.admits(request.headers.get("Host"), origin, needs_origin=request.path == "/ws"):
            return self._notice(403, T("这个网址不是本服务的网址。请向秘书索取正确的网址。"))
        try:
            return await handler(request)
        except web.HTTPNotFound:
            return self._notice(404, T("请从首页打开。"))

    def _page(self, name: str, status: int = 200, **words: object) -> web.Response:
        html = self._pages.get_template(name).render(lang=self._lang, title=self.title, **words)
        return web.Response(text=html, content_type="text/html", status=status)

    def _notice(self, status: int, words: Text) -> web.Response:
        return self._page("notice.html", status, words=str(words))

    def _full(self) -> web.Response:
        return self._notice(503, T("席位已满（最多 {most} 个）。请等别人退出后刷新本页。", most=self.desks.most))

    async def _alive(self, _request: web.Request) -> web.Response:
        return web.Response()

    async def handle_index(self, request: web.Request) -> web.Response:
        """The page of a desk: the one that this browser has, or a new one."""
        known = request.cookies.get(COOKIE, "")
        if self.desks.get(known) is None and self.desks.full:
            return self._full()
        page = self._page(
            "index.html",
            font_size=min(40, max(8, to_int(request.query.get("fontsize", "16"), 16))),
            opening=T("正在打开…"),
            ended=T("已退出。已保存的都在。"),
            again=T("重新打开"),
            moved=T("这台终端已转到另一个标签页。"),
            here=T("回到这里"),
            keyboard=T("屏幕键盘"),
            lost=T("连接断了，正在重新连接…已保存的都在，连上后请重新输入口令或密码。"),
        )
        if self.desks.get(known) is None:
            secure = f"https://{request.host}" in self.gate.origins
            page.set_cookie(
                COOKIE,
                secrets.token_urlsafe(24),
                max_age=COOKIE_SECONDS,
                httponly=True,
                samesite="Strict",
                secure=secure,
            )
        return page

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        """Show a desk on a socket."""
        id_ = request.cookies.get(COOKIE, "")
        if not _ID.fullmatch(id_):
            return self._notice(403, T("请从首页打开。"))
        desk = self.desks.enter(id_)
        if desk is None:
            return self._full()
        socket = web.WebSocketResponse(heartbeat=15, max_msg_size=LONGEST_MESSAGE)
        try:
            await socket.prepare(request)
            desk = self.desks.enter(id_) or desk  # the one that was there may have ended meanwhile
            await desk.attach(socket, *_size(request.query))
            await self._process_messages(socket, desk)
        finally:
            await asyncio.shield(desk.detach(socket))
        return socket

    async def _process_messages(self, websocket: web.WebSocketResponse, app_service: AppService) -> None:
        """Pass on keys and sizes. A message that no page of ours sends ends the socket."""
        async for message in websocket:
            if message.type is not WSMsgType.TEXT:
                break
            try:
                kind, *rest = json.loads(message.data)
                match kind, rest:
                    case "stdin", [str(typed)]:
                        await app_service.send_bytes(typed.encode(errors="ignore"))
                    case "resize", [{"width": int(), "height": int()}]:
                        width, height = _size(rest[0])
                        await app_service.set_terminal_size(width, height)
                    case "ping", [str(sent)]:
                        with suppress(ConnectionError):
                            await websocket.send_json(["pong", sent])
                    case "blur", []:
                        await app_service.blur()
                    case "focus", []:
                        await app_service.focus()
                    case _:
                        break
            except (ValueError, TypeError):
                break

    async def handle_download(self, request: web.Request) -> web.StreamResponse:
        """A document for the browser whose desk made it, and for no other."""
        key = request.match_info["key"]
        desk = self.desks.get(request.cookies.get(COOKIE, ""))
        try:
            known = await self.download_manager.get_download_metadata(key)
        except KeyError:
            known = None
        if known is None or desk is None or known.app_service is not desk:
            return self._notice(404, T("没有这份文件，请重新导出。"))
        answer = web.StreamResponse()
        answer.content_type = known.mime_type or "application/octet-stream"
        answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(known.file_name, safe='')}"
        await answer.prepare(request)
        async for chunk in self.download_manager.download(key):
            await answer.write(chunk)
        await answer.write_eof()
        return answer


def _size(asked: Mapping[str, object]) -> tuple[int, int]:
    """A size within bounds, from what a browser says."""
    width, height = (to_int(str(asked.get(one, "")), least) for one, least in (("width", 80), ("height", 24)))
    return min(COLUMNS[-1], max(COLUMNS[0], width)), min(ROWS[-1], max(ROWS[0], height))


async def _set_headers(request: web.Request, answer: web.StreamResponse) -> None:
    for name, value in _HEADERS.items():
        answer.headers[name] = value
    ours = request.path.startswith(("/static/", "/pages/"))
    answer.headers["Cache-Control"] = "no-cache" if ours else "no-store"
