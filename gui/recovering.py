"""After a crash: the autosaved songs are offered, the newest first, until one is taken."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from PyQt6.QtCore import QObject
from PyQt6.QtWidgets import QWidget

from engine.errors import MelismaError
from gui.desk import Desk
from gui.document.autosave import Autosave
from gui.document.recovery import Offer, offers
from gui.document.song_file import SongFile
from gui.texts import shell as texts
from gui.widgets.off_thread import OffThread
from gui.widgets.questions import Choose, Question

Leave = Callable[[Callable[[], object]], None]


class Recovering(QObject):
    """`look` searches beside the window and asks about what it found, one song after the other.  `leave` calls what it
    is given once the song in the window may go (see `gui.song_files`)."""

    def __init__(
        self,
        autosave: Autosave,
        desk: Desk,
        window: QWidget,
        choose: Choose,
        leave: Leave,
        find: Callable[[], tuple[Offer, ...]] = offers,
    ) -> None:
        super().__init__(window)
        self._autosave, self._desk, self._window, self._choose = autosave, desk, window, choose
        self._leave, self._find = leave, find
        self._worker = OffThread(self)

    def look(self) -> None:
        self._worker.run("offers", self._find, self._ask)

    def close(self) -> None:
        self._worker.close()

    def _ask(self, found: Sequence[Offer]) -> None:
        for place, offer in enumerate(found, 1):
            when = time.strftime("%x %H:%M", time.localtime(offer.when))
            question = Question(
                texts.RECOVER_TITLE.format(name=offer.name),
                texts.RECOVER_MORE.format(when=when),
                (texts.RECOVER_IT, texts.RECOVER_NOT, texts.RECOVER_LATER),
            )
            answer = self._choose(self._window, question)
            if answer == 0:
                self._read(offer, found[place:])
                return
            if answer == 1:
                offer.forget()
            else:
                offer.later()

    def _read(self, offer: Offer, rest: Sequence[Offer]) -> None:
        """Beside the window; the others are asked about when this one turns out to be broken."""

        def read(file: SongFile) -> None:
            for other in rest:
                other.later()  # one song at a time: the next start offers the others
            self._leave(lambda: self._recover(offer, file))

        def broken(error: MelismaError) -> None:
            offer.later()
            self._desk.fail(error)
            self._ask(rest)

        self._worker.run("song", offer.song, read, broken)

    def _recover(self, offer: Offer, file: SongFile) -> None:
        self._autosave.recover(offer, file)
        self._desk.tell(texts.RECOVERED.format(name=offer.name), "good")
