"""The projector's app: one screen on one meeting, without any key but the way out."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from textual.app import App
from textual.binding import Binding, BindingType
from textual.screen import Screen

from kmdx_tui.logs import log_to
from kmdx_tui.settings import log_file
from kmdx_tui.themes import register
from screens.commands import keys_of
from screens.projector import ProjectorScreen

if TYPE_CHECKING:
    from models.queries.base import Office
    from models.views.people import Actor


class ProjectorApp(App[None]):
    """A desk at which nobody works: somebody signed in for it, and it shows what all in the room may see."""

    TITLE = "kmdx"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(f"{keys_of('q')},ctrl+q,ctrl+c", "quit", show=False, priority=True)
    ]

    def __init__(self, office: Office, actor: Actor, meeting: str) -> None:
        super().__init__()
        self.office = office
        self.actor: Actor | None = actor
        self.meeting: str | None = meeting
        register(self, "projector")

    def get_default_screen(self) -> Screen[object]:
        """The only screen there is."""
        return cast("Screen[object]", ProjectorScreen(self))

    def go(self, name: str) -> None:
        """There is nowhere else to go."""


def run(office: Office, actor: Actor, meeting: str) -> int:
    """Show a meeting until somebody quits; returns the exit code."""
    log_to(log_file())
    app = ProjectorApp(office, actor, meeting)
    app.run()
    return app.return_code or 0
