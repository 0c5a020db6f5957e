"""The themes: every text can be read on its ground."""

from __future__ import annotations

import asyncio

import pytest
from textual.app import App
from textual.color import Color
from textual.theme import Theme

from kmdx_tui.themes import DEFAULT, LABELS, THEMES, register


def contrast(one: str, other: str) -> float:
    """WCAG 2.2 contrast ratio, computed here from its definition."""

    def luminance(colour: str) -> float:
        def part(value: int) -> float:
            share = value / 255
            return share / 12.92 if share <= 0.03928 else ((share + 0.055) / 1.055) ** 2.4

        red, green, blue = Color.parse(colour).rgb
        return 0.2126 * part(red) + 0.7152 * part(green) + 0.0722 * part(blue)

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_texts_stand_out_from_their_ground(theme: Theme) -> None:
    least = 7.0 if theme.name in ("contrast", "projector") else 4.5
    for ground in (theme.surface, theme.panel, theme.background):
        for text in (theme.foreground, theme.accent, theme.warning, theme.error):
            assert ground is not None
            assert text is not None
            assert contrast(text, ground) >= (least if ground != theme.panel else min(least, 4.5))
    variables = theme.variables
    for cursor in ("block-cursor", "block-cursor-blurred"):
        assert contrast(variables[f"{cursor}-foreground"], variables[f"{cursor}-background"]) >= 4.5


def test_register_makes_all_four_known_and_falls_back() -> None:
    async def run() -> None:
        app: App[object] = App()
        async with app.run_test():
            register(app, "projector")
            assert app.theme == "projector"
            register(app, "no such")
            assert app.theme == DEFAULT
            assert set(LABELS) <= set(app.available_themes)

    asyncio.run(run())
    assert [theme.name for theme in THEMES] == list(LABELS)
