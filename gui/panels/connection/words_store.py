"""The book of lyrics behind the page: read and written beside the window, for disks are slow and others write, too."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject, pyqtSignal

from engine.errors import MelismaError
from gui.viewmodels.clip_words import Draft, Words
from gui.widgets.off_thread import OffThread

if TYPE_CHECKING:
    from plugin_host.lyrics import KnownClip
    from plugin_host.lyrics.change import Changed
    from plugin_host.lyrics.fit import Fit
    from plugin_host.lyrics.known import KnownClips

Failed = Callable[[MelismaError], object]


class WordsStore(QObject):
    """`looked` with the clips as they are, the one that changed last first."""

    looked = pyqtSignal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._off, self._writes = OffThread(self), OffThread(self)
        self._known: KnownClips | None = None
        self._looking = self._again = False

    @property
    def busy(self) -> bool:
        return self._off.busy or self._writes.busy

    def look(self) -> None:
        """Look at the clips; a wish that comes meanwhile is a look of its own afterwards."""
        if self._looking:
            self._again = True
            return
        self._looking, self._again = True, False
        self._off.run("look", self._look, self._looked, lambda _error: self._looked(None))

    def fit(self, clip: KnownClip, words: Words, then: Callable[[Fit], object]) -> None:
        """How words would lie on the clip's notes; only the newest question is answered."""

        def work() -> Fit:
            from engine.api.words import count_syllables
            from plugin_host.lyrics.fit import fit

            return fit(clip.record, words.text, lambda word: count_syllables(word, words.language or None))

        self._off.run("fit", work, then)

    def save(self, draft: Draft, then: Callable[[Changed], object], failed: Failed) -> None:
        """Keep what was typed; nothing is written where others were quicker, see `check_unchanged`."""

        def work() -> Changed:
            from plugin_host.lyrics import LyricsBook
            from plugin_host.lyrics.change import check_unchanged, set_words

            book, words = LyricsBook(), draft.words
            with book.alone():
                check_unchanged(book, draft.clip, draft.base.text, draft.base.language)
                return set_words(book, draft.clip, words.text, words.language)

        self._writes.run(f"save {draft.clip.key}", work, then, failed)

    def forget(self, clip: KnownClip, then: Callable[[Path | None], object], failed: Failed) -> None:
        """`then` with the file beside a watched clip that is left alone."""

        def work() -> Path | None:
            from plugin_host.lyrics import LyricsBook
            from plugin_host.lyrics.change import forget

            return forget(LyricsBook(), clip)

        self._writes.run(f"forget {clip.key}", work, then, failed)

    def close(self) -> None:
        """Everything that was to be written is, before this returns; nothing is answered any more."""
        self._writes.close(write_out=True)
        self._off.close()

    def _look(self) -> tuple[KnownClip, ...]:
        from plugin_host.lyrics.known import KnownClips

        if self._known is None:
            self._known = KnownClips()
        return self._known.look()

    def _looked(self, clips: tuple[KnownClip, ...] | None) -> None:
        self._looking = False
        if clips is not None:
            self.looked.emit(clips)
        if self._again:
            self.look()
