"""The words of DAW clips: most DAWs forget them, Melisma keeps them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtCore import Qt, QTimer
from PyQt6.QtGui import QHideEvent, QShowEvent
from PyQt6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from engine.errors import MelismaError
from gui.bridge_link import BridgeState
from gui.panels.base import Studio
from gui.panels.connection.clip_list import ClipList
from gui.panels.connection.parts import scrolled
from gui.panels.connection.words_editor import WordsEditor
from gui.panels.connection.words_store import WordsStore
from gui.texts import words as texts
from gui.viewmodels.clip_lines import WATCHED, Again, again, facts_line, fit_line
from gui.viewmodels.clip_rows import ClipRows
from gui.viewmodels.clip_words import ClipWords, Draft, Key
from gui.viewmodels.told_path import told_path
from gui.widgets.empty_state import EmptyState
from gui.widgets.questions import Choose, Question, choose

if TYPE_CHECKING:
    from plugin_host.lyrics import KnownClip
    from plugin_host.lyrics.change import Changed
    from plugin_host.lyrics.fit import Fit

LOOK_MS = 1500
"""How often is looked, while the page is seen, whether a clip was sung or got other words."""
_REST_MS = 250
"""After the last key, before words are laid on notes."""
_LEAST_EDITOR = 470
"""Pixels: its buttons beside the language."""
_SILENT = ("", "soft")
_OWN = (texts.OWN, "soft")
_OWN_WAITS = (texts.OWN_WAITS, "warn")
_NOT_SAVED = (texts.NOT_SAVED, "soft")
_ELSEWHERE = (texts.ELSEWHERE, "warn")


class WordsPage(QWidget):
    """The list at the left, the clip in hand at the right.  `to_daws` shows the panel's other page."""

    def __init__(
        self, studio: Studio, to_daws: Callable[[], object], choose: Choose = choose, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._studio, self._choose = studio, choose
        self.state, self._rows = ClipWords(), ClipRows()
        self.current: Key | None = None
        self._saving: set[Key] = set()
        self._seen = False
        self._message = _SILENT
        self._fitted: object = None
        self.store = WordsStore(self)
        self.list = ClipList(studio.theme)
        self.editor = WordsEditor(studio.theme)
        self.empty = EmptyState(
            studio.theme, "lyrics", texts.EMPTY_TITLE, texts.EMPTY_HINT, ((texts.TO_DAWS, to_daws),)
        )
        for button in self.empty.buttons:
            button.setAccessibleName(button.text())
            button.setToolTip(texts.TO_DAWS_TIP)
        self._lay_out()
        self._look = QTimer(self)
        self._look.setInterval(LOOK_MS)
        self._look.timeout.connect(self.store.look)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._rest.timeout.connect(self._ask_fit)
        self._connect()

    def look(self) -> None:
        """Look at the clips now."""
        self.store.look()

    def waiting(self) -> bool:
        """Whether something that is shown is still being looked up."""
        return self.isVisible() and (not self._seen or self._rest.isActive() or self.store.busy)

    def unsaved(self) -> str:
        """What would be lost, in a sentence."""
        names = self.state.unsaved
        return texts.UNSAVED.format(names=", ".join(f"“{name}”" for name in names)) if names else ""

    def close_down(self) -> None:
        self._look.stop()
        self._rest.stop()
        self.store.close()

    def can_save(self) -> bool:
        return self.isVisible() and self.editor.save.isEnabled()

    def save(self, then: Callable[[Changed], object] = lambda _changed: None) -> None:
        """Keep the words of the clip in hand; `then` once they are kept."""
        draft = None if self.current is None else self.state.drafts.get(self.current)
        if draft is None or draft.clip.key in self._saving:
            return
        self._saving.add(draft.clip.key)
        self._show_clip()
        self.store.save(
            draft, lambda changed: self._saved(draft, changed, then), lambda error: self._not_saved(draft, error)
        )

    def sing(self) -> None:
        """Have the clip in hand sung once more, with what was typed."""
        clip = self._clip()
        if clip is None:
            return
        if clip.key not in self.state.drafts:
            self._sing(clip)
        else:
            self.save(lambda changed: None if changed.is_heard else self._sing(clip))

    def forget(self) -> None:
        """Forget the clip in hand, once the user says so."""
        clip = self._clip()
        if clip is None:
            return
        title = texts.FORGET_TITLE.format(name=clip.record.clip_name)
        if self._choose(self, Question(title, texts.FORGET_MORE, texts.FORGET_ANSWERS)) == 0:
            self.store.forget(clip, lambda beside: self._forgotten(clip, beside), self._studio.desk.fail)

    def choose_clip(self, key: Key) -> None:
        """Take a clip in hand; what was typed for the one before stays as it is."""
        if key != self.current:
            self.current, self._message = key, _SILENT
            self.refresh()
            self.editor.to_start()

    def refresh(self) -> None:
        """Show what is known."""
        clips = self.state.clips
        self._stack.setCurrentWidget(self.split if clips or not self._seen else self.empty)
        if self._clip() is None:
            self.current, self._message = (clips[0].key if clips else None), _SILENT
        self._show_rows()
        self._show_clip()

    def showEvent(self, event: QShowEvent | None) -> None:  # noqa: N802
        super().showEvent(event)
        self.look()
        self._look.start()

    def hideEvent(self, event: QHideEvent | None) -> None:  # noqa: N802
        super().hideEvent(event)
        self._look.stop()

    # What is shown.

    def _show_rows(self) -> None:
        rows = self._rows.of(self.state, self.list.filter.text())
        self.list.show_rows(rows, self.current)

    def _show_clip(self) -> None:
        clip = self._clip()
        self.editor.setVisible(clip is not None)
        if clip is None:
            return
        draft, words = self.state.drafts.get(clip.key), self.state.words(clip.key)
        own = bool(clip.record.own) and clip.record.session_key != WATCHED
        self.editor.show_clip(clip.record.clip_name, facts_line(clip), read_only=own and draft is None)
        self.editor.show_words(words)
        elsewhere = draft is not None and draft.elsewhere
        self.editor.show_state(draft is not None, elsewhere, clip.key in self._saving)
        self.editor.show_told(*self._told(draft, own))
        self.editor.show_remarks(clip.record.sung.remarks if clip.record.sung is not None else ())
        self._show_again()
        if self._fitted != (clip.record, words):
            self._rest.start()

    def _told(self, draft: Draft | None, own: bool) -> tuple[str, str]:
        """`own`: the DAW keeps words of its own."""
        if draft is None:
            return _OWN if own and self._message == _SILENT else self._message
        return _ELSEWHERE if draft.elsewhere else _OWN_WAITS if own else _NOT_SAVED

    def _show_again(self) -> None:
        clip = self._clip()
        if clip is not None:
            self.editor.show_again(self._again(clip), saving=self.current in self._saving)

    def _again(self, clip: KnownClip) -> Again:
        bridge = self._studio.bridge
        return again(clip, self.state.clips, bridge.daws, bridge.state is BridgeState.ON)

    def _ask_fit(self) -> None:
        clip = self._clip()
        if clip is None:
            return
        words = self.state.words(clip.key)
        self._fitted = clip.record, words

        def told(found: Fit) -> None:
            if self.current == clip.key:
                self.editor.show_fit(*fit_line(found, words))

        self.store.fit(clip, words, told)

    # What comes.

    def _looked(self, clips: tuple[KnownClip, ...]) -> None:
        self._seen = True
        self.state.take(clips)
        self.refresh()

    def _typed(self) -> None:
        if self.current is not None:
            self._message = _SILENT
            self.state.type(self.current, self.editor.words)
            self._show_rows()
            self._show_clip()
            self._rest.start()

    def _saved(self, draft: Draft, changed: Changed, then: Callable[[Changed], object]) -> None:
        key = draft.clip.key
        self._saving.discard(key)
        self.state.saved(key, draft.words)
        if key == self.current:
            self._message = _saved_line(changed), "good"
        then(changed)
        self.look()

    def _not_saved(self, draft: Draft, error: MelismaError) -> None:
        self._saving.discard(draft.clip.key)
        self._studio.desk.fail(error)
        self.look()
        self._show_clip()

    def _sing(self, clip: KnownClip) -> None:
        found, bridge = self._again(clip), self._studio.bridge
        if not found.daw:
            return
        if found.clip:
            bridge.sing_again(found.daw, found.clip, clip.key)
        else:
            bridge.sing(found.daw)
        if clip.key == self.current:
            self._message = (texts.ASKED, "soft")
            self._show_clip()

    def _forgotten(self, clip: KnownClip, beside: Path | None) -> None:
        name = clip.record.clip_name
        self.state.forget(clip.key)
        self.refresh()
        self.look()
        told = texts.FORGOTTEN if beside is None else texts.FORGOTTEN_BESIDE
        self._studio.desk.tell(told.format(name=name, file="" if beside is None else told_path(beside)))

    def _drop(self) -> None:
        if self.current is not None:
            self.state.drop(self.current)
            self.refresh()

    def _clip(self) -> KnownClip | None:
        return None if self.current is None else self.state.find(self.current)

    # Laying out.

    def _connect(self) -> None:
        self.store.looked.connect(self._looked)
        self.list.chosen.connect(self.choose_clip)
        self.list.filtered.connect(lambda _text: self._show_rows())
        self.editor.typed.connect(self._typed)
        self.editor.save_wished.connect(self.save)
        self.editor.sing_wished.connect(self.sing)
        self.editor.forget_wished.connect(self.forget)
        self.editor.drop_wished.connect(self._drop)
        self._studio.bridge.changed.connect(self._show_again)

    def _lay_out(self) -> None:
        self.split = QSplitter(Qt.Orientation.Horizontal)
        self.split.setObjectName("connection.words")
        self.split.setChildrenCollapsible(False)
        self.split.addWidget(self.list)
        right = scrolled(self.editor)
        right.setMinimumWidth(_LEAST_EDITOR)
        self.split.addWidget(right)
        self.split.setStretchFactor(1, 1)
        self.split.setSizes([300, 640])
        self._stack = QStackedWidget()
        self._stack.addWidget(self.split)
        self._stack.addWidget(self.empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 3 * self._studio.theme.tokens.measures.gap, 0, 0)
        column.addWidget(self._stack)


def _saved_line(changed: Changed) -> str:
    if changed.waits:
        return texts.SAVED_WAITS
    beside = changed.beside
    return texts.SAVED if beside is None or changed.same else texts.SAVED_BESIDE.format(file=told_path(beside))
