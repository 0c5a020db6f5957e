"""The board of a database's big meeting, opened as its secretary: what `key_to_paint` types on."""

from __future__ import annotations

import sys

from bench.big import MEETING
from kmdx_tui.app import KmdxApp
from models.database import Database
from models.queries.base import Office
from models.services.office import find_person


def main() -> None:
    """Open it."""
    place = sys.argv[1]
    app = KmdxApp(lambda: Office(Database(place)), place)
    app.sit(find_person(app.office, "秘书"), MEETING)
    app.start = "board"
    app.run()


if __name__ == "__main__":
    main()
