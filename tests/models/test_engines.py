"""Places of databases: what is none, and what is never shown of them."""

import pytest

from models.database import Database
from models.engines import masked
from models.errors import DatabaseUnusable


@pytest.mark.parametrize(
    ("place", "shown"),
    [
        ("/srv/kmdx.db", "/srv/kmdx.db"),
        ("sqlite:////srv/kmdx.db", "sqlite:////srv/kmdx.db"),
        ("postgresql://host/kmdx", "postgresql://host/kmdx"),
        ("postgresql://u@host/kmdx", "postgresql://u@host/kmdx"),
        ("postgresql+psycopg://u:pw@host:5432/kmdx", "postgresql+psycopg://u:***@host:5432/kmdx"),
        ("postgresql://u:p@ss:w@host/kmdx", "postgresql://u:***@host/kmdx"),
        ("postgresql://h/kmdx?user=u&password=pw&sslmode=require", "postgresql://h/kmdx?user=u&password=***&sslmode=require"),
        ("postgresql://h/kmdx?sslpassword=pw", "postgresql://h/kmdx?sslpassword=***"),
    ],
)  # fmt: skip
def test_a_place_is_shown_without_its_passwords(place: str, shown: str) -> None:
    assert masked(place) == shown


@pytest.mark.parametrize(
    "place",
    ["mysql://u:swordfish@h/d", "postgresql+psycopg2://u:swordfish@h/d", "postgresql://u:swordfish@h:x/d", "what://"],
)
def test_what_is_no_place_is_said_without_its_password(place: str) -> None:
    with pytest.raises(DatabaseUnusable) as refused:
        Database(place)
    assert refused.value.code == "database_url"
    assert "swordfish" not in str(refused.value)
