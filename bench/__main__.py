"""Print every figure beside its floor. `python -m bench [WORD]` runs those whose name holds the word."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from bench import data, terminal


def main() -> None:
    """Run them one after the other, each in a folder of its own."""
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    print(f"{'':<42}{'ours':>12}  {'floor':>12}  {'ratio':>8}")
    for run in (
        terminal.first_paint,
        terminal.desk_usable,
        terminal.key_to_paint,
        data.mark_durable,
        data.rank_big,
        data.import_big,
    ):
        if wanted in run.__name__:
            with tempfile.TemporaryDirectory() as folder:
                print(run(Path(folder)), flush=True)


main()
