"""The one line that says what just happened."""

from __future__ import annotations

from collections.abc import Callable

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from models.text import Text
from screens.widgets.cells import Tone, shown, wrap
from screens.widgets.signs import Sign

_MOST_LINES = 3
_SIGNS = {Tone.ACCENT: Sign.SUBMITTED, Tone.REFUSAL: Sign.FLAGGED, Tone.WARNING: Sign.FLAGGED}
_STYLES = {Tone.ACCENT: "$accent", Tone.REFUSAL: "$error bold", Tone.WARNING: "$warning", Tone.PLAIN: "$foreground"}


class SayLine(Widget):
    """One line, up to three when a refusal needs them: the screen is laid out anew only then."""

    DEFAULT_CSS = """
    SayLine { height: 1; padding: 0 1; background: $surface; color: $foreground; }
    """

    lines = reactive(1, layout=True)
    """How many lines the sentence needs."""

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._text = ""
        self._tone = Tone.PLAIN
        self._waits: list[str] = []

    @property
    def text(self) -> str:
        """What is being said."""
        return self._waits[-1] if self._waits else self._text

    @property
    def tone(self) -> Tone:
        """How it is said: plain, accent (saved), warning, or refusal."""
        return Tone.PLAIN if self._waits else self._tone

    def say(self, text: Text | str, tone: Tone = Tone.PLAIN) -> None:
        """Say something; it stays until something else is said."""
        self._text, self._tone = shown(str(text)), tone
        self._waits.clear()
        self._fit()

    def wait(self, text: Text | str) -> Callable[[], None]:
        """Say that something takes its time, until what is returned is called: then again what was said before."""
        said = str(text)
        self._waits.append(said)
        self._fit()

        def end() -> None:
            if said in self._waits:  # something new may have been said meanwhile: that stays
                self._waits.remove(said)
                self._fit()

        return end

    def saved(self, text: Text | str) -> None:
        """Say that something is stored."""
        self.say(text, Tone.ACCENT)

    def refuse(self, text: Text | str) -> None:
        """Say what is refused and what would lift it."""
        self.say(text, Tone.REFUSAL)

    def watch_lines(self, lines: int) -> None:
        """Take as many lines as the sentence needs."""
        self.styles.height = lines

    def on_resize(self) -> None:
        """Another width may need another number of lines."""
        self._fit()

    def render(self) -> Content:
        """The sign and the sentence. What people typed is in it as it is."""
        return Content.styled("\n".join(self._broken()), _STYLES[self.tone])

    def _broken(self) -> list[str]:
        """The sentence in lines for the width there is, broken as Chinese is: not only at blanks."""
        sign = _SIGNS.get(self.tone)
        lead = f"{sign} " if sign and self.text else ""
        return wrap(lead + self.text, max(1, self.content_size.width))

    def _fit(self) -> None:
        if self.content_size.width > 2:
            self.lines = min(_MOST_LINES, len(self._broken()))
        self.refresh()
