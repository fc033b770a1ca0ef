"""After a crash: the autosaved songs are offered, the newest first."""

from __future__ import annotations

import time
from collections.abc import Callable

from PyQt6.QtCore import QObject
from PyQt6.QtWidgets import QWidget

from engine.errors import MelismaError
from gui.desk import Desk
from gui.document.autosave import Autosave
from gui.document.recovery import Offer, offers
from gui.texts import shell as texts
from gui.widgets.off_thread import OffThread
from gui.widgets.questions import Choose, Question


class Recovering(QObject):
    """`look` searches beside the window and asks about what it found, one song after the other."""

    def __init__(
        self,
        autosave: Autosave,
        desk: Desk,
        window: QWidget,
        choose: Choose,
        find: Callable[[], tuple[Offer, ...]] = offers,
    ) -> None:
        super().__init__(window)
        self._autosave, self._desk, self._window, self._choose, self._find = autosave, desk, window, choose, find
        self._worker = OffThread(self)

    def look(self) -> None:
        self._worker.run("offers", self._find, self._ask)

    def close(self) -> None:
        self._worker.close()

    def _ask(self, found: tuple[Offer, ...]) -> None:
        recovered = False
        for offer in found:
            if recovered:
                offer.later()  # one song at a time: the next start offers the others
                continue
            when = time.strftime("%x %H:%M", time.localtime(offer.when))
            question = Question(
                texts.RECOVER_TITLE.format(name=offer.name),
                texts.RECOVER_MORE.format(when=when),
                (texts.RECOVER_IT, texts.RECOVER_NOT, texts.RECOVER_LATER),
            )
            answer = self._choose(self._window, question)
            if answer == 0:
                recovered = self._recover(offer)
            elif answer == 1:
                offer.forget()
            else:
                offer.later()

    def _recover(self, offer: Offer) -> bool:
        try:
            self._autosave.recover(offer, offer.song())
        except MelismaError as error:
            offer.later()
            self._desk.fail(error)
            return False
        self._desk.tell(texts.RECOVERED.format(name=offer.name), "good")
        return True
