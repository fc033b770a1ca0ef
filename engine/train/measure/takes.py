"""The same phrase from the teacher, the voice, the prior alone and the codec alone: same phones, times and f0."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.errors import MelismaError
from engine.jobs import JobContext
from engine.models.hidden_singer import HiddenSinger
from engine.score import Note, NoteId, Phrase, TempoMap
from engine.singing.pipeline import SungPlan, network_inputs, render_phrase
from engine.singing.settings import SingSettings
from engine.train.corpus.shards import PCM_PEAK
from engine.train.corpus.singing import SungPhrase
from engine.train.measure.progress import Report
from engine.train.voices.cast import LANGUAGE_TAGS

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Take:
    """Four renderings float32 [N] of one phrase, all beginning with its first phone."""

    phrase: SungPhrase
    teacher: Floats
    voice: Floats
    mean: Floats
    copy: Floats


def render_takes(phrases: list[SungPhrase], voice: HiddenSinger, settings: SingSettings, report: Report) -> list[Take]:
    """All renderings of all phrases.  Raises `MelismaError` for a voice that does not fit the teacher's frames."""
    takes = []
    for number, phrase in enumerate(phrases):
        report("Singing held-out phrases", number, len(phrases))
        _check_frames(phrase, voice)
        teacher = teacher_audio(phrase)
        takes.append(
            Take(
                phrase,
                teacher,
                sing_known(phrase, voice, settings),
                sing_mean(phrase, voice, settings),
                voice.codec.decode(voice.codec.encode(teacher), _f0(phrase), settings.seed),
            )
        )
    return takes


def teacher_audio(phrase: SungPhrase) -> Floats:
    """The teacher's samples [N], full scale is 1."""
    return phrase.audio.astype(np.float32) / np.float32(PCM_PEAK)


def sing_known(phrase: SungPhrase, voice: HiddenSinger, settings: SingSettings) -> Floats:
    """The whole system on a phrase whose phones, times and f0 are given."""
    return render_phrase(_as_score(phrase), _plan(phrase), voice, settings, JobContext()).samples


def sing_mean(phrase: SungPhrase, voice: HiddenSinger, settings: SingSettings) -> Floats:
    """The prior's mean, decoded: what the voice sings without its latent generator."""
    _, mu = voice.condition(network_inputs(_plan(phrase), voice, settings.speaker))
    return voice.codec.decode(mu, _f0(phrase), settings.seed)


def _plan(phrase: SungPhrase) -> SungPlan:
    language = LANGUAGE_TAGS.get(phrase.language, "")
    start_s = phrase.phones[0].start_s
    return SungPlan(phrase.phones, phrase.notes, start_s, _f0(phrase), phrase.tempo_bpm, (), language)


def _f0(phrase: SungPhrase) -> Floats:
    return phrase.f0.astype(np.float32)


def _as_score(phrase: SungPhrase) -> Phrase:
    """Only names the phrase (its seed comes from its content): quarters stand for seconds."""
    notes = tuple(
        Note(NoteId(str(index)), note.start_s, note.end_s - note.start_s, note.key, phrase.name)
        for index, note in enumerate(phrase.notes)
    )
    return Phrase(0, notes, TempoMap(), 0.0, 0.0)


def _check_frames(phrase: SungPhrase, voice: HiddenSinger) -> None:
    codec = voice.codec
    frames = len(phrase.audio) / codec.hop_length
    if len(phrase.f0) != frames * codec.subframes:
        raise MelismaError(
            f"The voice {voice.manifest.id} works in frames of {codec.hop_length} samples, the teacher sang in others.",
            "Delete the folder of held-out phrases in --work; they are sung again.",
        )
