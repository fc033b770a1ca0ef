"""How the video is written, and the button that writes it."""

from __future__ import annotations

from pathlib import Path

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtGui import QAction
from PyQt6.QtWidgets import QMenu, QToolButton, QWidget

from gui.panels.avatar.boxes import Box, tool
from gui.panels.avatar.choices import OPAQUE_ONLY, RATES, Choices
from gui.texts import avatar as texts
from gui.theme import Theme
from gui.widgets.combo import Combo
from gui.widgets.labels import label, text_button

COLOUR, PICTURE, OTHER = "colour", "picture", "file"


class VideoBox(Box):
    """`changed(field, value)` of `Choices`; `wanted(what)`: a dialog for "colour", "picture", "sound" or "words";
    `export_wanted`."""

    changed = pyqtSignal(str, object)
    wanted = pyqtSignal(str)
    export_wanted = pyqtSignal()

    def __init__(self, theme: Theme, shortcut: str, parent: QWidget | None = None) -> None:
        super().__init__(theme, texts.VIDEO, parent)
        self.format = self._combo(texts.FORMAT, texts.FORMAT_TIP, "format", tuple(texts.FORMATS.items()))
        self.pixels = self._combo(texts.SIZE, texts.SIZE_TIP, "size", tuple(texts.SIZES.items()))
        self.fps = self._combo(texts.FPS, texts.FPS_TIP, "fps", tuple((rate, rate) for rate in RATES))
        self.background = Combo(texts.BACKGROUND, texts.BACKGROUND_TIP)
        self.background.chosen.connect(self._background)
        self.row(texts.BACKGROUND, self.background)
        self.sound = Combo(texts.SOUND, texts.SOUND_TIP)
        self.sound.chosen.connect(self._sound)
        self.row(texts.SOUND, self.sound)
        self.words = tool(theme, texts.WORDS_FILE, "lyrics", texts.WORDS_FILE_TIP, lambda: self.wanted.emit("words"))
        self.subtitles = Combo(texts.SUBTITLES, texts.SUBTITLES_TIP)
        self.subtitles.offer(tuple(texts.SUBTITLE_WAYS.items()))
        self.subtitles.chosen.connect(lambda value: self.changed.emit("subtitles", value))
        self.row(texts.SUBTITLES, self.subtitles, self.words)
        self.motion = QToolButton()
        self._kinds = self._motion_menu()
        self.row(texts.ALSO, self.motion)
        self._warning = label("", "warn", wraps=True)
        self.column.addWidget(self._warning)
        self._tip = texts.EXPORT_TIP.format(shortcut=shortcut)
        self.export = text_button(texts.EXPORT, self.export_wanted.emit, "primary", about=self._tip)
        self.column.addWidget(self.export)

    def show_choices(self, choices: Choices, lacking: str) -> None:
        """`lacking`: why no video can be made now, "" when one can."""
        self.format.show_value(choices.format)
        self.pixels.show_value(choices.size)
        self.fps.show_value(choices.fps)
        known = dict(texts.BACKGROUNDS)
        if choices.background not in known:
            known[choices.background] = _name_of(choices.background)
        self.background.offer(tuple(known.items()))
        self.background.show_value(choices.background)
        own = [] if choices.sound is None else [(str(choices.sound), choices.sound.name)]
        self.sound.offer([("", texts.SOUND_VOCAL), *own, (OTHER, texts.SOUND_FILE)])
        self.sound.show_value("" if choices.sound is None else str(choices.sound))
        self.subtitles.show_value(choices.subtitles)
        self.words.setToolTip(str(choices.words) if choices.words is not None else texts.WORDS_FILE_TIP)
        for kind, action in self._kinds.items():
            action.setChecked(kind in choices.motion)
        self._name_motion(choices)
        clash = choices.transparent and choices.format in OPAQUE_ONLY
        self._warning.setText(texts.NO_ALPHA if clash else "")
        self._warning.setVisible(clash)
        self.export.setEnabled(not lacking and not clash)
        self.export.setToolTip(lacking or (texts.NO_ALPHA if clash else self._tip))

    def _combo(self, name: str, tip: str, field: str, values: tuple[tuple[str, str], ...]) -> Combo:
        combo = Combo(name, tip)
        combo.offer(values)
        combo.chosen.connect(lambda value: self.changed.emit(field, value))
        self.row(name, combo)
        return combo

    def _motion_menu(self) -> dict[str, QAction]:
        menu = QMenu(self.motion)
        made: dict[str, QAction] = {}
        for kind, name in texts.MOTION_KINDS.items():
            action = menu.addAction(name)
            assert action is not None
            action.setCheckable(True)
            action.toggled.connect(lambda _on: self._motion_chosen())
            made[kind] = action
        self.motion.setMenu(menu)
        self.motion.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.motion.setToolTip(texts.ALSO_TIP)
        self.motion.setSizePolicy(self.format.sizePolicy())
        return made

    def _motion_chosen(self) -> None:
        self.changed.emit("motion", tuple(kind for kind, action in self._kinds.items() if action.isChecked()))

    def _name_motion(self, choices: Choices) -> None:
        short = ", ".join(dict.fromkeys(texts.MOTION_SHORT[kind] for kind in choices.motion)) or texts.ALSO_NONE
        self.motion.setText(short)
        self.motion.setAccessibleName(f"{texts.ALSO}: {short}")

    def _background(self, value: str) -> None:
        if value in (COLOUR, PICTURE):
            self.wanted.emit(value)
        else:
            self.changed.emit("background", value)

    def _sound(self, value: str) -> None:
        if value == OTHER:
            self.wanted.emit("sound")
        else:
            self.changed.emit("sound", Path(value) if value else None)


def _name_of(background: str) -> str:
    """A colour as it is, a picture by its name."""
    return background if background.startswith("#") else Path(background).name
