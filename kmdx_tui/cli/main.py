"""The whole command line: the families put together, run once, and ended with the exit code of its contract."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from functools import cache
from typing import Annotated, Any

import typer

from kmdx_tui.cli import (
    attendance,
    awards,
    board,
    calendar,
    deliberation,
    demo,
    documents,
    intake,
    keys,
    marks,
    meeting,
    office,
    operation,
    policy,
    publicity,
    quotas,
    sensitivity,
    serve,
)
from kmdx_tui.cli.family import JSON, Family, usage_error
from kmdx_tui.cli.shell import Shell, here
from kmdx_tui.language import use
from kmdx_tui.settings import LANGUAGES, look
from models.errors import KmdxError, WrongUse
from models.queries.base import Clock
from models.text import T, mark

FAMILIES = (
    demo,
    office,
    policy,
    attendance,
    intake,
    meeting,
    marks,
    keys,
    deliberation,
    board,
    quotas,
    sensitivity,
    publicity,
    calendar,
    awards,
    documents,
    serve,
    operation,
)

root = Family(
    mark("评审委员会的会议：从名册到会议纪要。不带命令时打开界面。"), no_args_is_help=False, invoke_without_command=True
)


@root.callback()
def _begin(
    context: typer.Context,
    database: Annotated[
        str | None,
        typer.Option("--database", metavar="PATH|URL", help=mark("数据库的文件或地址（环境变量 KMDX_DATABASE）")),
    ] = None,
    as_name: Annotated[
        str | None,
        typer.Option(
            "--as", metavar="NAME", help=mark("以谁的身份：人员、席位，或“评审会/席位”（环境变量 KMDX_USER）")
        ),
    ] = None,
    lang: Annotated[
        str | None, typer.Option("--lang", metavar="zh|en", help=mark("语言（环境变量 KMDX_LANG）"))
    ] = None,
) -> None:
    # `settings.look` has read these already, for the bare `kmdx` too: here they are only declared, and checked
    shell = here(context)
    if shell.settings.lang not in LANGUAGES:
        raise WrongUse("unknown_language", T("没有语言“{lang}”，可用：zh、en。", lang=shell.settings.lang))
    if context.invoked_subcommand is None:
        operation.open_screens(shell)


for _family in FAMILIES:
    root.add_typer(_family.commands)


@cache
def command() -> Any:
    """The command line as Typer's command tree."""
    return typer.main.get_command(root)


def run(argv: Sequence[str], *, clock: Clock | None = None) -> int:
    """Run one command; returns its exit code. Tests hand in a clock: no option and no variable sets it."""
    settings, _rest = look(argv)
    use(settings.lang)
    _steady(sys.stdout)
    _steady(sys.stderr)
    shell = Shell(settings, clock, json=JSON in argv)
    try:
        return _run(shell, argv)
    finally:
        shell.close()


def _run(shell: Shell, argv: Sequence[str]) -> int:
    try:
        ended = command().main(args=list(argv), prog_name="kmdx", standalone_mode=False, obj=shell)
        sys.stdout.flush()
        return ended if isinstance(ended, int) else 0
    except KmdxError as error:
        return shell.fail(error)
    except typer.TyperException as error:
        if type(error).__name__ == "NoArgsIsHelpError":
            print(error.format_message(), file=sys.stderr)
            return WrongUse.exit_code
        return shell.fail(usage_error(error))
    except (EOFError, typer.Abort):
        return shell.fail(WrongUse("no_answer", T("没有回答。")))
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # who was reading has gone: nothing more to say
        return 0
    except OSError as error:
        return shell.fail(_file_trouble(error))
    except UnicodeEncodeError:
        return shell.fail(WrongUse("not_text", T("命令里有不是文字的字符，请用 UTF-8 输入。")))
    except Exception:
        return shell.crash()


def _file_trouble(error: OSError) -> WrongUse:
    return WrongUse("file", T("读写不了 {path}：{why}。", path=error.filename or "", why=error.strerror or error))


def _steady(stream: Any) -> None:
    """What a console can't show must not end a command; a file or a pipe is UTF-8 everywhere."""
    if hasattr(stream, "reconfigure"):
        if stream.isatty():
            stream.reconfigure(errors="replace")
        else:
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
