"""Clips and scores as frozen values.  Signatures other rooms code against:

- `read_score(path, lyrics_path=None, track=None, charset=None, verse=1) -> Score` (MIDI, .kar, MusicXML, .mxl)
- `read_parts(path) -> tuple[ScorePart, ...]`, `worth_opening(parts)`: those that become tracks, and those that do not
- `Score(notes, tempo_map, language, title, problems, phrase_breaks, curves, drawn)`, `.duration_s`
- `Note(id, start, duration, key, lyric, ends_word, holds, phones, breath, velocity, continues_word, language,
  expression)`, `.end` (quarters)
- `Curve(points)`, `.at(quarters)`; `KNOBS`, `check_value(name, value)`, `check_curve(name, curve)`
- `Problem(kind, message, note_id | None, bar | None, beat | None, severity)`
- `TempoMap(tempi, meters, pickup, origin_s)`: `seconds(quarters)`, `quarters(seconds)`, `bpm_at(quarters)`,
  `bar_beat(quarters) -> (bar, beat)`, `slice(start, end)`, `TempoMap.from_events(tempi, meters, pickup)`
- `apply_lyrics(score, text, count_syllables=None) -> Score` (the sidecar text)
- `lay(score, text, count_syllables=None) -> Attached`, `reattach(laid, score) -> Attached(score, laid, known)`: lyrics
  that stay on their notes while a producer edits; `LaidNote(start, duration, key, syllable, gone)` is what to remember
- `split_phrases(score, *, gap_s=0.4, max_phrase_s=12.0) -> tuple[Phrase, ...]`
- `Phrase(index, notes, tempo_map, start_s, end_s, language, curves, drawn)`, `.spans_s()`, `.content_key()`; notes
  keep the score's absolute quarters, `spans_s` counts from the phrase's start
- `write_midi(score, path)`, `midi_bytes(score) -> bytes`
"""

from engine.score.expression import BLEND, DRAWN_KEYS, KNOBS, Curve, Knob, check_curve, check_value, with_value
from engine.score.midi_write import midi_bytes, write_midi
from engine.score.model import Note, NoteId, Phrase, Problem, Score, Severity
from engine.score.parts import ScorePart, worth_opening
from engine.score.phrases import split_phrases
from engine.score.read import looks_like_score, read_parts, read_score, read_score_bytes, read_text
from engine.score.reattach import Attached, LaidNote, lay, reattach
from engine.score.sidecar import apply_lyrics
from engine.score.tempo import TempoMap

__all__ = [
    "BLEND",
    "DRAWN_KEYS",
    "KNOBS",
    "Attached",
    "Curve",
    "Knob",
    "LaidNote",
    "Note",
    "NoteId",
    "Phrase",
    "Problem",
    "Score",
    "ScorePart",
    "Severity",
    "TempoMap",
    "apply_lyrics",
    "check_curve",
    "check_value",
    "lay",
    "looks_like_score",
    "midi_bytes",
    "read_parts",
    "read_score",
    "read_score_bytes",
    "read_text",
    "reattach",
    "split_phrases",
    "with_value",
    "worth_opening",
    "write_midi",
]
