"""A DAW's clip as one voice that can be sung: chords keep their top note, a later note cuts an earlier one."""

from __future__ import annotations

from engine.score import Note, NoteId, Score
from engine.score.assemble import RawNote, assemble, chord_tolerance, make_monophonic
from engine.score.midi_write import TICKS_PER_QUARTER
from engine.score.syllables import Syllable, write_syllable
from plugin_host.ports import DawClip


def one_voice(clip: DawClip) -> tuple[Score, bool]:
    """The clip's score from its start on, with the lyrics that the DAW has, and whether it has any.

    What had to be left out becomes problems.  Raises `InputError` for a clip without notes.
    """
    from plugin_host.bridge.clip_score import clip_score

    score = clip_score(clip)
    breaks = set(score.phrase_breaks)
    raws = [_raw(note, breaks) for note in score.notes]
    has_own = any(raw.syllable is not None for raw in raws)
    notes, findings = make_monophonic(raws, chord_tolerance(TICKS_PER_QUARTER))
    return assemble(notes, TICKS_PER_QUARTER, score.tempo_map, findings, score.language, score.title), has_own


def words_of(score: Score) -> str:
    """The lyrics of a score as people write them, in the sidecar's notation: a line for each phrase."""
    sung = [note for note in score.notes if not _is_bare(note)]
    breaks = set(score.phrase_breaks)
    text = ""
    for note, after in zip(sung, [*sung[1:], None], strict=True):
        syllable = Syllable(note.lyric, note.ends_word, note.holds, note.continues_word, note.phones, note.breath)
        goes_on = not note.ends_word and not note.holds and after is not None and not after.holds
        text += write_syllable(syllable) + ("\n" if note.id in breaks else "" if goes_on else " ")
    return "\n".join(line.strip() for line in text.splitlines())


def _is_bare(note: Note) -> bool:
    return not (note.lyric or note.holds or note.continues_word or note.breath or note.phones)


def _raw(note: Note, breaks: set[NoteId]) -> RawNote:
    start = round(note.start * TICKS_PER_QUARTER)
    end = max(round(note.end * TICKS_PER_QUARTER), start + 1)
    syllable = Syllable(
        text=note.lyric,
        ends_word=note.ends_word,
        holds=note.holds,
        continues_word=note.continues_word,
        phones=note.phones,
        breath=note.breath,
        breaks_phrase=note.id in breaks,
    )
    return RawNote(start, end, note.key, note.velocity, None if _is_bare(note) else syllable)
