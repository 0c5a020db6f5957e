"""Measures as files: the built-in ones, those of the database, and the ones that a bureau writes."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any

import typer

from kmdx_tui.cli.family import Family
from kmdx_tui.cli.shell import Shell, here
from kmdx_tui.cli.show import Table, figure
from models.errors import BadInput, DatabaseUnusable, Fault, WrongUse
from models.policy.load import load_measure, open_parts, usable
from models.policy.show import Grid, policy_json, policy_parts
from models.policy.types import Measure, Policy
from models.queries import policies as kept
from models.text import T, Text, mark, tr
from seeds.policies import builtin_ids, builtin_text

commands = Family()
_policy = commands.family("policy", mark("办法：内置的、文件里的、数据库里的"))

Out = Annotated[Path | None, typer.Option("-o", metavar="FILE.json", help=mark("写到哪个文件"))]


def read_policy_file(path: Path) -> str:
    """A policy file's text. Raises `WrongUse` if it can't be opened, `BadInput` if it is no UTF-8."""
    try:
        return path.read_bytes().decode("utf-8")
    except OSError as error:
        why = error.strerror or error
        raise WrongUse("file_unreadable", T("无法读取文件 {path}（{why}）。", path=path, why=why)) from error
    except UnicodeDecodeError:
        raise BadInput([Fault(path.name, "", None, "", "", T("UTF-8 编码的 TOML 文件"))]) from None


def policy_text(which: str) -> tuple[str, str]:
    """The text of a built-in policy or of a file, and how faults name it."""
    if which in builtin_ids():
        return builtin_text(which), which
    path = Path(which)
    if path.suffix or path.exists():
        return read_policy_file(path), path.name
    return builtin_text(which), which  # refuses, naming those that are built in


def find_measure(shell: Shell, which: str) -> Measure:
    """A measure, complete or not, by built-in id, by file, or by its id in the database."""
    if which not in builtin_ids() and not Path(which).exists():
        with suppress(DatabaseUnusable):
            found = kept.kept_policy(shell.office, which)
            if found is not None:
                return load_measure(found.text, which)
    return load_measure(*policy_text(which))


def find_policy(shell: Shell, which: str) -> Policy:
    """A policy that a meeting can follow, found like a measure; `Refused` while something is still open in it."""
    return usable(find_measure(shell, which))


def _still_open(measure: Measure) -> Text | None:
    missing = open_parts(measure)
    return T("还不能用于评审，尚未写明：{missing}。", missing="、".join(missing.values())) if missing else None


def _document(measure: Measure, **more: Any) -> dict[str, Any]:
    """What every command says of a measure."""
    missing = list(open_parts(measure))
    return {
        "id": measure.id,
        "version": measure.version,
        "title": measure.title,
        "city": measure.city,
        "document": measure.document,
        "digest": measure.digest,
        "usable": not missing,
        "open": missing,
        **more,
    }


@_policy.add("list", mark("列出内置的和数据库里的办法，能否用于评审"))
def policy_list(context: typer.Context) -> None:
    """List the policies at hand."""
    shell = here(context)
    found = [("builtin", load_measure(builtin_text(one), one)) for one in builtin_ids()]
    with suppress(DatabaseUnusable):  # no database yet: the built-in ones are all there is
        found += [("database", load_measure(one.text, one.id)) for one in kept.kept_policies(shell.office)]
    sources = {"builtin": tr("内置"), "database": tr("数据库")}
    rows = [
        (
            one.id,
            str(one.version),
            one.city,
            figure(one.document),
            sources[source],
            str(T("尚缺 {count} 项", count=len(missing))) if (missing := open_parts(one)) else tr("可以"),
        )
        for source, one in found
    ]
    headings = (mark("编号"), mark("版本"), mark("城市"), mark("文号"), mark("来源"), mark("用于评审"))
    shell.tell({"policies": [_document(one, source=source) for source, one in found]}, Table(headings, rows))


@_policy.add("show", mark("逐项显示一份办法，每项附依据"))
def policy_show(
    context: typer.Context,
    which: Annotated[str, typer.Argument(metavar="ID|FILE", help=mark("办法的编号或文件"))],
) -> None:
    """Show a policy."""
    shell = here(context)
    measure = find_measure(shell, which)
    parts = [Table(part.headings, part.rows) if isinstance(part, Grid) else part for part in policy_parts(measure)]
    missing = _still_open(measure)
    shell.tell({**policy_json(measure), "open": list(open_parts(measure))}, *parts, *(("", missing) if missing else ()))


@_policy.add("check", mark("检查办法文件，一次列出所有问题"))
def policy_check(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help=mark("办法文件（TOML）"))],
) -> None:
    """Check a policy file."""
    measure = load_measure(read_policy_file(file), file.name)
    missing = _still_open(measure)
    said = T("{file} 没有问题：{title}。", file=file.name, title=measure.title or measure.id)
    here(context).tell(_document(measure, ok=True), said, *([missing] if missing else []))


@_policy.add("new", mark("写出办法文件：带说明的空白文件，或内置办法的副本"))
def policy_new(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help=mark("写到哪个文件（TOML）"))],
    source: Annotated[
        str | None, typer.Option("--from", metavar="ID|FILE", help=mark("照哪份办法写；不写则为空白文件"))
    ] = None,
) -> None:
    """Write a policy file to be filled in."""
    shell = here(context)
    if source is None:
        from models.policy.skeleton import skeleton

        text = skeleton()
    else:
        text = find_measure(shell, source).text
    try:
        with file.open("xb") as made:
            made.write(text.encode("utf-8"))
    except FileExistsError:
        raise WrongUse("file_exists", T("{path} 已经存在，不会覆盖。", path=file)) from None
    missing = open_parts(load_measure(text, file.name))
    shell.tell({"file": str(file), "open": list(missing)}, T("已写出 {path}。", path=file))


@_policy.add("schema", mark("办法文件的 JSON Schema，供编辑器边写边查"))
def policy_schema(context: typer.Context, out: Out = None) -> None:
    """Print or write the JSON Schema of policy files."""
    from models.policy.json_schema import json_schema, json_schema_text

    shell = here(context)
    if out is None:
        shell.tell(json_schema(), json_schema_text().rstrip("\n"))
        return
    try:
        with out.open("x", encoding="utf-8", newline="\n") as made:
            made.write(json_schema_text())
    except FileExistsError:
        raise WrongUse("file_exists", T("{path} 已经存在，不会覆盖。", path=out)) from None
    shell.tell({"file": str(out)}, T("已写出 {path}。", path=out))
