"""The first own phrase: four words offered, to be kept in mind and typed once, Chinese or pinyin; or own words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from rich.cells import cell_len
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from models.phrases import check_phrase, in_pinyin, new_phrase, plain_phrase
from models.text import T, Text
from screens.dialogs.ask import AskDialog, Field
from screens.widgets.cells import MUTED, fit

LONGEST = 200
"""Characters of a phrase, at most."""

_GAP = 4
_KEEP = T("记住或抄下这四个词：丢了只能重发验证码，没交的草稿也打不开了。")
_OWN = T("也可以自拟四个不相干的词。汉字和拼音都认。")


class PhraseDialog(AskDialog):
    """What a first sign-in asks for, the phrase last, as `pin`. An own phrase is typed twice, the offered one once."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("f2", "draw", show=False)]
    DEFAULT_CSS = """
    PhraseDialog {
        & #words { text-align: center; height: auto; margin: 1 0; }
    }
    """

    def __init__(
        self, title: Text | str, words: tuple[str, ...], fields: Sequence[Field], *, about: Text | str
    ) -> None:
        """`words`: the phrase offered first; `fields`: what is asked for before the phrase."""
        phrase = (
            Field("pin", str(T("口令")), secret=True, longest=LONGEST, hint=str(T("照着上面打一遍"))),
            Field("again", str(T("再输一次")), secret=True, longest=LONGEST, hint=str(T("用自拟口令的才填"))),
        )
        super().__init__(
            title, (*fields, *phrase), about=about, check=self._check_phrase, keys=(("F2", T("换四个词")),)
        )
        self._words = words
        self._asked_before = len(fields)

    def body(self) -> Sequence[Widget]:
        """The words, then what is asked for."""
        return [Static(self._shown(), id="words", markup=False), *super().body()]

    def is_last(self, number: int) -> bool:
        """The offered words are not typed again."""
        return super().is_last(number) or (number == self._asked_before and self._is_offered(self.answers["pin"]))

    def action_draw(self) -> None:
        """Offer four other words."""
        self._words = new_phrase()
        self.query_one("#words", Static).update(self._shown())
        self.changed()

    def _shown(self) -> Content:
        sounds = in_pinyin(self._words).split()
        widths = [max(cell_len(word), len(sound)) + _GAP for word, sound in zip(self._words, sounds, strict=True)]
        above = "".join(fit(word, width, "center") for word, width in zip(self._words, widths, strict=True))
        below = "".join(fit(sound, width, "center") for sound, width in zip(sounds, widths, strict=True))
        return Content.assemble(
            (f"{above}\n", "$accent bold"), (f"{below}\n\n", ""), (f"{_KEEP}\n", "$warning"), (str(_OWN), MUTED)
        )

    def _is_offered(self, typed: str) -> bool:
        return plain_phrase(typed) == plain_phrase(" ".join(self._words))

    def _check_phrase(self, answers: Mapping[str, str]) -> Text | None:
        if self._is_offered(answers["pin"]):
            return None
        if not answers["again"]:
            return T("与上面四个词不同。照着再打；要用自拟的口令，请在下面再输一次。")
        if plain_phrase(answers["pin"]) != plain_phrase(answers["again"]):
            return T("两次输入的口令不同。")
        check_phrase(answers["pin"])
        return None
