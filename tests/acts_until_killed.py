"""Not a test: a process of the office that types marks or takes in files until it is killed (see test_nothing_lost).

Each act is announced on a line of JSON before it begins, and acknowledged on another once the service has said that it
is saved: whoever reads the pipe knows what a person at this desk would have seen.
"""

import json
import random
import sys
from pathlib import Path

from models.database import Database
from models.queries.base import Office
from models.views.people import Actor


def say(word: str, *what: object) -> None:
    print(json.dumps([word, *what]), flush=True)


def type_marks(office: Office, seat: int, name: str, meeting: str, draw: random.Random) -> None:
    """Mark, hand in and take back own sheets at random, for ever."""
    from models.enums import Role, SheetState
    from models.queries.desk import desk
    from models.rules.marks import format_points as points
    from models.services import scoring

    actor = Actor(name, Role.EXPERT, seat_id=seat, meeting=meeting)
    view = desk(office, actor, meeting)
    criteria = view.rubric.criteria
    sheets = {row.no: (row.state, set(row.marks)) for row in view.rows if not row.recused}
    while True:
        no = draw.choice(list(sheets))
        state, marked = sheets[no]
        if state is SheetState.SUBMITTED:
            say("try", "take_back", no)
            saved = scoring.take_back(office, actor, meeting, no)
        elif len(marked) == len(criteria) and draw.random() < 0.5:
            say("try", "submit", no)
            (saved,) = scoring.submit(office, actor, meeting, [no])
        else:
            chosen = draw.sample(criteria, draw.randint(1, len(criteria)))
            marks = {c.code: points(draw.randint(0, c.full // c.step) * c.step) for c in chosen}
            say("try", "enter", no, marks)
            saved = scoring.enter_marks(office, actor, meeting, no, marks)
        sheets[no] = saved.state, set(saved.marks)
        say("saved")


def take_files(office: Office, batch: str, files: list[str]) -> None:
    """Import rosters, one after the other."""
    from models.services.intake import import_roster
    from models.services.office import find_person

    actor = find_person(office, "张秘书")
    for file in files:
        say("try", "import", file)
        import_roster(office, actor, [Path(file)], batch)
        say("saved")
    say("done")


def main() -> None:
    """Wait, with everything loaded, for one line of JSON that says what to do."""
    import models.queries.desk
    import models.services.intake
    import models.services.scoring  # noqa: F401

    what, place, *rest = json.loads(sys.stdin.readline())
    office = Office(Database(place))
    if what == "marks":
        seed, seat, name, meeting = rest
        type_marks(office, seat, name, meeting, random.Random(seed))
    else:
        batch, files = rest
        take_files(office, batch, files)


if __name__ == "__main__":
    main()
