"""The tracks of the song: which is edited, which are heard."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from engine.api.project import Track
from gui.texts import sing as text
from gui.theme import Theme
from gui.widgets.elided import ElidedLabel
from gui.widgets.labels import flat_button, set_tone
from gui.widgets.list_row import ListRow, RowColumn
from gui.widgets.name_field import NameField
from gui.widgets.tab_order import in_order


class TrackRow(ListRow):
    """One track: name, who sings it, mute and solo.  A double click or F2 renames it."""

    renamed = pyqtSignal(str, str)
    muted = pyqtSignal(str, bool)
    soloed = pyqtSignal(str, bool)
    stepped = pyqtSignal(str, int)  # to the next or the one before

    def __init__(self, theme: Theme, track_id: str, parent: QWidget | None = None) -> None:
        super().__init__(theme, track_id, parent=parent)
        self._name = ElidedLabel(self)
        self._voice = ElidedLabel(self)
        self._voice.setFont(theme.font("small"))
        self._voice.setProperty("tone", "soft")
        self._mute = self._letter(text.MUTE_LETTER, text.MUTE)
        self._solo = self._letter(text.SOLO_LETTER, text.SOLO)
        self._mute.toggled.connect(lambda on: self.muted.emit(self._id, on))
        self._solo.toggled.connect(lambda on: self.soloed.emit(self._id, on))
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._name)
        words.addWidget(self._voice)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 8, 4)
        row.setSpacing(4)
        row.addLayout(words, 1)
        row.addWidget(self._mute)
        row.addWidget(self._solo)

    def _letter(self, letter: str, name: str) -> QToolButton:
        button = QToolButton(self)
        button.setText(letter)
        button.setCheckable(True)
        button.setFixedSize(24, 24)
        button.setToolTip(name)
        button.setAccessibleName(name)
        return button

    def show_track(self, track: Track, voice: str, current: bool, solo: bool, warning: str = "") -> None:
        """Show what the song has, and in place of the voice what is wrong; nothing is emitted."""
        self._name.setFont(self._theme.font("bold" if current else "body"))
        self._name.tell(track.name)
        self._show_below(voice, warning)
        for button, on in ((self._mute, track.mute), (self._solo, solo)):
            button.blockSignals(True)
            button.setChecked(on)
            button.blockSignals(False)
        self._current = current
        row = text.TRACK_ROW_WARNED if warning else text.TRACK_ROW
        self.setAccessibleName(row.format(name=track.name, voice=voice, warning=warning))
        self.update()

    def _show_below(self, voice: str, warning: str) -> None:
        self._voice.tell(warning or voice)
        set_tone(self._voice, "bad" if warning else "soft")

    def keyPressEvent(self, event: QKeyEvent | None) -> None:  # noqa: N802 - Qt's name
        if event is None:
            return
        key = event.key()
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.stepped.emit(self._id, 1 if key == Qt.Key.Key_Down else -1)
        elif key == Qt.Key.Key_M:
            self.toggle_mute()
        elif key == Qt.Key.Key_S:
            self.toggle_solo()
        else:
            super().keyPressEvent(event)

    def toggle_mute(self) -> None:
        """As a click on M."""
        self._mute.toggle()

    def toggle_solo(self) -> None:
        """As a click on S."""
        self._solo.toggle()

    def rename(self) -> None:
        """Type another name in the name's place; an empty one and Esc leave it."""
        editor = NameField(self._name.told, self)
        editor.setAccessibleName(text.NAME)
        editor.setGeometry(6, 4, max(80, self._mute.x() - 10), 26)
        editor.done.connect(self._named)
        editor.show()
        editor.setFocus()

    def _named(self, name: str) -> None:
        if name and name != self._name.told:
            self.renamed.emit(self._id, name)


class TrackList(QWidget):
    """All tracks, one below the other, with buttons to add, duplicate and remove.

    The edits themselves are the owner's: the list only says what is wished.
    """

    chosen = pyqtSignal(str)
    renamed = pyqtSignal(str, str)
    muted = pyqtSignal(str, bool)
    soloed = pyqtSignal(str, bool)
    add_wished = pyqtSignal()
    duplicate_wished = pyqtSignal()
    remove_wished = pyqtSignal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._rows: dict[str, TrackRow] = {}
        title = QLabel(text.TRACKS, self)
        title.setFont(theme.font("bold"))
        head = QHBoxLayout()
        head.setContentsMargins(12, 4, 4, 4)
        head.setSpacing(2)
        head.addWidget(title, 1)
        for name, tip, signal in (
            ("add", text.TRACK_ADD, self.add_wished),
            ("copy", text.TRACK_DUPLICATE, self.duplicate_wished),
            ("trash", text.TRACK_REMOVE, self.remove_wished),
        ):
            button = flat_button(theme, name, tip, small=True)
            button.clicked.connect(signal)
            head.addWidget(button)
            self._last_button = button
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        self._column = RowColumn(self)
        self._column.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column.addWidget(self._column, 1)

    def show_tracks(
        self,
        tracks: tuple[Track, ...],
        voices: Mapping[str, str],
        current: str,
        solo: Collection[str],
        warnings: Mapping[str, str],
    ) -> None:
        """`voices`: what each track's singer is called, by the track's id; `solo`: ids; `warnings`: what is wrong with
        tracks, by id."""
        if tuple(self._rows) != tuple(track.id for track in tracks):
            self._make_rows(tracks)
        for track in tracks:
            warning = warnings.get(track.id, "")
            self._rows[track.id].show_track(track, voices[track.id], track.id == current, track.id in solo, warning)

    def row(self, track_id: str) -> TrackRow:
        """The row of a track.  Raises `KeyError`."""
        return self._rows[track_id]

    def _make_rows(self, tracks: tuple[Track, ...]) -> None:
        focused = next((track_id for track_id, row in self._rows.items() if row.hasFocus()), "")
        for row in self._rows.values():
            row.hide()
            row.deleteLater()
        self._rows = {}
        for place, track in enumerate(tracks):
            row = TrackRow(self._theme, track.id, self)
            row.chosen.connect(self.chosen)
            row.renamed.connect(self.renamed)
            row.muted.connect(self.muted)
            row.soloed.connect(self.soloed)
            row.stepped.connect(self._step)
            self._column.put(place, row)
            self._rows[track.id] = row
        in_order(self._last_button, *self._rows.values())
        if focused in self._rows:
            self._rows[focused].setFocus()

    def _step(self, track_id: str, by: int) -> None:
        ids = list(self._rows)
        place = ids.index(track_id) + by
        if 0 <= place < len(ids):
            self._rows[ids[place]].setFocus()
            self.chosen.emit(ids[place])
