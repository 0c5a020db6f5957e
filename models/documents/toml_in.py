"""TOML files that people of the office write: a byte order mark, and Chinese names as keys without quotes, do no harm.

TOML itself wants `[districts."五华区"]`; nobody would think of the quotes, so they are put in before it is parsed.
"""

from __future__ import annotations

import re
import tomllib
from typing import Any

from models.documents.cells import found
from models.documents.reading import Source
from models.errors import BadInput, Fault
from models.text import T

_HEADING = re.compile(r"^(\s*\[\[?\s*)([^\[\]\"'#]+?)(\s*\]\]?\s*(?:#.*)?)$")
_ANY_HEADING = re.compile(r"\s*\[([^\[\]]+)\]\s*(?:#.*)?$")
_ANY_KEY = re.compile(r"\s*([^=#\[\]{}]+?)\s*=")
_KEY = re.compile(r"^(\s*)([^\s\"'#=\[\]][^\"'#=\[\]]*?)(\s*=.*)$")


def parse_toml(source: Source) -> dict[str, Any]:
    """A file as TOML; decimals stay text: nothing becomes a float. Raises `BadInput`, with the line if it is known."""
    try:
        text = source.data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise source.bad(T("UTF-8 编码的 TOML 文件")) from None
    try:
        return tomllib.loads(_quoted(text), parse_float=str)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"\(at line (\d+), column \d+\)", str(error))
        lines = text.splitlines()
        row = int(place[1]) if place else max(len(lines), 1)
        seen = lines[row - 1].strip() if row <= len(lines) else ""
        wanted = T("合法的 TOML：这里读不懂，或键重复")
        raise BadInput([Fault(source.name, "", row, "", found(seen), wanted)]) from None
    except (ValueError, RecursionError):
        raise source.bad(T("合法的 TOML：数字不过长，括号不过深")) from None


def line_numbers(source: Source) -> dict[tuple[str, str], int]:
    """The line of each key, as (table, key) with dots between the names of tables; of a table's heading as (table, "").

    Only for pointing at what is wrong: what spans several lines, or stands in braces, has only its first line here.
    """
    found: dict[tuple[str, str], int] = {}
    group: list[str] = []
    for row, line in enumerate(source.data.decode("utf-8-sig", "replace").splitlines(), 1):
        if heading := _ANY_HEADING.match(line):
            group = _names(heading[1])
            found.setdefault((".".join(group), ""), row)
        elif key := _ANY_KEY.match(line):
            *tables, last = [*group, *_names(key[1])]
            found.setdefault((".".join(tables), last), row)
    return found


def _names(dotted: str) -> list[str]:
    return [part.strip().strip("\"'") for part in dotted.split(".")]


def _quoted(text: str) -> str:
    """The text with quotes around bare Chinese keys; one with strings of several lines is left alone."""
    if text.isascii() or '"""' in text or "'''" in text:
        return text
    return "\n".join(_quoted_line(line) for line in text.splitlines())


def _quoted_line(line: str) -> str:
    match = _HEADING.match(line) or _KEY.match(line)
    if match is None or match[2].isascii():
        return line
    parts = (part.strip() for part in match[2].split("."))
    return match[1] + ".".join(part if part.isascii() else f'"{part}"' for part in parts) + match[3]
