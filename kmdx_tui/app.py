"""The app: wires office, language, themes and screens together, and is the desk that screens know."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, cast

from textual.app import SystemCommand
from textual.screen import Screen

from kmdx_tui.keeping import KeptDesk
from kmdx_tui.language import use
from kmdx_tui.logs import log_to
from kmdx_tui.settings import data_folder, log_file
from kmdx_tui.themes import DEFAULT, LABELS, register
from models.text import T, tr
from screens.base import KmdxScreen
from screens.commands import PLACES
from screens.drafts import drafts_of
from screens.lobby import LobbyScreen

if TYPE_CHECKING:
    from models.queries.base import Office
    from screens.sitting_down import KnownSecret

Opener = Callable[[], "Office"]
Maker = Callable[[Opener, str], "KmdxApp"]
Secrets = Callable[[str, str | None], "KnownSecret | None"]


class KmdxApp(KeptDesk):
    """One desk. The database is opened by the first read, in its thread: the door is painted before that."""

    TITLE = "kmdx"
    ENABLE_COMMAND_PALETTE = True
    CSS_PATH = None
    BINDINGS = [("ctrl+q", "quit", "")]

    def __init__(self, opener: Opener, place: str, secrets: Secrets | None = None) -> None:
        """`secrets` knows everybody's phrase and code in the sample meeting, and nobody's anywhere else."""
        super().__init__()
        self._opener = opener
        self._place = place
        self._secrets = secrets
        self._office: Office | None = None
        self.start = "lobby"
        self.offered: str | None = None
        register(self, DEFAULT)

    @property
    def office(self) -> Office:
        """The office, opened when first asked for."""
        if self._office is None:
            self._office = self._opener()
        return self._office

    def get_default_screen(self) -> Screen[object]:
        """The first screen is the app's own: there is nothing to paint before it."""
        return cast("Screen[object]", self._screen(self.start))

    def on_mount(self) -> None:
        """When the first data is there, let the collector rest on what start-up made."""
        self.set_timer(1.0, _settle_memory)

    def _screen(self, name: str) -> KmdxScreen:
        if name == "lobby":
            return LobbyScreen(self)
        return next(place for place in PLACES if place.name == name).load()(self)

    def go(self, name: str) -> None:
        """Go to a screen by its name. Without a meeting there is only the door and the roster."""
        if self.meeting is None and name not in ("lobby", "roster", "audit") and isinstance(self.screen, KmdxScreen):
            self.screen.say(T("请先在签到界面选定评审会。"))
            return
        screen = self._screen(name)
        if len(self.screen_stack) == 1:  # the app's own first screen stays below: Textual can't switch it
            self.push_screen(screen)
        else:
            self.switch_screen(screen)

    def to_the_door(self) -> None:
        """Show the door, at which nobody has signed in."""
        self.push_screen(self._screen("lobby"))

    def policies(self) -> list[str]:
        """The built-in policies a new database can start from."""
        from seeds.policies import usable_ids

        return usable_ids()

    def founding_phrase(self, policy: str) -> tuple[str, ...] | None:
        """Four words for who founds a database by a policy that seals marks."""
        from models.phrases import new_phrase
        from models.policy.load import load_policy
        from seeds.policies import builtin_text

        return new_phrase() if load_policy(builtin_text(policy), policy).scoring.sealing else None

    def found(self, policy: str, name: str, pin: str) -> None:
        """Create the database at its place, with its first person."""
        from models.services.office import found
        from seeds.policies import builtin_text

        self._office = found(self._place, builtin_text(policy), policy, name, pin)

    def known_secret(self, name: str, meeting: str | None) -> KnownSecret | None:
        """The secrets of a person of the sample meeting."""
        return self._secrets(name, meeting) if self._secrets is not None else None

    def action_command_palette(self) -> None:
        """Open the palette."""
        from kmdx_tui.palette import Palette

        if not isinstance(self.screen, Palette):
            self.push_screen(Palette())

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """The palette: what the screen offers, the themes, and the way out."""
        if isinstance(screen, KmdxScreen):
            yield from screen.palette()
        for name, words in LABELS.items():
            yield SystemCommand(tr(words), str(T("换成这个主题")), lambda name=name: setattr(self, "theme", name))
        yield SystemCommand(str(T("退出")), str(T("离开程序。已保存的都在。")), self.action_quit)


def _settle_memory() -> None:
    gc.collect()
    gc.freeze()
    gc.enable()


def run(place: str, lang: str = "zh", as_name: str | None = None, make: Maker | None = None) -> int:
    """Open the screens on a database, at the door; returns the exit code. `as_name` is whose name the door offers."""
    use(lang)
    log_to(log_file())

    def opener() -> Office:
        from models.database import Database
        from models.queries.base import Office

        database = Database(place)
        database.check_ours()
        return Office(database)

    app = (make or KmdxApp)(opener, place)
    app.offered = as_name
    drafts_of(app).keep_on(data_folder() / "unsent", place)
    app.run()
    return app.return_code or 0
