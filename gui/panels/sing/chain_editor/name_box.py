"""Under which name effects are saved."""

from __future__ import annotations

from PyQt6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from gui.texts import chains as text
from gui.widgets.labels import label, text_button

_WIDE = 360
_LONGEST = 60


class NameBox(QDialog):
    """`name` is what is written, without what cannot be seen; "" cannot be saved."""

    def __init__(self, parent: QWidget, begun: str) -> None:
        super().__init__(parent)
        self.setWindowTitle(text.NAME_TITLE)
        self.setMinimumWidth(_WIDE)
        self.field = QLineEdit(begun)
        self.field.setMaxLength(_LONGEST)
        self.field.selectAll()
        self.field.textChanged.connect(self._renew)
        self.file = label("", "small")
        self.save = text_button(text.SAVE, self.accept, "primary")
        self.save.setDefault(True)
        named = label(text.NAME, "soft")
        named.setBuddy(self.field)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(text_button(text.CANCEL, self.reject))
        foot.addWidget(self.save)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(8)
        for part in (named, self.field, self.file):
            column.addWidget(part)
        column.addSpacing(8)
        column.addLayout(foot)
        self._renew()

    @property
    def name(self) -> str:
        return "".join(letter for letter in self.field.text() if letter.isprintable()).strip()

    def _renew(self) -> None:
        from plugin_host.rendergraph import chain_id_for

        self.save.setEnabled(bool(self.name))
        self.file.setText(text.NAME_FILE.format(id=chain_id_for(self.name)) if self.name else "")


def ask_name(parent: QWidget, begun: str) -> str:
    """Ask, and wait for the answer; "" when that is given up."""
    box = NameBox(parent, begun)
    agreed = box.exec() == QDialog.DialogCode.Accepted
    name = box.name if agreed else ""
    box.deleteLater()
    return name
