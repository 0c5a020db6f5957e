"""The English catalogue: complete, with the same placeholders, and compiled from what is kept as text."""

import importlib.util
import re
import string
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "kmdx_tui" / "locale" / "en" / "LC_MESSAGES"
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("messages_tool", ROOT / "tools" / "messages.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def test_every_message_has_its_english(tool: ModuleType) -> None:
    catalogue = tool.catalogue("en")
    lacking = [m for m in tool.collected() if m not in catalogue or not catalogue.get(m).string]
    assert lacking == []


def test_no_translation_is_left_over(tool: ModuleType) -> None:
    wanted = set(tool.collected())
    assert [m.id for m in tool.catalogue("en") if m.id and m.id not in wanted] == []


def test_translations_keep_their_placeholders(tool: ModuleType) -> None:
    wrong = [m.id for m in tool.catalogue("en") if m.id and placeholders(m.id) != placeholders(m.string)]
    assert wrong == []


def test_the_english_is_english(tool: ModuleType) -> None:
    """Chinese stands in it only between quotation marks, as a word that a file must hold."""
    bare = (re.sub(r"[“\"][^”\"]*[”\"]", "", m.string) for m in tool.catalogue("en") if m.id)
    left = [string for string in bare if CHINESE.search(string)]
    assert left == []


def test_the_compiled_catalogue_is_of_the_text(tool: ModuleType) -> None:
    assert (FOLDER / "kmdx.mo").read_bytes() == tool.mo_bytes(tool.catalogue("en"))
