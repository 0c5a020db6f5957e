"""Parts of the screen for paper sheets."""
