"""Where what nobody expected is written down."""

from __future__ import annotations

import logging
from pathlib import Path


def log_to(path: Path) -> None:
    """Unexpected errors go to a file: the terminal belongs to the screens."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handler = logging.FileHandler(path, encoding="utf-8", delay=True)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    logging.getLogger("kmdx").addHandler(handler)
