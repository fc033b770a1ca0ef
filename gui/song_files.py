"""New, open, save: the song's way between the window and its file, with the questions that belong to it.

Whatever puts another song in the place of the window's, goes through `leave`: there is no other place that asks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PyQt6.QtCore import QObject
from PyQt6.QtWidgets import QFileDialog, QWidget

from engine.api.project import SUFFIX
from engine.errors import MelismaError
from gui.demo_song import demo_song
from gui.desk import Desk
from gui.document.inbox import inbox_folder
from gui.document.recent import Recent
from gui.document.saver import Saver
from gui.document.song import Song
from gui.document.song_file import OPENED, SongFile, empty_song, read_song
from gui.settling import settle
from gui.texts import shell as texts
from gui.widgets.off_thread import OffThread
from gui.widgets.questions import Choose, Question
from gui.widgets.save_dialog import ask_save

Then = Callable[[], object]


class SongFiles(QObject):
    """`window` is the parent of dialogs; `choose` puts questions (another one in tests)."""

    def __init__(self, song: Song, recent: Recent, desk: Desk, window: QWidget, choose: Choose) -> None:
        super().__init__(window)
        self._song, self._recent, self._desk, self._window, self._choose = song, recent, desk, window, choose
        self._reader = OffThread(self)
        self._saver = Saver(song, self)
        self._leaving: Then | None = None
        self._saver.saved.connect(self._saved)
        self._saver.failed.connect(self._failed)
        self._saver.rested.connect(self._rested)
        song.replaced.connect(self._note)

    @property
    def busy(self) -> bool:
        """Whether a file is being read or written."""
        return self._reader.busy or self._saver.busy

    def new(self) -> None:
        """An empty song, once the old one is safe."""
        self.leave(lambda: self._song.become(empty_song()))

    def ask_open(self, hand: Callable[[tuple[Path, ...]], object]) -> None:
        """Choose files; `hand` gives them to the panel that they are for."""
        songs = texts.OPEN_FILTER_SONGS.format(suffixes=" ".join(f"*{suffix}" for suffix in OPENED))
        chosen, _ = QFileDialog.getOpenFileNames(
            self._window, texts.OPEN_TITLE, str(self._folder()), f"{songs};;{texts.OPEN_FILTER_ALL}"
        )
        if chosen:
            hand(tuple(map(Path, chosen)))

    def open(self, path: Path, then: Then = lambda: None) -> None:
        """Read a song beside the window and show it, once the old one is safe."""
        if not path.is_file():
            self._recent.remove(path)
            self._desk.tell(f"{texts.GONE.format(name=path.name)} {texts.GONE_HINT}", "warn")
            return
        # What cannot be read costs no question, and reading takes its time: it is asked about what is there then.
        self._reader.run("open", lambda: read_song(path), lambda file: self.show(file, then), self._desk.fail)

    def open_demo(self, then: Then = lambda: None) -> None:
        """The song that comes along, once the old one is safe."""
        self._reader.run("open", demo_song, lambda file: self.show(file, then), self._desk.fail)

    def show(self, file: SongFile, then: Then = lambda: None) -> None:
        """A song that was read in the place of the one that is there, once that is safe."""

        def become() -> None:
            self._song.become(_with_own_place(file))
            if file.remark:
                self._desk.tell(file.remark)
            then()

        self.leave(become)

    def save(self) -> bool:
        """To its own file beside the window, or to one that the user names; says whether it was begun."""
        settle(self._window)
        # Its own file is the one that it has when its turn comes: it may just be getting another name.
        return self._save() if self._song.path or self._saver.busy else self.save_as()

    def save_as(self) -> bool:
        """To a file that the user names; says whether it was begun."""
        settle(self._window)
        begun = self._folder() / self._song.file_name(SUFFIX)
        path = ask_save(self._window, texts.SAVE_TITLE, begun, texts.SAVE_FILTER, SUFFIX, choose=self._choose)
        return path is not None and self._save(path)

    def leave(self, then: Then) -> None:
        """`then` as soon as the song may go: it is saved, or the user said so.  Never when it may not; while it is
        being saved, the wish that came last counts."""
        settle(self._window)
        if self._saver.busy:
            self._leaving = then
            return
        if self._song.modified:
            question = Question(
                texts.SAVE_FIRST.format(name=self._song.name),
                texts.SAVE_FIRST_MORE,
                (texts.SAVE_IT, texts.SAVE_NOT, texts.CANCEL),
            )
            answer = self._choose(self._window, question)
            if answer == 0 and self.save():
                self._leaving = then
            if answer != 1:
                return
        then()

    def close(self) -> None:
        """Wait for what is being read or written."""
        self._leaving = None
        self._reader.close()
        self._saver.close()

    def _save(self, path: Path | None = None) -> bool:
        try:
            self._saver.save(path)
        except MelismaError as error:
            self._desk.fail(error)
            return False
        return True

    def _saved(self, path: Path) -> None:
        self._recent.add(path)
        self._desk.tell(texts.SAVED.format(name=path.stem), "good")

    def _failed(self, error: MelismaError) -> None:
        self._leaving = None
        self._desk.fail(error)

    def _rested(self) -> None:
        then, self._leaving = self._leaving, None
        if then is not None:
            self.leave(then)  # what was edited while it was written is asked about

    def _note(self) -> None:
        if self._song.path is not None:
            self._recent.add(self._song.path, self._song.name)

    def _folder(self) -> Path:
        folder = self._song.folder
        return folder if folder is not None and folder.is_dir() else Path.home()


def _with_own_place(file: SongFile) -> SongFile:
    """A project of which we hold the only copy has no file of its own yet: where it lies nobody would look for it."""
    if file.path is None or inbox_folder() not in file.path.parents:
        return file
    return replace(file, path=None, stamp=None, folder=None, unsaved=True)
