"""Sentences in a dialog, broken as Chinese is: anywhere, not only at the blanks around numbers and names."""

from __future__ import annotations

from textual.content import Content
from textual.geometry import Size
from textual.widgets import Static

from screens.widgets.cells import wrap


class Prose(Static):
    """One or several sentences, as they are: nothing in them is markup."""

    def __init__(self, text: str = "", *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(text, id=id, classes=classes, markup=False)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as it takes."""
        return len(wrap(str(self.content), max(1, width)))

    def render(self) -> Content:
        """The lines, for the width there is."""
        return Content("\n".join(wrap(str(self.content), max(1, self.content_size.width))))
