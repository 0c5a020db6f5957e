"""Files of the person at a desk. At a desk that is served to another machine, the files of this one are not theirs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from models.text import T
from screens.base import KmdxScreen


def at_hand(screen: KmdxScreen) -> bool:
    """Whether the person's files lie on this machine. At a served desk they don't; that is said, once, here."""
    if not is_served(screen):
        return True
    screen.say_line.refuse(T("这里读不到您电脑上的文件。请在服务器上打开界面，或用命令导入。"))
    return False


def is_served(screen: KmdxScreen) -> bool:
    """Whether the desk is served to another machine."""
    return bool(getattr(screen.app, "served", False))


def download(screen: KmdxScreen, make: Callable[[Path], Sequence[Path]]) -> None:
    """Hand what `make` writes into a folder to the person's browser; nothing of it stays on this machine."""
    if not screen.app.is_web:
        screen.say_line.refuse(T("经 SSH 不能导出文件，请用浏览器打开再导出。"))
        return

    def made() -> list[tuple[str, bytes]]:
        with TemporaryDirectory() as folder:
            return [(path.name, path.read_bytes()) for path in make(Path(folder))]

    def deliver(files: Sequence[tuple[str, bytes]]) -> None:
        for name, content in files:
            screen.app.deliver_binary(BytesIO(content), save_filename=name)
        screen.say_line.saved(T("已交给浏览器下载：{names}", names="、".join(name for name, _ in files)))

    screen.write(made, deliver)
