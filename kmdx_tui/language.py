"""The reader's language: Chinese needs no catalogue, English comes from `locale/`."""

from __future__ import annotations

from pathlib import Path

from models.text import set_translator

LOCALE = Path(__file__).parent / "locale"
"""`<lang>/LC_MESSAGES/kmdx.mo` for every language but Chinese."""


def use(lang: str) -> None:
    """Speak a language from now on in this process; one without a catalogue leaves the Chinese as it is."""
    if lang == "zh":
        set_translator(str)
        return
    import gettext

    catalogue = gettext.translation("kmdx", LOCALE, [lang], fallback=True)
    set_translator(lambda message: catalogue.gettext(message) if message else message)
