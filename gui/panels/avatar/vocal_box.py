"""What is sung: the song that is open, a stem that was isolated, or any other file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QWidget

from gui.jobs import Job, JobState
from gui.panels.avatar.boxes import Box
from gui.panels.avatar.choices import Choices
from gui.texts import avatar as texts
from gui.theme import Theme
from gui.widgets.combo import Combo
from gui.widgets.labels import label

_OTHER = "other"
_NAME_WIDTH = 280


def stems_of(jobs: Iterable[Job]) -> tuple[Path, ...]:
    """The vocals that were isolated or sung again since the window opened, the newest first."""
    done = [job for job in jobs if job.kind in ("isolate", "resing") and job.state is JobState.DONE]
    return tuple(job.results[0] for job in reversed(done) if job.results)  # the instrumental comes second


class VocalBox(Box):
    """`song_chosen`, `file_chosen(path)`, `file_wanted` (a dialog), `track_chosen(id)`: what the user wants."""

    song_chosen = pyqtSignal()
    file_chosen = pyqtSignal(object)
    file_wanted = pyqtSignal()
    track_chosen = pyqtSignal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, texts.VOCAL, parent)
        self.song = _switch(texts.FROM_SONG, texts.FROM_SONG_TIP)
        self.file = _switch(texts.FROM_FILE, texts.FROM_FILE_TIP)
        self._group = QButtonGroup(self)
        both = QHBoxLayout()
        both.setSpacing(theme.tokens.measures.gap)
        for button in (self.song, self.file):
            self._group.addButton(button)
            both.addWidget(button, 1)
        self.column.addLayout(both)
        self.song.clicked.connect(self.song_chosen)
        self.file.clicked.connect(self._to_file)
        self._name = label()
        self.column.addWidget(self._name)
        self.track = Combo(texts.TRACK, texts.TRACK_TIP)
        self.track.chosen.connect(self.track_chosen)
        self._track_row = self.row(texts.TRACK, self.track)
        self.files = Combo(texts.FROM_FILE, texts.FROM_FILE_TIP)
        self.files.chosen.connect(self._file_chosen)
        self.column.addWidget(self.files)
        self._stems: tuple[Path, ...] = ()
        self._lips = label("", "small", wraps=True)
        self.column.addWidget(self._lips)
        self._fault = label("", "bad", wraps=True)
        self.column.addWidget(self._fault)
        self.show_lips(None)
        self.show_fault("")

    def show_choices(
        self, choices: Choices, tracks: Sequence[tuple[str, str]], song: str, stems: Sequence[Path] = ()
    ) -> None:
        """`tracks`: (id, name) of the song's, which is called `song`; `stems`: files to choose from at once."""
        of_song = choices.vocals is None
        (self.song if of_song else self.file).setChecked(True)
        every = [("", texts.ALL_TRACKS)] if len(tracks) > 1 else []
        self.track.offer([*every, *tracks])
        if tracks:
            known = [name for name, _ in (*every, *tracks)]
            self.track.show_value(choices.track if choices.track in known else known[0])
        self._track_row.setVisible(of_song and len(tracks) > 1)
        self._show_files(choices.vocals, tuple(stems))
        self._name.setVisible(of_song)
        metrics = self._name.fontMetrics()
        self._name.setText(metrics.elidedText(song, Qt.TextElideMode.ElideMiddle, _NAME_WIDTH))
        self._name.setToolTip(song)

    def show_lips(self, exact: bool | None) -> None:
        """Whether the lips of what is shown are exact; None: nothing is shown."""
        self._lips.setVisible(exact is not None)
        self._lips.setText("" if exact is None else texts.EXACT if exact else texts.HEARD)

    def show_fault(self, why: str) -> None:
        """Why the vocal is not heard; "" while it is."""
        self._fault.setText(texts.NO_SOUND.format(why=why) if why else "")
        self._fault.setVisible(bool(why))

    def _show_files(self, chosen: Path | None, stems: tuple[Path, ...]) -> None:
        self._stems = stems
        self.files.setVisible(chosen is not None)
        listed = dict.fromkeys([*([chosen] if chosen is not None else []), *stems])
        self.files.offer([*((str(path), path.name) for path in listed), (_OTHER, texts.CHOOSE_FILE)])
        if chosen is not None:
            self.files.show_value(str(chosen))
            self.files.setToolTip(f"{chosen}\n{texts.CHOOSE_FILE_TIP}")

    def _to_file(self) -> None:
        """The stem that was isolated last is what somebody here most likely means."""
        if self._stems:
            self.file_chosen.emit(self._stems[0])
        else:
            self.file_wanted.emit()

    def _file_chosen(self, value: str) -> None:
        if value == _OTHER:
            self.file_wanted.emit()
        else:
            self.file_chosen.emit(Path(value))


def _switch(text: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setCheckable(True)
    button.setToolTip(tip)
    button.setAccessibleName(text)
    button.setAccessibleDescription(tip)
    return button
