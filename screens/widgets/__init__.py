"""Widgets of our own: long tables, the scoring grid, and the lines around the work."""
