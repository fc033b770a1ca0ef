"""New, open, save: the song's way between the window and its file, with the questions that belong to it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PyQt6.QtCore import QObject
from PyQt6.QtWidgets import QFileDialog, QWidget

from engine.errors import MelismaError
from gui.desk import Desk
from gui.document.recent import Recent
from gui.document.song import Song
from gui.document.song_file import OPENED, SongFile, empty_song, read_song
from gui.texts import shell as texts
from gui.widgets.off_thread import OffThread
from gui.widgets.questions import Choose, Question


class SongFiles(QObject):
    """`window` is the parent of dialogs; `choose` puts questions (another one in tests)."""

    def __init__(self, song: Song, recent: Recent, desk: Desk, window: QWidget, choose: Choose) -> None:
        super().__init__(window)
        self._song, self._recent, self._desk, self._window, self._choose = song, recent, desk, window, choose
        self._worker = OffThread(self)
        song.replaced.connect(self._note)

    @property
    def busy(self) -> bool:
        """Whether a file is being read."""
        return self._worker.busy

    def new(self) -> None:
        """An empty song, once the old one is safe."""
        if self.may_leave():
            self._song.become(empty_song())

    def ask_open(self, hand: Callable[[tuple[Path, ...]], object]) -> None:
        """Choose files; `hand` gives them to the panel that they are for."""
        songs = texts.OPEN_FILTER_SONGS.format(suffixes=" ".join(f"*{suffix}" for suffix in OPENED))
        chosen, _ = QFileDialog.getOpenFileNames(
            self._window, texts.OPEN_TITLE, str(self._folder()), f"{songs};;{texts.OPEN_FILTER_ALL}"
        )
        if chosen:
            hand(tuple(map(Path, chosen)))

    def open(self, path: Path, then: Callable[[], object] = lambda: None) -> None:
        """Read a song beside the window and show it, once the old one is safe."""
        if not path.is_file():
            self._recent.remove(path)
            self._desk.tell(f"{texts.GONE.format(name=path.name)} {texts.GONE_HINT}", "warn")
            return
        if not self.may_leave():
            return

        asked_about = self._song.project

        def show(file: SongFile) -> None:
            # Reading takes its time: what was changed meanwhile, or recovered, is asked about again.
            if self._song.project is asked_about or self.may_leave():
                self._song.become(file)
                then()

        self._worker.run("open", lambda: read_song(path), show, self._desk.fail)

    def save(self) -> bool:
        """To its own file, or to one that the user names; says whether it was."""
        return self._save(self._song.path) if self._song.path else self.save_as()

    def save_as(self) -> bool:
        """To a file that the user names; says whether it was."""
        begun = self._folder() / self._song.file_name(".melisma")
        path, _ = QFileDialog.getSaveFileName(self._window, texts.SAVE_TITLE, str(begun), texts.SAVE_FILTER)
        return bool(path) and self._save(Path(path))

    def may_leave(self) -> bool:
        """Whether the song may go: it is saved, or the user said so."""
        if not self._song.modified:
            return True
        question = Question(
            texts.SAVE_FIRST.format(name=self._song.name),
            texts.SAVE_FIRST_MORE,
            (texts.SAVE_IT, texts.SAVE_NOT, texts.CANCEL),
        )
        answer = self._choose(self._window, question)
        return self.save() if answer == 0 else answer == 1

    def close(self) -> None:
        """Wait for what is being read."""
        self._worker.close()

    def _save(self, path: Path) -> bool:
        try:
            self._song.save(path)
        except MelismaError as error:
            self._desk.fail(error)
            return False
        self._note()
        self._desk.tell(texts.SAVED.format(name=self._song.name), "good")
        return True

    def _note(self) -> None:
        if self._song.path is not None:
            self._recent.add(self._song.path, self._song.name)

    def _folder(self) -> Path:
        folder = self._song.folder
        return folder if folder is not None and folder.is_dir() else Path.home()
