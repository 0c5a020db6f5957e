"""What a desk's process is told when it begins."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from enum import StrEnum


class Door(StrEnum):
    """Through which door somebody comes."""

    BROWSER = "browser"
    TERMINAL = "terminal"


@dataclass(frozen=True)
class Order:
    """One desk: on which database, in which language, through which door.

    `name` is offered at the door; `secret` is what its holder has proven already, so that it isn't asked for twice.
    `environment` is set in the desk's process before it begins.
    """

    place: str
    lang: str
    door: Door = Door.BROWSER
    name: str | None = None
    secret: str | None = field(default=None, repr=False)
    environment: dict[str, str] = field(default_factory=dict)

    def packed(self) -> bytes:
        """As bytes for the way to another process."""
        return json.dumps(asdict(self)).encode()

    @classmethod
    def unpacked(cls, packed: bytes) -> Order:
        """From `packed`."""
        told = json.loads(packed)
        return cls(**{**told, "door": Door(told["door"])})
