"""The rules of the house that no linter knows: sizes, lazy start-up, documented words and commands."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("kmdx_tui", "screens", "models", "seeds")
SOURCES = [
    path
    for package in PACKAGES
    for path in sorted((ROOT / package).rglob("*.py"))
    if "versions" not in path.parts  # migrations are generated
]


def functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_file_and_no_function_is_too_long(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").count("\n")
    long = [f"{f.name}: {f.end_lineno - f.lineno + 1}" for f in functions(path) if (f.end_lineno or 0) - f.lineno >= 70]
    assert lines <= (150 if path.name == "app.py" else 400)
    assert long == []


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_face_imports_nothing(package: str) -> None:
    tree = ast.parse((ROOT / package / "__init__.py").read_text(encoding="utf-8"))
    assert [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)] == []


def loaded_after(statement: str) -> set[str]:
    code = f"import sys\n{statement}\nprint('\\n'.join(sys.modules))"
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT, env=environment
    )
    return {name.partition(".")[0] for name in done.stdout.split()}


def test_the_door_is_painted_without_database_or_command_line() -> None:
    loaded = loaded_after("import kmdx_tui.__main__, kmdx_tui.app")
    assert {"textual"} <= loaded
    assert loaded & {"sqlalchemy", "sqlmodel", "typer", "pydantic", "alembic", "docx", "xlsxwriter"} == set()


def test_the_first_query_needs_no_sqlmodel() -> None:
    loaded = loaded_after("import models.database, models.queries.base, models.queries.door, models.queries.desk")
    assert {"sqlalchemy"} <= loaded
    assert loaded & {"sqlmodel", "pydantic", "alembic"} == set()


def test_nothing_committed_names_a_machine() -> None:
    listed = subprocess.check_output(["git", "ls-files"], text=True, cwd=ROOT).split("\n")
    hosts = ("pypi" + ".org", "pythonhosted" + ".org", "/work" + "/", "/root" + "/")
    found = []
    for name in listed:
        path = ROOT / name
        if path.suffix in {".py", ".toml", ".lock", ".md", ".txt", ".tcss", ".po", ""} and path.is_file():
            text = path.read_text(encoding="utf-8", errors="ignore")
            found += [f"{name}: {host}" for host in hosts if host in text]
    assert found == []
