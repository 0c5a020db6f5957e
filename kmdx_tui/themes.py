"""The four themes: day, night, high contrast, projector. Calm; the accent is for what comes next.

One colour warns and one refuses, in every theme. None of them is the only bearer of a meaning.
"""

from __future__ import annotations

from typing import Any

from textual.app import App
from textual.theme import Theme

from models.text import mark

DEFAULT = "night"

LABELS = {"day": mark("日间"), "night": mark("夜间"), "contrast": mark("高对比"), "projector": mark("投影")}
"""The themes' words, by their names in the settings."""

THEMES = (
    Theme(
        name="day",
        dark=False,
        primary="#1f4e79",
        secondary="#4a6a8a",
        accent="#0b5cad",
        foreground="#1c1f24",
        background="#e9ebee",
        surface="#f7f8f9",
        panel="#dfe4ea",
        success="#1c6b3c",
        warning="#8a5200",
        error="#b3261e",
        variables={
            "block-cursor-background": "#1f4e79",
            "block-cursor-foreground": "#ffffff",
            "block-cursor-blurred-background": "#c9d6e4",
            "scrollbar": "#9fb3c8",
            "scrollbar-background": "#e4e8ed",
            "block-cursor-blurred-foreground": "#1c1f24",
        },
    ),
    Theme(
        name="night",
        dark=True,
        primary="#27496d",
        secondary="#3f6186",
        accent="#7cc4ff",
        foreground="#d8dee6",
        background="#14181d",
        surface="#1a1f26",
        panel="#262d37",
        success="#7fc89a",
        warning="#e8b04b",
        error="#ff8a80",
        variables={
            "block-cursor-background": "#2f6ea8",
            "block-cursor-foreground": "#ffffff",
            "block-cursor-blurred-background": "#2c3948",
            "scrollbar": "#4a5f78",
            "scrollbar-background": "#20262e",
            "block-cursor-blurred-foreground": "#d8dee6",
        },
    ),
    Theme(
        name="contrast",
        dark=True,
        primary="#003a8c",
        secondary="#005bd3",
        accent="#00ffff",
        foreground="#ffffff",
        background="#000000",
        surface="#000000",
        panel="#2a2a2a",
        success="#00ff66",
        warning="#ffff00",
        error="#ff7b7b",
        luminosity_spread=0.2,
        text_alpha=1.0,
        variables={
            "block-cursor-background": "#ffffff",
            "block-cursor-foreground": "#000000",
            "block-cursor-blurred-background": "#4d4d4d",
            "scrollbar": "#bdbdbd",
            "scrollbar-background": "#2a2a2a",
            "block-cursor-blurred-foreground": "#ffffff",
        },
    ),
    Theme(
        name="projector",
        dark=False,
        primary="#0a2f5a",
        secondary="#274b77",
        accent="#004fb0",
        foreground="#000000",
        background="#ffffff",
        surface="#ffffff",
        panel="#e3e8ee",
        success="#00561f",
        warning="#7a3d00",
        error="#a80000",
        text_alpha=1.0,
        variables={
            "block-cursor-background": "#0a2f5a",
            "block-cursor-foreground": "#ffffff",
            "block-cursor-blurred-background": "#c3d3e6",
            "scrollbar": "#7f9abb",
            "scrollbar-background": "#e3e8ee",
            "block-cursor-blurred-foreground": "#000000",
        },
    ),
)


def register(app: App[Any], chosen: str = DEFAULT) -> None:
    """Make the themes known to an app and choose one; an unknown name falls back to the default."""
    for theme in THEMES:
        app.register_theme(theme)
    app.theme = chosen if chosen in LABELS else DEFAULT
