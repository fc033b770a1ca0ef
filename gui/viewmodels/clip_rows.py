"""The rows of the list of clips: thousands are known, a dozen are seen, and only of those the text is made."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from gui.texts import words as texts
from gui.viewmodels.clip_lines import joined, when
from gui.viewmodels.clip_words import ClipWords, Draft, Key, Words

if TYPE_CHECKING:
    from plugin_host.lyrics import KnownClip


@dataclass(frozen=True)
class ClipRow:
    """A clip in the list: its name and when it was sung, below them how many words, DAW and session.

    `typed`: words that are not saved.  `now`: for tests.
    """

    clip: KnownClip
    typed: Words | None = None
    now: float | None = None

    @property
    def key(self) -> Key:
        return self.clip.key

    @property
    def name(self) -> str:
        return self.clip.record.clip_name

    @property
    def unsaved(self) -> bool:
        return self.typed is not None

    @cached_property
    def when(self) -> str:
        sung = self.clip.record.sung
        return "" if sung is None else when(sung.at, self.now)

    @cached_property
    def line(self) -> str:
        record, sung = self.clip.record, self.clip.record.sung
        words = Words.of(self.clip) if self.typed is None else self.typed
        daw = sung.daw if sung is not None and sung.daw != record.session_name else ""
        return joined(texts.word_count(len(words.text.split())), daw, record.session_name)

    @property
    def spoken(self) -> str:
        """For screen readers, and the tooltip."""
        return ", ".join(filter(None, (self.name, self.line, self.when, texts.UNSAVED_MARK if self.unsaved else "")))


class ClipRows:
    """Keeps the rows that it made."""

    def __init__(self) -> None:
        self._made: dict[Key, tuple[KnownClip, Draft | None, ClipRow]] = {}
        self._day = 0

    def of(self, state: ClipWords, wanted: str) -> tuple[ClipRow, ...]:
        """Of the clips that fit `wanted`, in their order."""
        today = time.localtime().tm_yday
        if today != self._day:  # what was sung today was sung yesterday now
            self._made, self._day = {}, today
        return tuple(self._row(clip, state.drafts.get(clip.key)) for clip in state.fitting(wanted))

    def _row(self, clip: KnownClip, draft: Draft | None) -> ClipRow:
        made = self._made.get(clip.key)
        if made is not None and made[0] is clip and made[1] is draft:
            return made[2]
        row = ClipRow(clip, None if draft is None else draft.words)
        self._made[clip.key] = clip, draft, row
        return row
