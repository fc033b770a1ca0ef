"""What lies over the window while files are held over it: where they would go."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QFrame, QVBoxLayout, QWidget

from gui.widgets.labels import label


class DropVeil(QFrame):
    """Lets every event through to what lies below."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setProperty("surface", "veil")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._text = label()
        column = QVBoxLayout(self)
        column.addWidget(self._text, 0, Qt.AlignmentFlag.AlignCenter)
        self.hide()

    def show_text(self, text: str) -> None:
        """Over the whole window; "" takes it away."""
        parent = self.parentWidget()
        self._text.setText(text)
        if text and parent is not None:
            self.setGeometry(parent.rect())
            self.raise_()
        self.setVisible(bool(text))
