"""Typer in the reader's language: help pages, and what is wrong with a command's words.

Help texts are message ids (`mark`), put into the reader's language when they are shown.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import typer
from rich.cells import cell_len
from typer.core import TyperCommand, TyperGroup

from models.errors import WrongUse
from models.text import T, Text, mark, tr

SEVERAL = "…"
"""An option whose metavar ends so takes several values after it, and may be repeated."""

JSON = "--json"
_JSON_HELP = mark("标准输出只写一份 JSON；给人看的话写到标准错误")
_HELP_HELP = mark("显示这段说明")

Row = tuple[str, str]


class Command(TyperCommand):
    """One command. `--json` stands on every one of them, and goes to the shell, not to the command."""

    allow_extra_args = True

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the arguments, as Typer does; what is left over is refused here, in words."""
        taken, ctx.obj.json = _take_json(args)
        rest: list[str] = super().parse_args(ctx, self._repeat_options(taken))
        if rest:
            raise WrongUse("extra_arguments", T("多出的参数：{words}。", words=" ".join(rest)), lift=hint(ctx))
        return rest

    def _repeat_options(self, args: Sequence[str]) -> list[str]:
        """`--add A B` as Typer wants it: `--add A --add B`."""
        several = {name for one in self.params if (one.metavar or "").endswith(SEVERAL) for name in one.opts}
        repeated: list[str] = []
        under: str | None = None
        fresh = False
        for at, word in enumerate(args):
            if word == "--":
                return [*repeated, *args[at:]]
            if len(word) > 1 and word.startswith("-"):
                under, fresh = (word if word in several else None), True
            elif under and not fresh:
                repeated.append(under)
            else:
                fresh = False
            repeated.append(word)
        return repeated

    def get_help(self, ctx: Any) -> str:
        """The help page of this command."""
        arguments = [one for one in self.params if one.param_type_name == "argument"]
        options = [one for one in self.params if one.param_type_name == "option"]
        usage = [_usage(one) for one in (*arguments, *options)]
        return _page(
            ctx.command_path,
            [piece for piece in usage if piece],
            self.help or "",
            (
                (tr("参数："), [(_name(one), _help(one)) for one in arguments]),
                (tr("选项："), [*((_name(one), _help(one)) for one in options), *_always(True)]),
            ),
        )


class Group(TyperGroup):
    """A family of commands under one word."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find the command that is meant; an unknown one is refused with the nearest known."""
        if self.get_command(ctx, args[0]) is None:
            near = difflib.get_close_matches(args[0], list(self.commands), 1)
            lift = T("是否想写“{near}”？", near=near[0]) if near else hint(ctx)
            path = " ".join(ctx.command_path.split()[1:] + args[:1])
            raise WrongUse("unknown_command", T("没有命令“{name}”。", name=path), lift=lift)
        return super().resolve_command(ctx, args)

    def get_help(self, ctx: Any) -> str:
        """The help page of this family: its commands, each with its sentence."""
        options = [one for one in self.params if one.param_type_name == "option"]
        return _page(
            ctx.command_path,
            [*(_usage(one) for one in options), tr("命令 …")],
            self.help or "",
            (
                (tr("选项："), [*((_name(one), _help(one)) for one in options), *_always(False)]),
                (tr("命令："), [(name, _help(command)) for name, command in self.commands.items()]),
            ),
        )


class Family(typer.Typer):
    """A Typer whose commands and groups are ours. A help text is a message id."""

    def __init__(self, help_: str = "", **settings: Any) -> None:
        settings = {"no_args_is_help": True, **settings}
        super().__init__(cls=Group, help=help_, add_completion=False, rich_markup_mode=None, **settings)

    def add(self, name: str, help_: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
        """Register a command under its name; its help is a message id."""
        return self.command(name, cls=Command, help=help_)

    def family(self, name: str, help_: str) -> Family:
        """Make a group of commands under a word."""
        made = Family(help_)
        self.add_typer(made, name=name)
        return made


def hint(ctx: Any) -> Text:
    """Where to read on."""
    return T("用法见：{command} --help", command=ctx.command_path)


def usage_error(error: Any) -> WrongUse:
    """What Typer finds wrong with a command's words, as our error. Its classes are private: told by name."""
    lift = hint(error.ctx) if getattr(error, "ctx", None) is not None else None
    kind = type(error).__name__
    if kind == "NoSuchOption":
        near = list(error.possibilities or ())
        lift = T("是否想写“{near}”？", near=near[0]) if near else lift
        return WrongUse("unknown_option", T("没有选项 {name}。", name=error.option_name), lift=lift)
    if kind == "MissingParameter" and error.param is not None:
        return WrongUse("missing", T("缺少 {name}。", name=_name(error.param)), lift=lift)
    if kind == "BadOptionUsage":
        if "requires" in error.message:
            return WrongUse("option_value", T("选项 {name} 后面要写明内容。", name=error.option_name), lift=lift)
        return WrongUse("option_value", T("选项 {name} 后面不带内容。", name=error.option_name), lift=lift)
    return WrongUse("usage", T("用法不对：{why}", why=error.format_message()), lift=lift)


def _take_json(args: Sequence[str]) -> tuple[list[str], bool]:
    end = args.index("--") if "--" in args else len(args)
    kept = [word for word in args[:end] if word != JSON]
    return [*kept, *args[end:]], len(kept) < end


def _always(command: bool) -> list[Row]:
    return [*([(JSON, tr(_JSON_HELP))] if command else []), ("--help", tr(_HELP_HELP))]


def _help(described: Any) -> str:
    return tr(described.help) if described.help else ""


def _name(parameter: Any) -> str:
    """How a parameter is written: its word, or its option with the word for its value."""
    word = str(parameter.metavar or parameter.name.upper())
    if parameter.param_type_name == "argument":
        return word
    return ", ".join(parameter.opts) if parameter.is_flag else f"{', '.join(parameter.opts)} {word}"


def _usage(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        return _name(parameter) if parameter.required else f"[{_name(parameter)}]"
    flag, word = parameter.opts[0], parameter.metavar or parameter.name.upper()
    written = flag if parameter.is_flag else f"{flag} {word}"
    return written if parameter.required else f"[{written}]"


def _page(path: str, usage: Sequence[str], help_: str, sections: Iterable[tuple[str, Sequence[Row]]]) -> str:
    lines = [" ".join((str(T("用法：{command}", command=path)), *usage))]
    if help_:
        lines += ["", "  " + tr(help_)]
    for heading, rows in sections:
        if rows:
            width = max(cell_len(name) for name, _ in rows)
            lines += [
                "",
                heading,
                *(f"  {name}{' ' * (width - cell_len(name))}  {said}".rstrip() for name, said in rows),
            ]
    return "\n".join(lines)
