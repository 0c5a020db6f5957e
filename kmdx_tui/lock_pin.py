"""A short PIN for an idle desk: set at it, kept in its memory alone, good for a few tries."""

from __future__ import annotations

from models.errors import NotPermitted, WrongUse
from models.text import T

LEAST, MOST = 4, 8
"""Digits of the PIN. No phrase is that short, so that what is typed at a lock is always one or the other."""

MOST_TRIES = 5
"""After so many wrong ones in a row the PIN is gone, and only the phrase unlocks."""


class LockPin:
    """The PIN of one desk and one person. It opens nothing but the lock: the keys are in the desk's memory anyway."""

    def __init__(self) -> None:
        self._hashed = ""
        self._wrong = 0

    @property
    def is_set(self) -> bool:
        """Whether there is one that still counts."""
        return bool(self._hashed) and self._wrong < MOST_TRIES

    def set(self, typed: str) -> None:
        """Keep a PIN from now on; an empty one takes it away. Raises `WrongUse`. Takes about 65 ms."""
        from models.services.secrets import hash_secret

        check(typed)
        self._hashed = hash_secret(_plain(typed)) if typed else ""
        self._wrong = 0

    def is_tried_by(self, typed: str) -> bool:
        """Whether what was typed at the lock is meant for the PIN: there is or was one, and it looks like one."""
        return bool(self._hashed) and _looks_like_one(typed)

    def prove(self, typed: str) -> None:
        """Check a try, and count it. Raises `NotPermitted`. Takes about 65 ms."""
        from models.services.secrets import matches

        if self.is_set and matches(self._hashed, _plain(typed)):
            self._wrong = 0
            return
        self._wrong += 1
        if self.is_set:
            left = MOST_TRIES - self._wrong
            raise NotPermitted("lock_pin_wrong", T("锁屏密码不对，还可以试 {left} 次；也可以输入口令。", left=left))
        raise NotPermitted("lock_pin_gone", T("锁屏密码输错 {most} 次，已经作废，请输入口令。", most=MOST_TRIES))


def check(typed: str) -> None:
    """Refuse what can't be a PIN of a desk. Raises `WrongUse`; an empty one is none, and fine."""
    if typed and not _looks_like_one(typed):
        raise WrongUse("lock_pin_form", T("锁屏密码须为 {least}–{most} 位数字。", least=LEAST, most=MOST))


def _plain(typed: str) -> str:
    from models.services.secrets import plain_pin

    return plain_pin(typed.strip())


def _looks_like_one(typed: str) -> bool:
    plain = _plain(typed)
    return plain.isascii() and plain.isdigit() and LEAST <= len(plain) <= MOST
