"""Print every figure beside its floor, then how they grow. `python -m bench [WORD]` runs those named like the word."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from bench import browser, data, lists, many, ranks, terminal, whys


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
        ranks.rank_big_ties,
        ranks.rank_big_criteria,
        ranks.rank_big_explained,
        ranks.deliberate_big,
        lists.allocate_big,
        lists.allocate_tied,
        lists.what_if_big,
        data.import_big,
        lists.growth,
        whys.smallest_change,
        whys.fewest_moves,
        many.many_desks,
        browser.browser_desks,
    ):
        if wanted in run.__name__:
            with tempfile.TemporaryDirectory() as folder:
                print(run(Path(folder)), flush=True)


main()
