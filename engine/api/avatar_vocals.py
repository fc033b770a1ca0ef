"""What a figure is to sing: a recording, a clip sung first, or a clip that nobody has sung yet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from engine.api.project_sing import clipped, sing_project, time_project
from engine.api.sing import Load, SingRequest, sing_clip, time_clip
from engine.audio import Audio, resample, write_audio
from engine.avatar.features import SAMPLE_RATE
from engine.avatar.line import RATE_HZ, SpokenPhone, SungLine, loudness_curve
from engine.avatar.listening import Vocals, read_vocals
from engine.avatar.subtitles import Subtitle
from engine.jobs import JobContext
from engine.models.builders import build
from engine.phonemize.phones import in_english, is_voiced
from engine.project.file import is_project
from engine.score import Note, NoteId, Problem, Score, split_phrases
from engine.singing.clip import F0_RATE_HZ, SungTiming
from engine.singing.timing_within import timing_within

UNSUNG_LEVEL = 0.8
"""How loud a vowel of a clip is taken to be before it is sung; a consonant half of it."""
LINE_LETTERS = 20
CLAUSE_ENDS = (",", ".", ";", ":", "!", "?", "、", "。")


@dataclass(frozen=True, slots=True)
class Performance:
    """`vocals`: None where nothing sounds yet; `file` holds them.  `line`: what is known of them.

    Of a clip: `words`, its phrases with seconds from the vocals' first sample; `clip_start_s`, where its first beat
    lies among these seconds; `problems`.
    """

    duration_s: float
    vocals: Vocals | None
    file: Path | None
    line: SungLine | None
    words: tuple[Subtitle, ...] = ()
    clip_start_s: float = 0.0
    problems: tuple[Problem, ...] = ()

    def begun_at(self, start_s: float) -> Performance:
        """The same without what comes before `start_s`; `file` stays as it is."""
        return replace(
            self,
            duration_s=self.duration_s - start_s,
            vocals=None if self.vocals is None else _vocals_from(self.vocals, start_s),
            line=None if self.line is None else _line_from(self.line, start_s),
            words=tuple(Subtitle(word.start_s - start_s, word.end_s - start_s, word.text) for word in self.words),
            clip_start_s=self.clip_start_s - start_s,
        )


def recorded(path: Path, context: JobContext) -> Performance:
    """A sound file, of which nothing else is known.  Raises as `read_vocals`."""
    vocals = read_vocals(path, context)
    return Performance(vocals.duration_s, vocals, path, None)


def sung(request: SingRequest, folder: Path, context: JobContext, load: Load = build) -> Performance:
    """A clip or a project, sung into `folder`: lips will be exact.  Raises as `render_clip`."""
    if is_project(request.clip):
        return _sung_project(request, folder, context, load)
    done = sing_clip(request, context, load)
    file = folder / "sung.wav"
    write_audio(done.clip.audio, file, subtype="PCM_24")
    heard = resample(done.clip.audio, SAMPLE_RATE)
    vocals = Vocals(heard, done.clip.audio.duration_s, done.clip.audio.sample_rate)
    line = _line(done.clip.timing, loudness_curve(heard.samples[0], heard.sample_rate))
    words, start_s = _words(done.score, done.clip.timing), -done.clip.offset_s
    return Performance(vocals.duration_s, vocals, file, line, words, start_s, done.clip.problems)


def unsung(request: SingRequest, context: JobContext) -> Performance:
    """A clip before it is sung, or a project's lead: phones and pitch are known, the sound is not.

    Raises as `render_clip`.
    """
    timing, score = (time_project if is_project(request.clip) else time_clip)(request, context)
    level = np.zeros(round(timing.duration_s * RATE_HZ), np.float32)
    times = (np.arange(len(level)) + 0.5) / RATE_HZ
    for phone in timing.phones:
        if phone.label not in ("SP", "AP"):
            first, last = np.searchsorted(times, [phone.start_s, phone.end_s])
            level[first:last] = UNSUNG_LEVEL if is_voiced(phone.label) else UNSUNG_LEVEL / 2
    line, words = _line(timing, level), _words(score, timing)
    return Performance(timing.duration_s, None, None, line, words, -timing.offset_s, score.problems)


def _sung_project(request: SingRequest, folder: Path, context: JobContext, load: Load) -> Performance:
    """The mix in `folder`; the face hears and sings its lead alone."""
    done = sing_project(request, context, load)
    lead, mix = done.parts[0], done.mixed()
    file = folder / "sung.wav"
    write_audio(mix, file, subtype="PCM_24")
    alone = resample(lead.sung.clip.audio.to_mono(), SAMPLE_RATE).samples
    late = round((lead.start - done.offset) / done.sample_rate * SAMPLE_RATE)
    length = round(mix.duration_s * SAMPLE_RATE)
    heard = np.zeros((1, length), np.float32)
    heard[:, late : late + alone.shape[1]] = alone[:, : length - late]
    vocals = Vocals(Audio(heard, SAMPLE_RATE), mix.duration_s, lead.sung.clip.audio.sample_rate)
    timing = timing_within(lead.sung.clip.timing, done.offset_s, mix.duration_s)
    problems = [*done.problems, *clipped(mix, replace(request, subtype="PCM_24"), request.clip)]
    if len(done.parts) > 1:
        told = f"{len(done.parts)} tracks are heard; the face sings the first of them, {lead.track.name}."
        problems.insert(0, Problem("mix", told, severity="info"))
    line = _line(timing, loudness_curve(heard[0], SAMPLE_RATE))
    return Performance(
        mix.duration_s, vocals, file, line, _words(lead.sung.score, timing), -done.offset_s, tuple(problems)
    )


def _line(timing: SungTiming, level: np.ndarray) -> SungLine:
    """What the singing side knows, as the face takes it."""
    phones = tuple(SpokenPhone(in_english(p.label), p.start_s, p.end_s) for p in timing.phones)
    times = (np.arange(len(level)) + 0.5) / RATE_HZ
    f0 = np.interp(times, (np.arange(len(timing.f0)) + 0.5) / F0_RATE_HZ, timing.f0, left=0, right=0)
    voiced = np.zeros(len(level), bool)
    for phone in phones:
        if is_voiced(phone.label):
            voiced |= (times >= phone.start_s) & (times < phone.end_s)
    return SungLine(phones, np.where(voiced, f0, 0).astype(np.float32), level, timing.beats_s)


def _vocals_from(vocals: Vocals, start_s: float) -> Vocals:
    audio = vocals.audio
    kept = audio.samples[:, round(start_s * audio.sample_rate) :]
    return replace(vocals, audio=Audio(kept, audio.sample_rate), duration_s=vocals.duration_s - start_s)


def _line_from(line: SungLine, start_s: float) -> SungLine:
    first = round(start_s * RATE_HZ)
    phones = tuple(
        SpokenPhone(phone.label, max(0.0, phone.start_s - start_s), phone.end_s - start_s)
        for phone in line.phones
        if phone.end_s > start_s
    )
    beats_s = tuple(beat_s - start_s for beat_s in line.beats_s if beat_s >= start_s)
    return SungLine(phones, line.f0[first:], line.level[first:], beats_s)


def _words(score: Score, timing: SungTiming) -> tuple[Subtitle, ...]:
    at, breaks = score.tempo_map.seconds, frozenset(score.phrase_breaks)
    return tuple(
        Subtitle(at(notes[0].start) - timing.offset_s, at(notes[-1].end) - timing.offset_s, _text(notes))
        for phrase in split_phrases(score)
        for notes in _lines(phrase.notes, breaks)
    )


def _lines(notes: tuple[Note, ...], breaks: frozenset[NoteId]) -> Iterator[tuple[Note, ...]]:
    """A phrase may hold several lines of the text: they end where the text says, or at commas when long enough."""
    first, ended = 0, False
    for number in range(1, len(notes)):
        note, before = notes[number], notes[number - 1]
        ended = ended or before.id in breaks
        if note.holds or note.continues_word or not (before.ends_word or before.breath):
            continue
        text = _text(notes[first:number])
        if text and (ended or (len(text) >= LINE_LETTERS and text.endswith(CLAUSE_ENDS))):
            yield notes[first:number]
            first = number
        ended = False
    yield notes[first:]


def _text(notes: tuple[Note, ...]) -> str:
    """A phrase's syllables as words."""
    text = ""
    for note in notes:
        if not note.holds and not note.breath:
            text += note.lyric + (" " if note.ends_word and note.lyric else "")
    return text.strip()
