"""The Isolate panel: songs come in, vocals and instrumentals go out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QShowEvent
from PyQt6.QtWidgets import QFileDialog, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from gui.commands import Command
from gui.news import tell_done
from gui.panels.base import Panel, Studio
from gui.panels.isolate import actions
from gui.panels.isolate.batch import Batch, Song
from gui.panels.isolate.gather import gather, may_be_songs
from gui.panels.isolate.runner import Runner
from gui.panels.isolate.side import SidePane
from gui.panels.isolate.stage import Stage
from gui.texts import isolate as text
from gui.widgets.background import Background
from gui.widgets.empty_state import EmptyState
from gui.widgets.sound_files import sound_filter


class IsolatePanel(Panel):
    """Songs at the left, the chosen one on a time line at the right."""

    id = "isolate"
    title = text.TITLE
    icon = "isolate"

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(studio, parent)
        self.batch = Batch()
        self.runner = Runner(studio.jobs, self.batch, self)
        self._background = Background(self)
        self._gathering = 0
        self.side = SidePane(studio.theme, studio.settings, self.batch)
        self.stage = Stage(studio, self._background)
        empty = EmptyState(
            studio.theme,
            "isolate",
            text.EMPTY_TITLE,
            text.EMPTY_HINT,
            [(text.EMPTY_ADD, self.add_files), (text.EMPTY_FOLDER, self.add_folder)],
        )
        self._pages = QStackedWidget()
        self._pages.addWidget(empty)
        self._pages.addWidget(self._work())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._pages)
        self.side.list.chosen.connect(lambda _: self.stage.show_song(self.current()))
        self.side.list.removed.connect(self.remove)
        self.side.list.started.connect(self.isolate)
        self.side.connect_buttons(self.add_files, self.add_folder, self.isolate, self.runner.stop, self.remove_done)
        self.stage.mix_read.connect(self.runner.read)
        self.runner.changed.connect(self._song_changed)
        self.runner.finished.connect(self._song_done)
        studio.desk.resung.connect(self._resung)

    # What the window asks of a panel

    def commands(self) -> Sequence[Command]:
        return actions.commands(self)

    def accepts(self, paths: Sequence[Path]) -> bool:
        return may_be_songs(paths)

    def take(self, paths: Sequence[Path]) -> None:
        """Songs and folders of songs go into the list; the first of them is shown."""
        self._gathering += 1
        self._background.run(lambda: gather(paths), self._gathered, self._not_gathered)

    def waiting(self) -> str:
        if self._gathering:
            return text.GATHERING
        return text.LOADING if self.stage.sounds.loading else ""

    def close_down(self) -> None:
        """Waits for the thread of this panel and ends it."""
        self._background.close()

    # What the user does

    def add_files(self) -> None:
        """Choose songs on disk."""
        chosen, _ = QFileDialog.getOpenFileNames(self, text.ADD_TIP, "", sound_filter())
        if chosen:
            self.take([Path(name) for name in chosen])

    def add_folder(self) -> None:
        """Choose a folder of songs."""
        chosen = QFileDialog.getExistingDirectory(self, text.ADD_FOLDER)
        if chosen:
            self.take([Path(chosen)])

    def isolate(self, ids: Sequence[int] = ()) -> None:
        """These songs, or what the button means: the selected ones, or all that are open while a done one is seen."""
        self.runner.start(ids or self.side.meant_ids(), self.side.form.manner())

    def remove(self, ids: Sequence[int]) -> None:
        """Out of the list; files stay."""
        for song_id in ids:
            self.batch.remove(song_id)
        self._list_changed()

    def remove_done(self) -> None:
        """Out of the list; files stay."""
        self.remove([song.id for song in self.batch if song.state == "done"])

    def current(self) -> Song | None:
        """The song that is seen and heard."""
        return self.batch.get(self.side.list.current_id())

    # Inside

    def _work(self) -> QWidget:
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setObjectName("isolate.split")
        split.setChildrenCollapsible(False)
        split.addWidget(self.side)
        split.addWidget(self.stage)
        split.setStretchFactor(0, 0)
        split.setStretchFactor(1, 1)
        split.setSizes([300, 900])
        return split

    def showEvent(self, event: QShowEvent | None) -> None:  # noqa: N802 - Qt's name
        # Whenever it is shown: models come and go in their own panel.
        ask = self.studio.engine.ask("models", {}, key="isolate.models")
        ask.done.connect(lambda answer: self.side.form.show_models(answer.get("models", ())))
        super().showEvent(event)

    def _gathered(self, found: tuple[tuple[Path, ...], tuple[str, ...]]) -> None:
        self._gathering -= 1
        songs, empty = found
        ids = self.batch.add(songs)
        self._list_changed()
        if ids:
            self.side.list.choose(ids[0])
        for name in empty:
            self.studio.desk.tell(text.NO_SOUNDS.format(name=name), "warn")

    def _not_gathered(self, error: Exception) -> None:
        self._gathering -= 1
        self.studio.desk.tell(str(error), "bad")

    def _list_changed(self) -> None:
        self.side.renew()
        self._pages.setCurrentIndex(1 if len(self.batch) else 0)

    def _song_changed(self, song_id: int) -> None:
        self.side.renew_song(song_id)
        if song_id == self.side.list.current_id():
            self.stage.renew_song(self.batch.get(song_id))

    def _resung(self, recording: Path, out: Path) -> None:
        song = self.batch.of_file(recording)
        if song is not None:
            self.batch.change(song.id, again=out)
            self._song_changed(song.id)

    def _song_done(self, song_id: int) -> None:
        song = self.batch.get(song_id)
        if song is not None:
            tell_done(self, text.DONE_TOLD.format(name=song.path.stem))
