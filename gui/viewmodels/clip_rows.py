"""The rows of the list of clips: made anew only for clips that changed, for a long list is shown at every key."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gui.texts import words as texts
from gui.viewmodels.clip_lines import joined, when
from gui.viewmodels.clip_words import ClipWords, Draft, Key, Words

if TYPE_CHECKING:
    from plugin_host.lyrics import KnownClip


@dataclass(frozen=True, slots=True)
class ClipRow:
    """A clip in the list: its name and when it was sung, below them how many words, DAW and session."""

    key: Key
    name: str
    when: str
    line: str
    unsaved: bool = False

    @property
    def spoken(self) -> str:
        """For screen readers, and the tooltip."""
        return ", ".join(filter(None, (self.name, self.line, self.when, texts.UNSAVED_MARK if self.unsaved else "")))


def clip_row(clip: KnownClip, words: Words, unsaved: bool, now: float | None = None) -> ClipRow:
    """`words`: as they are shown, saved or not."""
    record, sung = clip.record, clip.record.sung
    daw = sung.daw if sung is not None and sung.daw != record.session_name else ""
    line = joined(texts.word_count(len(words.text.split())), daw, record.session_name)
    return ClipRow(clip.key, record.clip_name, "" if sung is None else when(sung.at, now), line, unsaved)


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
        row = clip_row(clip, Words.of(clip) if draft is None else draft.words, draft is not None)
        self._made[clip.key] = clip, draft, row
        return row
