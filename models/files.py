"""Files that are there whole or not at all, and stay when the power goes."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from models.errors import Refused
from models.text import T

_MOST_BYTES = 120
"""Of each part of a file name in UTF-8, so that the whole is within what file systems take: 40 Chinese characters."""


def cut(part: str) -> str:
    """A part of a file name, no longer than file systems take."""
    return part.encode()[:_MOST_BYTES].decode(errors="ignore")


def write_whole(path: Path, content: bytes, mode: int = 0o666) -> None:
    """Put a file in its place whole: written beside it, flushed, moved there. `mode` less what the system takes off."""
    beside = path.with_name(f".{cut(path.stem)}.{os.getpid()}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(beside, "wb", opener=lambda name, flags: os.open(name, flags, mode)) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        raise Refused(
            "file_not_written",
            T("无法写入 {path}（{why}）。", path=path, why=error.strerror or error),
            lift=T("请检查文件夹是否可写、磁盘是否已满、文件是否正被其他程序打开。"),
        ) from error
