"""Ask for one or several words or numbers, say what they change, and show inside what is wrong with them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from rich.cells import cell_len
from textual import events, on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, Label

from models.errors import KmdxError
from models.text import T, Text
from screens.dialogs.dialog import Dialog
from screens.widgets.cells import shown
from screens.widgets.prose import Prose

Answers = dict[str, str]


@dataclass(frozen=True)
class Field:
    """One thing asked for. `hint` stands where nothing is typed yet; a `secret` is shown as dots.

    What is `fleeting` is not offered again, stored or not: a code, or words that are looked for. No secret is.
    """

    key: str
    label: str
    value: str = ""
    hint: str = ""
    secret: bool = False
    longest: int = 500
    fleeting: bool = False


LONGEST_WORDS = 2000
"""Characters of a reason, an opinion or a comment, at most."""


class WordsInput(Input):
    """An input of one line that takes several, pasted, as one, where Textual's drops all but the first."""

    @dataclass
    class Full(Message):
        """What was typed or pasted is longer than what may stand here, `most` characters."""

        most: int

    def on_paste(self, event: events.Paste) -> None:
        """Take what is pasted, its ends of lines as blanks."""
        event.prevent_default()
        event.stop()
        lines = (line.strip() for line in event.text.replace("\t", " ").splitlines())
        self.replace(" ".join(filter(None, lines)), *self.selection)

    def restricted(self) -> None:
        """Say that it is too long: pasted words would otherwise be missing without anybody having been told."""
        super().restricted()
        self.post_message(self.Full(self.max_length or 0))


class AskDialog(Dialog[Answers]):
    """Labelled inputs. Enter goes to the next one and on the last accepts; the answers are stripped of outer blanks."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "app.focus_previous", show=False),
        Binding("down", "app.focus_next", show=False),
    ]
    AUTO_FOCUS = "Input"
    DEFAULT_CSS = """
    AskDialog {
        & .about { color: $text-muted; margin-bottom: 1; }
        & VerticalScroll { height: auto; max-height: 100%; background: $surface; }
        & .field { height: 1; margin-bottom: 1; }
        & .field Label { color: $foreground; }
        & Input, & Input:focus { width: 1fr; height: 1; border: none; padding: 0 1; background: $panel; }
        & #wrong { color: $error; text-style: bold; height: auto; }
    }
    """

    def __init__(
        self,
        title: Text | str,
        fields: Sequence[Field],
        *,
        about: Text | str = "",
        check: Callable[[Mapping[str, str]], Text | str | None] | None = None,
        keys: Sequence[tuple[str, Text]] = (),
    ) -> None:
        """`about`: what the answer changes. `check` says what is wrong with the answers, or raises it, or says None.

        `keys`: what keys beside Enter and Esc do.
        """
        accept = T("下一项、确定") if len(fields) > 1 else T("确定")
        super().__init__(title, (("Enter", accept), *keys, ("Esc", T("不做"))))
        self._fields = fields
        self._stands = {field.key: field.value.strip() for field in fields}
        self._about = str(about)
        self._check = check
        self._going_on = False
        self.typing: Callable[[Answers | None], None] | None = None
        """Who is told of what may be kept, whenever it changes; None: nothing but what it began with."""

    def body(self) -> Sequence[Widget]:
        """What it changes, the inputs, and a place for what is wrong."""
        about = [Prose(self._about, classes="about")] if self._about else []
        width = min(30, max((cell_len(shown(field.label)) for field in self._fields), default=0)) + 2
        rows = [self._row(number, field, width) for number, field in enumerate(self._fields)]
        return [VerticalScroll(*about, *rows, Prose(id="wrong"), can_focus=False)]

    def _row(self, number: int, field: Field, width: int) -> Horizontal:
        label = Label(shown(field.label), markup=False)
        label.styles.width = width
        typed = WordsInput(
            field.value,
            placeholder=field.hint,
            password=field.secret,
            max_length=field.longest,
            id=f"field-{number}",
            select_on_focus=not self._going_on,  # the next word goes on with what is there, and does not replace it
        )
        typed.set_reactive(Input.cursor_blink, False)
        typed.cursor_blink = False  # nothing blinks, and a blink repaints all that lies behind the dialog
        return Horizontal(label, typed, classes="field")

    @property
    def draft_key(self) -> str:
        """What it asks about: the same words for the same thing."""
        return self._heading

    def take_draft(self, draft: Mapping[str, str]) -> bool:
        """Before it opens: offer what was typed the last time and is not stored; False if that stands there anyway.

        What was left alone then shows what stands there now, and what stands there beside the words offered is said.
        """
        self._fields = [replace(field, value=draft.get(field.key, field.value)) for field in self._fields]
        if not (begun := self._begun()):
            return False
        self._going_on = True
        standing = [(one.label, now) for one in self._fields if one.key in begun and (now := self._stands[one.key])]
        said = [
            T("上次键入的没有存下，还在这里。"),
            *(T("不用它，{what}就是“{now}”。", what=w, now=n) for w, n in standing),
        ]
        self._about = "\n".join(filter(None, (self._about, *map(str, said))))
        return True

    def _begun(self) -> Answers:
        return self.drafted({field.key: field.value.strip() for field in self._fields})

    def drafted(self, answers: Mapping[str, str]) -> Answers:
        """Of some answers those that may be kept: what is other than what stood there."""
        return {
            one.key: answers[one.key]
            for one in self._fields
            if not (one.secret or one.fleeting) and answers[one.key] != self._stands[one.key]
        }

    @property
    def answers(self) -> Answers:
        """What stands in the inputs."""
        inputs = [self.query_one(f"#field-{number}", Input) for number in range(len(self._fields))]
        return {field.key: one.value.strip() for field, one in zip(self._fields, inputs, strict=True)}

    def is_last(self, number: int) -> bool:
        """Whether Enter in this input accepts, instead of going to the next one."""
        return number + 1 == len(self._fields)

    @on(Input.Submitted)
    def go_on(self, message: Input.Submitted) -> None:
        """Enter: to the next input, or accept."""
        message.stop()
        number = int((message.input.id or "field-0").removeprefix("field-"))
        if not self.is_last(number):
            self.query_one(f"#field-{number + 1}", Input).focus()
            return
        try:
            wrong = self._check(self.answers) if self._check else None
        except KmdxError as error:
            wrong = str(error)
        if wrong is None:
            self.dismiss(self.answers)
        else:
            self.query_one("#wrong", Prose).update(shown(str(wrong)))

    @on(WordsInput.Full)
    def _say_full(self, message: WordsInput.Full) -> None:
        message.stop()
        words = T("这里至多 {most} 个字，刚才的放不下，没有收。", most=message.most)
        self.query_one("#wrong", Prose).update(str(words))

    @on(Input.Changed)
    def changed(self) -> None:
        """Another answer: what was wrong before no longer holds, and it may be worth keeping."""
        self.query_one("#wrong", Prose).update("")
        if self.typing is not None:
            words = self.drafted(self.answers)
            self.typing(None if words == self._begun() else words)


def words_dialog(title: Text | str, label: Text | str, about: Text | str = "", value: str = "") -> AskDialog:
    """Ask for one sentence, a reason or an opinion, as `words`; an empty one is not taken."""

    def check(answers: Mapping[str, str]) -> Text | None:
        return None if answers["words"] else T("请写明内容。")

    return AskDialog(title, (Field("words", str(label), value, longest=LONGEST_WORDS),), about=about, check=check)
