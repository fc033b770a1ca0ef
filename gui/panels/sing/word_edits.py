"""Words typed on notes and verses pasted over them."""

from __future__ import annotations

from collections.abc import Callable

from engine.score import NoteId
from gui.document import lyrics
from gui.document.lyrics import CountSyllables, Laid
from gui.document.song import Song
from gui.texts import document as labels
from gui.texts import plural
from gui.texts import sing as text
from gui.widgets.piano_roll import PianoRoll
from gui.widgets.roll_view import RollView

_TOLD = 6


class WordEdits:
    """Listens to the roll's lyric field.  `tell` is given a sentence when words found no note."""

    def __init__(
        self, song: Song, view: RollView, roll: PianoRoll, count: CountSyllables, tell: Callable[[str], None]
    ) -> None:
        self._song, self._view, self._roll, self._count, self._tell = song, view, roll, count, tell
        roll.lyric_typed.connect(self.typed)
        roll.lyric_stepped.connect(self.stepped)
        roll.verse_pasted.connect(self.pasted)

    def typed(self, note: str, words: str) -> None:
        """A field was left."""
        self._do(labels.SET_LYRIC, lyrics.typed(self._song.project, self._view.track, NoteId(note), words, self._count))

    def stepped(self, note: str, words: str, by: int) -> None:
        """Tab or Shift+Tab: on to the field of the next note, or back."""
        project, track, own = self._song.project, self._view.track, NoteId(note)
        if by > 0:
            following = lyrics.after_typing(project, track, own, words, self._count)
        else:
            following = lyrics.previous_note(project, track, own)
        index = self._roll.rows.index_of(note)
        if index >= 0 and lyrics.written(self._roll.rows.notes[index]) != words:
            self.typed(note, words)
        # The last note keeps its field: who types on has not lost the place.
        self._roll.type_lyric(following or note)

    def pasted(self, note: str, words: str) -> None:
        """A verse, from a note on."""
        laid = lyrics.laid(self._song.project, self._view.track, NoteId(note), words, self._count, keep_holds=True)
        self._do(labels.SPREAD_LYRICS, laid)
        if laid.last is not None:
            self._view.select((laid.last,))

    def _do(self, label: str, laid: Laid) -> None:
        self._song.do(label, lambda _: laid.project)
        if laid.left_over:
            told = plural(text.LEFT_OVER_ONE, text.LEFT_OVER, len(laid.left_over))
            words = laid.words_left(_TOLD)
            self._tell(text.LEFT_OVER_WORDS.format(told=told, words=words) if words else f"{told}.")
