"""What the settings of the whole window do, and where they are kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, cast, get_args

from PyQt6.QtWidgets import QWidget

from gui.document.settings import Settings
from gui.engine_process import EngineState, Failure
from gui.settings_dialog import SettingsDialog
from gui.texts import settings as texts
from gui.theme import Choice

if TYPE_CHECKING:
    from gui.panels.base import Studio

DEVICE, BRIDGE = "device", "bridge.start"


def device_of(settings: Settings) -> str:
    """What computes."""
    return settings.text(DEVICE, "auto", tuple(texts.DEVICES))


def starts_bridge(settings: Settings) -> bool:
    """Whether the bridge is started with the window."""
    return settings.flag(BRIDGE, True)


class SettingsLink:
    """Opens the dialog; `device_changed` is called when another device is to compute."""

    def __init__(
        self, studio: Studio, choose_theme: Callable[[Choice], object], device_changed: Callable[[], object]
    ) -> None:
        self._studio, self._choose_theme, self._device_changed = studio, choose_theme, device_changed

    def open(self, window: QWidget) -> SettingsDialog:
        """Over the window, which goes on behind it."""
        settings = self._studio.settings
        dialog = SettingsDialog(self._studio.theme, device_of(settings), starts_bridge(settings), window)
        dialog.theme_chosen.connect(self._theme)
        dialog.device_chosen.connect(lambda device: self._device(device, dialog))
        dialog.bridge_chosen.connect(lambda starts: settings.put(BRIDGE, bool(starts)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        self._ask(dialog)
        return dialog

    def _theme(self, choice: str) -> None:
        if choice in get_args(Choice):
            self._choose_theme(cast("Choice", choice))

    def _device(self, device: str, dialog: SettingsDialog) -> None:
        self._studio.settings.put(DEVICE, device)
        self._studio.engine.device = device
        self._studio.bridge.renew()
        self._device_changed()
        self._ask(dialog)

    def _ask(self, dialog: SettingsDialog) -> None:
        """What can be used here, and what comes of the choice."""
        if self._studio.engine.state is EngineState.STOPPED:
            dialog.show_failure(Failure("ours", texts.DEVICE_STOPPED))
            return
        dialog.show_asking()
        ask = self._studio.engine.ask("facts", {}, "settings.facts")
        # Methods of the dialog's own: they are forgotten with it.
        ask.done.connect(dialog.show_facts)
        ask.failed.connect(dialog.show_failure)
