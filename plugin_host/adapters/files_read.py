"""Files of a watched folder as clips and sounds of a session."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.errors import InputError
from engine.score import Note, NoteId, Problem, Score, TempoMap, read_score
from engine.score.sidecar import LYRIC_KINDS
from engine.score.syllables import Syllable, guess_language, write_syllable
from plugin_host.adapters.files_scan import Found
from plugin_host.bridge.clip_project import PROJECTS
from plugin_host.ports import DawClip, DawNote, DawSound, Session

LEAD_S = 0.6
"""Room before a clip: consonants sound before their note, and a file has no bar before its first."""

_ORIGINATOR = "melisma"


@dataclass(frozen=True, slots=True)
class ReadClip:
    """`bpm` at the clip's start; `problems` of the notes, not of the words.

    `language`: as the file states it, "" when it does not.
    """

    clip: DawClip
    bpm: float
    language: str
    problems: tuple[Problem, ...]


def printable(text: str) -> str:
    """A file's name for people and for other programs: letters that are no letters become `?`."""
    return "".join(c if c.isprintable() else "?" for c in text.encode("utf-8", "replace").decode())


def lead_quarters(bpm: float) -> int:
    """Whole quarters that last at least `LEAD_S`."""
    return math.ceil(LEAD_S * bpm / 60.0)


def lead_samples(bpm: float, sample_rate: int) -> int:
    """How long the room before a clip is."""
    return round(lead_quarters(bpm) * 60.0 / bpm * sample_rate)


def read_clip_file(found: Found, session: Session) -> ReadClip:
    """A score or a project as a clip that begins `lead_quarters` after the session's start.

    Its bars are those of the file, for the room before it counts as a pickup.  Where lyrics lie beside the file, its
    own do not count.  Raises `InputError` for a file that is damaged or has no notes.
    """
    is_project = found.path.suffix.lower() in PROJECTS
    score = _lead(found.path) if is_project else read_score(found.path)
    if not score.notes:
        raise InputError(f"{printable(found.path.name)} has no notes to sing.", "Export a clip with a melody.")
    bpm = score.tempo_map.bpm_at(0.0)
    lead = lead_quarters(bpm)
    own = found.lyrics is None and not any(problem.kind == "no_lyrics" for problem in score.problems)
    breaks = set(score.phrase_breaks)
    clip = DawClip(
        session=session,
        key=found.key,
        name=printable(found.path.stem),
        track=printable(found.key),
        start_quarters=float(lead),
        length_quarters=score.notes[-1].end,
        start_samples=lead_samples(bpm, session.sample_rate),
        tempo_map=_later(score.tempo_map, lead),
        notes=tuple(_daw_note(note, own, breaks) for note in score.notes),
        project=found.path if is_project else None,
    )
    problems = tuple(problem for problem in score.problems if problem.kind not in LYRIC_KINDS)
    return ReadClip(clip, bpm, _stated_language(score), problems)


def _lead(project: Path) -> Score:
    from engine.api.project_lead import heard_project

    return heard_project(project).lead


def read_sound_file(found: Found, session: Session) -> DawSound:
    """A whole sound file, at the place that its time stamp states, else at the start.

    Raises `InputError` for a file that cannot be opened, or is shorter than it says, `OSError`.
    """
    from engine.audio import open_audio

    if missing_bytes(found.path) > 0:
        raise InputError(f"{printable(found.path.name)} is shorter than it says.", "Export or copy it once more.")
    with open_audio(found.path) as stream:
        length = stream.expected_samples or sum(block.shape[1] for block in stream.blocks())
        ratio = session.sample_rate / stream.sample_rate
        return DawSound(
            session=session,
            key=found.key,
            name=printable(found.path.stem),
            track=printable(found.key),
            path=found.path,
            offset_samples=0,
            length_samples=max(1, -(-length * session.sample_rate // stream.sample_rate)),
            start_samples=round((stream.time_reference_samples or 0) * ratio),
        )


def is_ours(path: Path) -> bool:
    """Whether a sound was made by melisma, under whatever name: its time stamp says so."""
    from engine.audio import read_bext

    try:
        stamp = read_bext(path)
    except InputError:
        return False
    return stamp is not None and stamp.originator == _ORIGINATOR


def is_music_xml(path: Path) -> bool:
    """Whether an `.xml` is a score; many other things are called so.  Raises `OSError`."""
    with path.open("rb") as file:
        head = file.read(8192).replace(b"\0", b"")
    return b"score-partwise" in head or b"score-timewise" in head


def missing_bytes(path: Path) -> int:
    """How much more a WAV file says that it has; negative: it has more than it says.  Raises `OSError`.

    Both are the mark of a file that is being written; some programs leave it so.
    """
    with path.open("rb") as file:
        head = file.read(12)
        size = file.seek(0, 2)
    if head[:4] != b"RIFF" or head[8:] != b"WAVE":
        return 0
    stated = int.from_bytes(head[4:8], "little")
    if stated == 0xFFFFFFFF:  # a stream, whose writer never knew
        return -1
    missing = stated + 8 - size
    return 0 if abs(missing) <= 1 else missing  # a last odd byte may lack its padding


def _later(tempo_map: TempoMap, quarters: int) -> TempoMap:
    """The same map with room before it."""
    first_bpm, first_meter = tempo_map.tempi[0][1], tempo_map.meters[0][1:]
    tempi = ((0.0, first_bpm), *((q + quarters, bpm) for q, bpm in tempo_map.tempi[1:]))
    meters = ((0.0, *first_meter), *((q + quarters, n, d) for q, n, d in tempo_map.meters[1:]))
    return TempoMap(tempi, meters, tempo_map.pickup + quarters)


def _daw_note(note: Note, own: bool, breaks: set[NoteId]) -> DawNote:
    """With its lyric as a MIDI file would have it."""
    bare = not (note.lyric or note.holds or note.continues_word or note.breath or note.phones)
    lyric = ""
    if own and not bare:
        syllable = Syllable(note.lyric, note.ends_word, note.holds, note.continues_word, note.phones, note.breath)
        lyric = write_syllable(syllable) + (" " if note.ends_word else "") + ("\r" if note.id in breaks else "")
    return DawNote(note.start, note.duration, note.key, note.velocity, lyric)


def _stated_language(score: Score) -> str:
    guessed = guess_language(_lyrics(score.notes))
    return "" if score.language == guessed else score.language


def _lyrics(notes: Sequence[Note]) -> list[str]:
    return [note.lyric for note in notes]
