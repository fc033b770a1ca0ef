"""How to isolate: separator, method, quality, format, and where to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtGui import QWheelEvent
from PyQt6.QtWidgets import QFileDialog, QFormLayout, QSpinBox, QWidget

from gui.document.settings import Settings
from gui.panels.isolate.runner import Manner
from gui.texts import isolate as text
from gui.theme import Theme
from gui.widgets.combo import Combo
from gui.widgets.labels import label

_OTHER = "…"


class MannerForm(QWidget):
    """What was chosen is remembered.  `changed` when the user chooses."""

    changed = pyqtSignal()

    def __init__(self, theme: Theme, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._kinds: dict[str, str] = {}
        self.separator = Combo(text.SEPARATOR, text.SEPARATOR_TIP)
        self.method = Combo(text.METHOD, text.METHOD_TIP)
        self.steps = _Steps()
        self.format = Combo(text.FORMAT, text.FORMAT_TIP)
        self.out = Combo(text.OUT, text.OUT_TIP)
        self._out = self._remembered_folder()
        form = QFormLayout(self)
        gap = theme.tokens.measures.gap
        form.setContentsMargins(0, 0, 0, 0)
        form.setVerticalSpacing(gap + 2)
        form.setHorizontalSpacing(2 * gap)
        for name, field in (
            (text.SEPARATOR, self.separator),
            (text.METHOD, self.method),
            (text.STEPS, self.steps),
            (text.FORMAT, self.format),
            (text.OUT, self.out),
        ):
            told = label(name, "soft")
            told.setBuddy(field)
            form.addRow(told, field)
        self._fill()

    def _fill(self) -> None:
        settings = self._settings
        self.method.offer(list(text.METHODS.items()))
        self.method.show_value(settings.text("isolate.method", "", tuple(text.METHODS)))
        self.format.offer(list(text.FORMATS.items()))
        self.format.show_value(settings.text("isolate.format", "FLOAT", tuple(text.FORMATS)))
        self.steps.setValue(round(settings.number("isolate.steps", 0, 0, 200)))
        self.separator.offer([("", text.SEPARATOR_DEFAULT)])
        self.separator.show_value("")
        self._offer_folders()
        for combo in (self.separator, self.method, self.format):
            combo.chosen.connect(self._chosen)
        self.steps.valueChanged.connect(self._chosen)
        self.out.chosen.connect(self._out_chosen)
        self._enable()

    def show_models(self, models: Sequence[Mapping[str, Any]]) -> None:
        """The separators among the installed models; the first of them is taken when none was chosen."""
        found = [model for model in models if model.get("role") == "separator"]
        self._kinds = {str(model["id"]): str(model.get("kind", "")) for model in found}
        if not found:
            return
        self.separator.offer([(str(model["id"]), str(model["name"])) for model in found])
        wanted = self._settings.text("isolate.separator", "", tuple(self._kinds))
        self.separator.show_value(wanted or str(found[0]["id"]))
        self._enable()

    def manner(self) -> Manner:
        """As chosen."""
        diffusion = self._diffusion()
        refine = str(self.method.currentData() or "") if diffusion else ""
        return Manner(
            separator=str(self.separator.currentData() or ""),
            refine=refine,
            num_steps=self.steps.value() or None if refine in ("mask", "none") else None,
            subtype=str(self.format.currentData()),
            out=self._out,
        )

    def _diffusion(self) -> bool:
        """Whether the separator has methods and steps to choose; others have one way."""
        return self._kinds.get(str(self.separator.currentData()), "latent-diffusion") == "latent-diffusion"

    def _enable(self) -> None:
        diffusion = self._diffusion()
        self.method.setEnabled(diffusion)
        self.steps.setEnabled(diffusion and str(self.method.currentData()) in ("mask", "none"))

    def _chosen(self) -> None:
        settings = self._settings
        settings.put("isolate.method", str(self.method.currentData()))
        settings.put("isolate.format", str(self.format.currentData()))
        settings.put("isolate.steps", self.steps.value())
        if self.separator.currentData():
            settings.put("isolate.separator", str(self.separator.currentData()))
        self._enable()
        self.changed.emit()

    def _out_chosen(self, value: str) -> None:
        if value == _OTHER:
            start = str(self._out or Path.home())
            chosen = QFileDialog.getExistingDirectory(self, text.OUT, start)
            value = chosen or (str(self._out) if self._out else "")
        self._out = Path(value) if value else None
        self._settings.put("isolate.out", value)
        self._offer_folders()
        self.changed.emit()

    def _offer_folders(self) -> None:
        own = [(str(self._out), self._out.name or str(self._out))] if self._out else []
        self.out.offer([("", text.OUT_BESIDE), *own, (_OTHER, text.OUT_CHOOSE)])
        self.out.show_value(str(self._out) if self._out else "")
        self.out.setToolTip(f"{text.OUT_TIP}\n{self._out}" if self._out else text.OUT_TIP)

    def _remembered_folder(self) -> Path | None:
        value = self._settings.text("isolate.out")
        return Path(value) if value else None


class _Steps(QSpinBox):
    def __init__(self) -> None:
        super().__init__()
        self.setRange(0, 200)
        self.setSpecialValueText(text.STEPS_AUTO)
        self.setSuffix(text.STEPS_SUFFIX)
        self.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
        self.setAccessibleName(text.STEPS)
        self.setToolTip(text.STEPS_TIP)

    def wheelEvent(self, event: QWheelEvent | None) -> None:  # noqa: N802 - Qt's name
        # Scrolling past must not change it.
        if event is not None and not self.hasFocus():
            event.ignore()
        else:
            super().wheelEvent(event)
