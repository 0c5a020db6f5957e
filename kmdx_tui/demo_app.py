"""The sample meeting on the screens: every chair may be tried without typing, and its days can be made to pass."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from textual.binding import Binding

from kmdx_tui.app import KmdxApp
from kmdx_tui.language import use
from kmdx_tui.logs import log_to
from kmdx_tui.settings import log_file
from models.enums import Role
from models.queries.door import door
from models.text import T
from screens.base import KmdxScreen
from screens.lobby import first_screen
from screens.sitting_down import KnownSecret
from screens.widgets.cells import Tone
from seeds.demo_plan import PHRASE

if TYPE_CHECKING:
    from models.queries.base import Office
    from seeds.demo import DemoMeeting


class DemoApp(KmdxApp):
    """The app on the sample meeting. Its chairs are everybody's: its desk is nobody's, and never locks."""

    where = ""
    idle_seconds = 0.0

    BINDINGS = [Binding("f12", "next_day", "", show=False)]

    def __init__(self, demo: DemoMeeting) -> None:
        def opener() -> Office:
            from models.database import Database
            from models.queries.base import Office

            return Office(Database(demo.place), demo.clock)

        super().__init__(opener, demo.place, self._shared)
        self._demo = demo

    def _shared(self, name: str, _meeting: str | None) -> KnownSecret | None:
        """The phrase that all of the sample have, and the code of who has not signed in yet."""
        secret = self._demo.pins.get(name)
        return None if secret is None else KnownSecret(PHRASE, secret if secret != PHRASE else None)

    def action_next_day(self) -> None:
        """Let a day pass: a publicity period needs its working days, and nobody waits for them in a sample."""
        self._demo.clock.go_to(self._demo.clock() + timedelta(days=1))
        if isinstance(self.screen, KmdxScreen):
            self.screen.refill()
            self.screen.say(T("示例时间前进一天：今天是 {day}。", day=self.office.today()), Tone.ACCENT)


def run_demo(place: str, role: Role, lang: str = "zh") -> int:
    """Open a sample meeting that was built at a place, signed in as a role; returns the exit code."""
    from seeds.demo import reopen

    use(lang)
    log_to(log_file())
    demo = reopen(place, role)
    app = DemoApp(demo)
    app.sit(demo.people[role], demo.meeting_id)
    phase = next(meeting.phase for meeting in door(app.office).meetings if meeting.id == demo.meeting_id)
    app.start = first_screen(phase, role)
    app.run()
    return app.return_code or 0
