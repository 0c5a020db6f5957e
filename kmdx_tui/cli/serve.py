"""The doors for other machines: a browser, and SSH."""

from __future__ import annotations

from typing import Annotated

import typer

from kmdx_tui.cli.family import Family
from kmdx_tui.cli.shell import here
from kmdx_tui.settings import data_folder, log_file
from models.errors import WrongUse
from models.text import T, mark

commands = Family()


@commands.add("serve", mark("在浏览器里打开同样的界面，也可经 SSH；按 Ctrl+C 结束"))
def serve(
    context: typer.Context,
    host: Annotated[
        str, typer.Option("--host", metavar="HOST", help=mark("监听的地址；默认只供本机（127.0.0.1）"))
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", metavar="PORT", help=mark("浏览器用的端口；0 为任意空闲端口"))] = 8000,
    most: Annotated[int, typer.Option("--max-seats", metavar="N", help=mark("同时打开的终端至多几个"))] = 64,
    ssh: Annotated[
        int | None, typer.Option("--ssh", metavar="PORT", help=mark("另开 SSH 入口的端口；0 为任意空闲端口"))
    ] = None,
    origins: Annotated[
        list[str] | None,
        typer.Option("--origin", metavar="URL…", help=mark("别人打开本服务所用的网址，如反向代理的；可写几个")),
    ] = None,
) -> None:
    """Open the doors until Ctrl+C."""
    from kmdx_tui.serve.gate import is_loopback
    from kmdx_tui.serve.order import Order
    from kmdx_tui.serve.run import Doors, Open
    from kmdx_tui.serve.run import serve as keep_open

    shell = here(context)
    for name, value, range_ in (("--port", port, 65536), ("--ssh", ssh or 0, 65536), ("--max-seats", most - 1, 1000)):
        if not 0 <= value < range_:
            raise WrongUse("out_of_range", T("{name} 超出范围。", name=name))
    office = shell.office  # refused here if there is no database: nobody founds one from afar

    def opened(doors: Open) -> None:
        said = [T("浏览器请打开 {url} ，同时至多 {most} 个终端。", url=doors.url, most=most)]
        if doors.ssh is not None:
            said.append(T("SSH 入口在端口 {port}：ssh -p {port} 席位姓名@地址", port=doors.ssh))
        if not is_loopback(host):
            said.append(T("注意：不只本机能连上，而这一段没有加密。请放在有 TLS 的反向代理之后。"))
        said.append(T("按 Ctrl+C 结束；各终端已键入的会先保存。"))
        shell.tell({"url": doors.url, "port": doors.port, "ssh": doors.ssh, "max_seats": most}, *said)

    order = Order(shell.settings.place, shell.settings.lang)
    keep_open(
        office, order, Doors(host, port, most, ssh, tuple(origins or ())), data_folder() / "ssh", log_file(), opened
    )
