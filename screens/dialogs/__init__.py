"""Dialogs: each asks one thing and is dismissed with the answer; the screen below does the writing."""
