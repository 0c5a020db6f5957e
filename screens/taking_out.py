"""Documents taken out at a screen: into a folder that is asked for, or to the browser of a desk that is served."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from models.text import T
from screens import files
from screens.dialogs.ask import AskDialog, Field
from screens.meeting_screen import MeetingScreen

FOLDER = "~/kmdx"
"""Where documents go if nobody says otherwise."""


def take_out(screen: MeetingScreen[Any], what: str, name: str) -> None:
    """Export a document of the screen's meeting by the service's name `what`; `name` is the reader's word for it."""
    if files.is_served(screen):
        from models.services.export import export

        files.download(screen, lambda folder: export(*screen.acting, what, folder))
        return
    dialog = AskDialog(
        T("导出{what}", what=name),
        [Field("folder", str(T("文件夹")), FOLDER, fleeting=True)],
        check=lambda answers: None if answers["folder"] else T("请写明文件夹。"),
    )
    screen.ask(dialog, lambda answers: _write(screen, what, Path(answers["folder"]).expanduser()))


def _write(screen: MeetingScreen[Any], what: str, folder: Path) -> None:
    from models.services.export import export

    screen.write(
        lambda: export(*screen.acting, what, folder),
        lambda paths: screen.done(T("已导出：{paths}", paths="、".join(str(path) for path in paths))),
    )
