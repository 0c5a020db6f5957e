from datetime import timedelta

import pytest

from models.rules.locks import locked_for


@pytest.mark.parametrize(
    ("tries", "minutes"),
    [(0, None), (1, None), (4, None), (5, 1), (6, None), (9, None), (10, 5), (15, 15), (20, 60), (21, None), (25, 60)],
)
def test_every_fifth_wrong_try_locks_and_each_time_for_longer(tries: int, minutes: int | None) -> None:
    assert locked_for(tries) == (None if minutes is None else timedelta(minutes=minutes))
