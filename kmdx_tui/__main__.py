"""The way in: a bare `kmdx` (or `kmdx run`) goes straight to the screens, everything else to the command line.

Nothing heavy is imported here: the first paint waits for neither Typer nor the database layer.
"""

from __future__ import annotations

import sys

from kmdx_tui.settings import LANGUAGES, has_terminal, look


def main() -> int:
    """Run `kmdx` with the process's arguments; returns the exit code."""
    settings, rest = look(sys.argv[1:])
    if rest in ([], ["run"]) and settings.lang in LANGUAGES and has_terminal():
        import gc

        gc.disable()  # start-up makes much and drops little; the app turns it on again once its data is there
        from kmdx_tui.app import run

        return run(settings.place, settings.lang, settings.as_name)
    from kmdx_tui.cli.main import run as run_command

    return run_command(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
