"""Whether words are too many or too few for a clip, told before it is sung."""

from __future__ import annotations

from dataclasses import dataclass

from engine.score import LaidNote, Note, NoteId, Score, lay, reattach
from engine.score.sidecar import CountSyllables
from engine.score.syllables import Syllable, plain_words
from plugin_host.lyrics.record import Record, hash_of

_TOLD_WORDS = 8


@dataclass(frozen=True, slots=True)
class Fit:
    """`notes`: as many as the clip had when it was sung last, 0 where that is not known.

    `left`: how many syllables find no note, and in `left_words` the first of their words; `bare`: how many notes have
    no syllable.  All three are empty where there are no notes, or no words.
    """

    notes: int
    left: int = 0
    left_words: str = ""
    bare: int = 0


def fit(record: Record, words: str, count_syllables: CountSyllables) -> Fit:
    """Lay `words` on the notes as they were last seen, as singing would."""
    score = Score(tuple(_note(number, note) for number, note in enumerate(_there(record))))
    if not (score.notes and words.strip()):
        return Fit(len(score.notes))
    if record.text_hash == hash_of(words):
        laid = reattach(record.laid, score).laid
    else:
        laid = lay(score, words, count_syllables).laid
    left = [note.syllable for note in laid if note.gone and note.syllable is not None and _sounds(note.syllable)]
    bare = sum(not note.gone and note.syllable is None for note in laid)
    return Fit(len(score.notes), len(left), plain_words(left, _TOLD_WORDS), bare)


def _there(record: Record) -> list[LaidNote]:
    return [note for note in record.laid if not note.gone]


def _sounds(syllable: Syllable) -> bool:
    """A held vowel without its note is no loss, nor is the rest of a word that is written whole."""
    return not (syllable.holds or syllable.continues_word)


def _note(number: int, laid: LaidNote) -> Note:
    return Note(NoteId(str(number)), laid.start, laid.duration, laid.key)
