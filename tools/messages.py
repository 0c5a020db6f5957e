"""Collect the message ids of the program, bring the catalogues up to date, and compile them.

`python tools/messages.py` rewrites kmdx_tui/locale/*/LC_MESSAGES/kmdx.{po,mo}; what is new is left empty for the
translator, what is gone is dropped. `python tools/messages.py --missing` lists what still lacks a translation.
"""

from __future__ import annotations

import ast
import io
import sys
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[1]
PACKAGES = ("kmdx_tui", "screens", "models", "seeds")
LOCALE = ROOT / "kmdx_tui" / "locale"
KEYWORDS = frozenset({"T", "tr", "mark", "Text"})


_NOISE = tuple(
    f'"{name}'
    for name in ("Project-Id", "Report-", "POT-", "PO-Rev", "Last-Tr", "Language-Team", "Generated-By", "Plural-")
)
"""Header lines that would change without a message changing, or say nothing."""


def collected() -> list[str]:
    """Every message id in the sources, in the order of files and lines, each once.

    Read off the syntax tree: on Python 3.11 Babel's own extractor does not look into f-strings.
    """
    found: dict[str, None] = {}
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if (
                    isinstance(node, ast.Call)
                    and isinstance(node.func, ast.Name)
                    and node.func.id in KEYWORDS
                    and node.args
                ):
                    message = node.args[0]
                    if isinstance(message, ast.Constant) and isinstance(message.value, str) and message.value:
                        found[message.value] = None
    return list(found)


def catalogue(language: str) -> Catalog:
    """The catalogue of a language as it is kept."""
    path = LOCALE / language / "LC_MESSAGES" / "kmdx.po"
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as kept:
        return read_po(kept, locale=language)


def updated(language: str) -> Catalog:
    """The catalogue with exactly the messages of the sources; a translation that is known is kept."""
    kept = catalogue(language)
    fresh = Catalog(locale=language, project="kmdx-tui", fuzzy=False, header_comment="# English for kmdx-tui.")
    for message in collected():
        known = kept.get(message)
        fresh.add(message, known.string if known is not None else "")
    return fresh


def po_text(fresh: Catalog) -> bytes:
    """The .po file without dates, so that the same messages give the same bytes."""
    written = io.BytesIO()
    write_po(written, fresh, width=120, no_location=True, omit_header=False, sort_output=False)
    lines = written.getvalue().decode().splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith(_NOISE)).encode()


def mo_bytes(fresh: Catalog) -> bytes:
    """The compiled catalogue, read back from the kept text; its dates are fixed, or each minute would differ."""
    kept = read_po(io.BytesIO(po_text(fresh)), locale=fresh.locale)
    kept.creation_date = kept.revision_date = datetime(2026, 1, 1, tzinfo=UTC)
    compiled = io.BytesIO()
    write_mo(compiled, kept)
    return compiled.getvalue()


def main() -> None:
    """Rewrite, or list what is missing."""
    for language in sorted(path.name for path in LOCALE.iterdir()):
        fresh = updated(language)
        missing = [str(message.id) for message in fresh if message.id and not message.string]
        if "--missing" in sys.argv:
            print("\n".join(missing))
            continue
        folder = LOCALE / language / "LC_MESSAGES"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "kmdx.po").write_bytes(po_text(fresh))
        (folder / "kmdx.mo").write_bytes(mo_bytes(fresh))
        print(f"{language}: {len(fresh)} messages, {len(missing)} without a translation")


if __name__ == "__main__":
    main()
