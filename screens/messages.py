"""What screens tell the app."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message


@dataclass
class DeskTakenOver(Message):
    """This person sits at another desk now; `why` says since when and where."""

    why: str

    def __post_init__(self) -> None:
        super().__init__()
