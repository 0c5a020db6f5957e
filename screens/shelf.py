"""Words half typed, kept on this machine's disk: a desk that dies takes none of them along.

One file for each person, meeting and phase, in a box that only their own key opens; its name does not tell whose it is.
Where marks are not sealed people have no keys, and nothing is kept.
"""

from __future__ import annotations

import hashlib
import json
import logging
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from models.errors import Refused
from models.files import write_whole

if TYPE_CHECKING:
    from models.enums import Phase
    from models.views.people import Keys, PublicKeys

log = logging.getLogger("kmdx.screens")

BLOCK = 4096
"""Bytes that what is boxed is padded to a multiple of: a file's length does not follow the typing."""

DAYS = 60
"""What nobody has touched for so long is thrown away: no phase of a meeting lasts longer."""

Words = dict[str, dict[str, str]]
"""What was typed, by what was asked and by the input's name."""


def _words(read: object) -> Words:
    """Who writes to the folder can box something else to the same person: their key is public."""
    if not isinstance(read, dict) or not all(isinstance(words, dict) for words in read.values()):
        raise ValueError("no words")
    if not all(isinstance(word, str) for words in read.values() for word in words.values()):
        raise ValueError("no words")
    return read


class Shelf:
    """A folder with what the people of one database have typed and not stored."""

    def __init__(self, folder: Path, place: str) -> None:
        """`place` is the database's path or URL: the same name in another one is another person."""
        self._folder = folder
        self._place = place if "://" in place else str(Path(place).expanduser().resolve())

    def read(self, name: str, meeting: str | None, phase: Phase | None, keys: Keys) -> Words:
        """What is kept for a person; nothing where it does not open, as after a phrase that was lost."""
        from models.sealed import Unsealable, unseal

        try:
            packed = unseal(keys.box, self._file(name, meeting, phase).read_bytes())
            return _words(json.loads(packed.rstrip(b"\0")))
        except (OSError, Unsealable, ValueError):
            return {}

    def write(self, name: str, meeting: str | None, phase: Phase | None, public: PublicKeys, words: Words) -> bool:
        """Keep this, in place of what was kept. False: the disk does not take it, which is written to the log."""
        from models.sealed import seal

        file = self._file(name, meeting, phase)
        try:
            if not words:
                file.unlink(missing_ok=True)
                return True
            packed = json.dumps(words, ensure_ascii=False).encode()
            padded = packed.ljust(-(-len(packed) // BLOCK) * BLOCK, b"\0")
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_whole(file, seal(public.box, padded), 0o600)
        except (OSError, Refused):
            log.warning("words half typed could not be kept in %s", self._folder, exc_info=True)
            return False
        return True

    def _file(self, name: str, meeting: str | None, phase: Phase | None) -> Path:
        whose = json.dumps([self._place, name, meeting, phase])
        return self._folder / f"{hashlib.sha256(whose.encode()).hexdigest()[:32]}.box"

    def sweep(self) -> None:
        """Throw away what nobody has touched for `DAYS`."""
        oldest = time.time() - DAYS * 24 * 3600
        with suppress(OSError):
            for file in self._folder.iterdir():
                if file.stat().st_mtime < oldest:
                    file.unlink(missing_ok=True)
