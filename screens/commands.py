"""One registry of what a person can do on a screen: from it come bindings, the keys line, the palette and F1's help.

Also the list of all screens, imported only when one is wanted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from textual.binding import Binding

from models.enums import MARKING_ROLES, Phase, Role, label
from models.rules.permissions import READS
from models.text import T, Text, mark, tr
from screens.widgets.keys_shown import key_shown

if TYPE_CHECKING:
    from screens.base import KmdxScreen


@dataclass(frozen=True)
class Command:
    """One thing to do: its key, the screen's action, its title and its help (message ids).

    `who` and `phases` None: everybody, always. What `foot` is False stands in the help but not in the keys line.
    The screen only spares a person what the service would refuse; the right itself is checked there.
    """

    key: str
    action: str
    title: str
    help: str
    who: frozenset[Role] | None = None
    phases: frozenset[Phase] | None = None
    group: str = ""
    foot: bool = True

    def refusal(self, role: Role | None, phase: Phase | None) -> Text | None:
        """Why this person can't do it now; None if nothing is against it; an unknown phase is not."""
        if self.who is not None and role not in self.who:
            roles = "、".join(label(r) for r in Role if r in self.who)
            return T("“{title}”由{roles}办理。", title=tr(self.title), roles=roles)
        if self.phases is not None and phase is not None and phase not in self.phases:
            phases = "、".join(label(p) for p in Phase if p in self.phases)
            return T(
                "“{title}”要在{phases}阶段办理，现在是{phase}。",
                title=tr(self.title),
                phases=phases,
                phase=label(phase),
            )
        return None

    @property
    def key_shown(self) -> str:
        """The key as it is printed on a keyboard; of several the first."""
        return key_shown(self.key.split(",")[0])


COMMON = (
    Command(
        "escape", "back", mark("返回"), mark("回到上一层。已经保存的都在，正在输入的会先保存。"), group=mark("通用")
    ),
    Command("f3", "places", mark("前往"), mark("列出可以去的界面，选一个过去。"), group=mark("通用")),
    Command(
        "ctrl+l",
        "lock",
        mark("锁定"),
        mark("盖住本终端，凭本人口令（或密码）接着用；久不用也会自己锁定。正在输入的都还在。"),
        group=mark("通用"),
        foot=False,
    ),
    Command(
        "ctrl+k",
        "lock_pin",
        mark("锁屏密码"),
        mark("给本终端设一个几位数的密码，锁定以后不必打整个口令；只留在本终端的内存里，输错几次就作废。"),
        group=mark("通用"),
        foot=False,
    ),
    Command("f1", "help", mark("帮助"), mark("说明本界面的按键和用语。"), group=mark("通用")),
)
"""What every screen has. The last one always stands in the keys line."""

RESERVED = {"f1": "help", "f2": "card", "f3": "places", "question_mark": "why", "escape": "back"}
"""Keys that mean the same wherever they stand."""

_FULL_WIDTH = {
    "question_mark": "fullwidth_question_mark",
    "slash": "fullwidth_solidus",
    "full_stop": "ideographic_full_stop",
    "plus": "fullwidth_plus_sign",
    "minus": "fullwidth_hyphen_minus",
}


def keys_of(key: str) -> str:
    """The key, and its full-width twin: an input method that was left on must do no harm."""
    twins = []
    for one in key.split(","):
        twin = chr(ord(one) + 0xFEE0) if len(one) == 1 and "!" <= one <= "~" else _FULL_WIDTH.get(one)
        twins += [one, twin] if twin else [one]
    return ",".join(twins)


def bindings(commands: Iterable[Command]) -> list[Binding]:
    """Textual's bindings: each leads through `action_command`, which checks who may and catches what goes wrong."""
    return [
        Binding(keys_of(c.key), f"command({c.action!r})", c.title, show=False, key_display=c.key_shown, id=c.action)
        for c in commands
    ]


def faults(screen: type[KmdxScreen]) -> list[str]:
    """What is wrong with a screen's registry: keys used twice or against their meaning, actions that don't exist."""
    found: list[str] = []
    seen: dict[str, str] = {}
    for command in screen.all_commands():
        for key in keys_of(command.key).split(","):
            if key in seen:
                found.append(f"{screen.__name__}: {key} is both {seen[key]} and {command.action}")
            seen[key] = command.action
            if RESERVED.get(key, command.action) != command.action:
                found.append(f"{screen.__name__}: {key} is kept for {RESERVED[key]}")
        if not callable(getattr(screen, f"action_{command.action}", None)):
            found.append(f"{screen.__name__}: no action_{command.action}")
        if not command.title or not command.help:
            found.append(f"{screen.__name__}: {command.action} has no words")
    return found


@dataclass(frozen=True)
class Place:
    """A screen that one can go to: its name, its title, where its class lives, and whom it concerns."""

    name: str
    title: str
    module: str
    screen: str
    who: frozenset[Role] | None = None

    def load(self) -> type[KmdxScreen]:
        """The screen's class, imported now."""
        loaded: type[KmdxScreen] = getattr(import_module(self.module), self.screen)
        return loaded


PLACES = (
    Place("lobby", mark("签到"), "screens.lobby", "LobbyScreen"),
    Place("roster", mark("申报名册"), "screens.roster", "RosterScreen"),
    Place("scoring", mark("评分"), "screens.scoring", "ScoringScreen", frozenset(MARKING_ROLES)),
    Place("board", mark("排名与结果"), "screens.board", "BoardScreen"),
    Place("keying", mark("录入纸质评分表"), "screens.keying", "KeyingScreen", READS["keying.read"].roles),
    Place(
        "sensitivity",
        mark("敏感性与一致性"),
        "screens.sensitivity",
        "SensitivityScreen",
        READS["sensitivity.read"].roles,
    ),
    Place("quotas", mark("配额"), "screens.quotas", "QuotasScreen", frozenset(Role) - {Role.EXPERT}),
    Place("publicity", mark("公示与异议"), "screens.publicity", "PublicityScreen", frozenset(Role) - {Role.EXPERT}),
    Place("awards", mark("名单与签字"), "screens.awards", "AwardsScreen", frozenset(Role) - {Role.EXPERT}),
    Place("audit", mark("审计记录"), "screens.audit", "AuditScreen", READS["audit.read"].roles),
)


def places_for(role: Role | None) -> list[Place]:
    """The screens that concern a role; before anybody has signed in, those that concern everybody."""
    return [place for place in PLACES if place.who is None or role in place.who]


def all_screens() -> Iterator[type[KmdxScreen]]:
    """Every screen's class, each imported when it is reached."""
    for place in PLACES:
        yield place.load()


def footer(commands: Sequence[Command], role: Role | None, phase: Phase | None) -> list[tuple[str, str]]:
    """Keys and words for the keys line: what this person can do now, in the registry's order."""
    return [(c.key_shown, tr(c.title)) for c in commands if c.foot and c.refusal(role, phase) is None]
