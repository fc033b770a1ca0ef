"""The score as frozen values.  Time is kept in quarters; seconds come from the tempo map.

One `Note` is one sounding pitch.  A word of several syllables lies on several notes; a melisma is a
note that `holds` the vowel of the one before it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NewType

from engine.score.expression import Curve
from engine.score.tempo import TempoMap

NoteId = NewType("NoteId", str)

Severity = Literal["info", "warning", "error"]
REACH_QUARTERS = 1.0
"""How far beyond a phrase's notes curves count: consonants come before the first note, the last sound dies after."""


@dataclass(frozen=True, slots=True)
class Note:
    """`start` and `duration` in quarters (>= 0), `key` a MIDI number 0-127, `velocity` 1-127.

    `lyric` is this note's syllable as written, without hyphens or markers ("" when it has none; a
    space inside it is an elision: two syllables on one note).  `ends_word` says whether the next
    syllable begins a new word; a held note repeats what its syllable says.  `holds` marks a melisma:
    no new syllable, the previous vowel goes on.  `continues_word` (OpenUtau's and Synthesizer V's `+`)
    sings the next syllable of the word written whole on an earlier note; its lyric is "".
    `phones` overrides the pronunciation of the whole word (written `word[ph ph]`), as written.
    `breath` is an audible breath instead of a syllable.  `language` is the word's IETF tag, "" as the clip's.
    `expression`: knobs set on this note (engine.score.expression.KNOBS), by name.
    """

    id: NoteId
    start: float
    duration: float
    key: int
    lyric: str = ""
    ends_word: bool = True
    holds: bool = False
    phones: tuple[str, ...] = ()
    breath: bool = False
    velocity: int = 90
    continues_word: bool = False
    language: str = ""
    expression: Mapping[str, float] = field(default_factory=dict)

    @property
    def end(self) -> float:
        """Quarters."""
        return self.start + self.duration


@dataclass(frozen=True, slots=True)
class Problem:
    """Something the producer should know, in a sentence that names its place ("Bar 3, beat 2.5: ...").

    `kind` is for programs: overlap, chord, no_lyric, no_lyrics, zero_length, unclosed_note, hold_without_syllable,
    too_many_syllables, surplus_notes, several_tracks, charset, repeats, no_notes; own_lyrics and found_lyrics of
    clips in DAWs: where the words came from.  `note_id`, `bar` and `beat` are None where the whole clip is meant.
    """

    kind: str
    message: str
    note_id: NoteId | None = None
    bar: int | None = None
    beat: float | None = None
    severity: Severity = "warning"

    @property
    def sentence(self) -> str:
        """The message with its place, which some messages name themselves."""
        named = self.bar is None or self.message.lower().startswith("bar ")
        return self.message if named else f"Bar {self.bar}, beat {self.beat or 1:g}: {self.message}"


@dataclass(frozen=True, slots=True)
class Score:
    """One voice: `notes` by ascending start and without overlaps, and the tempo map that times them.

    `language` is an IETF tag or "" where the file does not say; `phrase_breaks` are the notes after
    which the text has a line or phrase end; `problems` by ascending position.  `curves`: knobs over time, by name;
    `drawn`: pieces of pitch in fractional MIDI keys that replace what would be planned there.
    """

    notes: tuple[Note, ...]
    tempo_map: TempoMap = field(default_factory=TempoMap)
    language: str = ""
    title: str = ""
    problems: tuple[Problem, ...] = ()
    phrase_breaks: tuple[NoteId, ...] = ()
    curves: Mapping[str, Curve] = field(default_factory=dict)
    drawn: tuple[Curve, ...] = ()

    @property
    def duration_s(self) -> float:
        """Seconds from the clip's start to the end of its last note."""
        return self.tempo_map.seconds(self.notes[-1].end) if self.notes else 0.0


@dataclass(frozen=True, slots=True)
class Phrase:
    """The unit of rendering: a snapshot that no later edit can reach.

    `notes` keep their ids and absolute quarters; `tempo_map` covers them; `start_s` and `end_s` are
    seconds in the clip at the first note's start and the last note's end.  `curves` and `drawn`: what of the score's
    reaches it, `REACH_QUARTERS` beyond its notes.
    """

    index: int
    notes: tuple[Note, ...]
    tempo_map: TempoMap
    start_s: float
    end_s: float
    language: str = ""
    curves: Mapping[str, Curve] = field(default_factory=dict)
    drawn: tuple[Curve, ...] = ()

    @property
    def duration_s(self) -> float:
        """Seconds."""
        return self.end_s - self.start_s

    def spans_s(self) -> tuple[tuple[float, float], ...]:
        """(start, end) of every note in seconds from the phrase's start."""
        seconds, start_s = self.tempo_map.seconds, self.start_s
        return tuple((seconds(n.start) - start_s, seconds(n.end) - start_s) for n in self.notes)

    def content_key(self) -> str:
        """64 hex digits over all that changes the sound, and nothing that does not.

        Place in the clip, note ids and the bar grid stay out: a phrase that is moved, or sung again
        later, is found in the cache.  Times count to the microsecond.
        """
        digest = hashlib.sha256(b"melisma phrase 1\0")
        digest.update(self.language.encode() + b"\0")
        for note, (start_s, end_s) in zip(self.notes, self.spans_s(), strict=True):
            facts = (
                round(start_s * 1e6),
                round(end_s * 1e6),
                note.key,
                note.lyric,
                note.ends_word,
                note.holds,
                note.continues_word,
                note.phones,
                note.breath,
                note.velocity,
            )
            digest.update(repr(facts).encode("utf-8", "surrogatepass") + b"\0")
            if note.language or note.expression:
                digest.update(repr((note.language, sorted(note.expression.items()))).encode() + b"\0")
        for name, curve in [*sorted(self.curves.items()), *(("drawn", piece) for piece in self.drawn)]:
            digest.update(repr((name, self._timed(curve))).encode() + b"\0")
        return digest.hexdigest()

    def _timed(self, curve: Curve) -> tuple[tuple[int, float], ...]:
        """The curve's points in microseconds from the phrase's start."""
        seconds, start_s = self.tempo_map.seconds, self.start_s
        return tuple((round((seconds(at) - start_s) * 1e6), value) for at, value in curve.points)
