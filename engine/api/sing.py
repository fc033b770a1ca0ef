"""A clip becomes a sung file."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.api.expression import ExpressionRequest, expressed
from engine.api.words import count_syllables
from engine.audio import Audio, Subtype, check_suffix, resample, write_audio
from engine.errors import InputError, MelismaError
from engine.files import make_folder
from engine.folders import cache_folder
from engine.jobs import JobContext
from engine.models import InstalledVoice, VoiceManifest
from engine.models.builders import build
from engine.models.hidden_singer import HiddenSinger
from engine.models.registry import find_singer, native_speaker
from engine.phonemize import guess_language, phonemizer, primary_language
from engine.project.file import is_project
from engine.score import NoteId, Problem, Score, read_score
from engine.singing.cache import PhraseCache
from engine.singing.choir import Choir, sing_choir
from engine.singing.clip import SungClip, SungTiming, sing_score, time_score
from engine.singing.settings import SingSettings
from engine.singing.takes import Take

Load = Callable[[InstalledVoice, str], HiddenSinger]
"""What loads a voice onto a device."""
WRITING = "Writing"
MAX_NOTE_S, MAX_CLIP_S = 600.0, 4 * 3600.0
"""A clip is held in memory whole: four hours are 3 GB."""


@dataclass(frozen=True, slots=True)
class SingRequest:
    """One clip to sing.  None means: as the clip or the voice says.

    `seed` >= 0 (None: 0, or as a project's track says); `num_steps` >= 1; `temperature` 0 to 2; `sample_rate` Hz;
    `transpose` semitones; `track` a number or a name; `language` an IETF tag; `device` as `melisma doctor` names them;
    `choir`: how many sing it together (of one voice: nobody else, whatever a project says); `stems`: of a project, a
    file for each track beside `out`.
    """

    clip: Path
    out: Path
    lyrics: Path | None = None
    voice: str | None = None
    seed: int | None = None
    num_steps: int | None = None
    temperature: float | None = None
    sample_rate: int | None = None
    subtype: Subtype = "PCM_24"
    transpose: int = 0
    track: str | None = None
    language: str | None = None
    device: str = "auto"
    use_cache: bool = True
    expression: ExpressionRequest = field(default_factory=ExpressionRequest)
    choir: Choir | None = None
    stems: bool = False


@dataclass(frozen=True, slots=True)
class SingResult:
    """`offset_s`: where the file begins, relative to the clip's start (negative: consonants before it); `stems`: the
    files of a project's tracks, where they were asked for (`out` is the first of them).

    `real_time_factor`: seconds of work per second of sound, loading and writing included.
    """

    out: Path
    voice: str
    language: str
    duration_s: float
    offset_s: float
    sample_rate: int
    phrases: int
    cached_phrases: int
    problems: tuple[Problem, ...]
    provider: str
    elapsed_s: float
    real_time_factor: float
    stems: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Sung:
    """A clip, sung: by whom, from which score, in which language."""

    clip: SungClip
    score: Score
    voice: HiddenSinger
    language: str


def render_clip(request: SingRequest, context: JobContext, load: Load = build) -> SingResult:
    """Sing a clip and write the file, whole or not at all.  `load` gives the voice, where somebody keeps it loaded.

    Raises `InputError` for what the user can mend, `MelismaError` for what we must, `Cancelled`.
    """
    started = time.monotonic()
    _check_out(request.out)
    if request.stems and not is_project(request.clip):
        raise InputError("A clip has no stems: it is one voice.", "Sing a project, or no stems.", option="stems")
    if is_project(request.clip):
        from engine.api.project_sing import render_project

        return render_project(request, context, load)
    sung = sing_clip(request, context, load)
    context.step(WRITING, 0, 1)
    audio = sung.clip.audio if request.sample_rate is None else resample(sung.clip.audio, request.sample_rate)
    context.token.raise_if_cancelled()
    _write(audio, sung.clip, request, sung.voice.manifest)
    return _result(request, sung, audio, time.monotonic() - started)


def sing_clip(request: SingRequest, context: JobContext, load: Load = build) -> Sung:
    """Sing a clip and write nothing; `out`, `sample_rate` and `subtype` of the request do not count.

    Raises as `render_clip`.
    """
    find_singer(request.voice)  # who is not there is told before a clip is read
    return sing_read(request, _read(request), context, load=load)


def sing_read(
    request: SingRequest,
    score: Score,
    context: JobContext,
    takes: Mapping[NoteId, Take] | None = None,
    load: Load = build,
) -> Sung:
    """As `sing_clip`, a score that was read before; `takes` by the first notes of its phrases."""
    score, voice, settings, language = prepared(request, score, context, load)
    cache = PhraseCache(cache_folder() / "phrases") if request.use_cache else None
    if request.choir is None or request.choir.alone:
        clip = sing_score(score, voice, settings, language, context, cache, takes)
    else:
        clip = sing_choir(score, voice, settings, language, context, cache, takes, choir=request.choir)
    return Sung(clip, score, voice, language)


def time_clip(request: SingRequest, context: JobContext) -> tuple[SungTiming, Score]:
    """What would be sung when, without singing it; in seconds, not minutes.  Raises as `render_clip`."""
    find_singer(request.voice)
    return time_read(request, _read(request), context)


def time_read(
    request: SingRequest, score: Score, context: JobContext, takes: Mapping[NoteId, Take] | None = None
) -> tuple[SungTiming, Score]:
    """As `time_clip`, a score that was read before; `takes` by the first notes of its phrases."""
    score, voice, settings, language = prepared(request, score, context)
    return time_score(score, voice, settings, language, context, takes), score


def prepared(
    request: SingRequest,
    score: Score,
    context: JobContext,
    load: Load = build,
) -> tuple[Score, HiddenSinger, SingSettings, str]:
    """The clip, and who sings it how, in which language."""
    model, speaker = find_singer(request.voice)
    _check_lengths(score)
    language = _language(request, score)
    score = expressed(score, request.expression)
    context.step("Loading the voice", 0, 1)
    speaker = speaker or native_speaker(model.manifest.settings, language)
    return score, load(model, request.device), _settings(request, model.manifest, speaker), language


def _read(request: SingRequest) -> Score:
    asked = request.language
    track = int(request.track) if request.track and request.track.isdecimal() else request.track
    score = read_score(request.clip, request.lyrics, track, count_syllables=lambda word: count_syllables(word, asked))
    if not score.notes:
        raise InputError(f"{request.clip.name} has no notes to sing.", "Choose another track of it.", option="track")
    return score


def _language(request: SingRequest, score: Score) -> str:
    language = request.language or score.language or guess_language([note.lyric for note in score.notes])
    phonemizer(language)  # any voice sings any language that can be pronounced
    return primary_language(language)


def _check_lengths(score: Score) -> None:
    """A note at the end of time, from a slip or a broken file, is told before it fills memory and disk."""
    for note in score.notes:
        seconds = score.tempo_map.seconds(note.end) - score.tempo_map.seconds(note.start)
        bar, beat = score.tempo_map.bar_beat(note.start)
        if seconds > MAX_NOTE_S:
            what = f"Bar {bar}, beat {beat:g}: this note lasts {seconds / 60:.0f} minutes."
            raise InputError(what, f"Give it an end; {MAX_NOTE_S / 60:.0f} minutes can be sung in one breath.")
    if score.duration_s > MAX_CLIP_S:
        what = f"The last note ends {score.duration_s / 3600:.1f} hours after the clip's start."
        raise InputError(what, f"Check where it lies and the tempo; {MAX_CLIP_S / 3600:.0f} hours can be sung at once.")


def _check_out(path: Path) -> None:
    """What can be known before a long render is asked before it."""
    check_suffix(path)
    if path.is_dir():
        raise InputError(f"{path} is a folder, not a file.", "Name a file to write.")
    if not path.parent.is_dir():
        raise InputError(f"The folder {path.parent} does not exist.", "Make it first, or name another place.")
    make_folder(path.parent)  # it is there, but can it be written to?


def _settings(request: SingRequest, manifest: VoiceManifest, speaker: str | None) -> SingSettings:
    defaults: dict[str, Any] = dict(manifest.settings.get("sampling", {}))
    if request.num_steps is not None:
        defaults["num_steps"] = request.num_steps
    if request.temperature is not None:
        defaults["temperature"] = request.temperature
    asked = request.expression
    try:
        return SingSettings(
            seed=request.seed or 0,
            transpose=request.transpose,
            speaker=speaker or 0,
            pitch_seed=asked.pitch_seed,
            blend=asked.blend or (),
            **defaults,
        )
    except (TypeError, ValueError) as error:
        raise MelismaError(
            f"The voice {manifest.id} cannot be sung so: {error}.", "Install the voice again."
        ) from error


def _write(audio: Audio, sung: SungClip, request: SingRequest, manifest: VoiceManifest) -> None:
    """The time stamp counts from the clip's start; it cannot be negative, so pre-roll is told in words too."""
    position = max(0, round(sung.offset_s * audio.sample_rate))
    description = (
        f"melisma voice={manifest.id} {manifest.version} seed={request.seed or 0} "
        f"clip={request.clip.name} offset_s={sung.offset_s:.6f}"
    )
    write_audio(audio, request.out, subtype=request.subtype, time_reference_samples=position, description=description)


def _result(request: SingRequest, sung: Sung, audio: Audio, elapsed_s: float) -> SingResult:
    return SingResult(
        out=request.out,
        voice=sung.voice.manifest.id,
        language=sung.language,
        duration_s=audio.duration_s,
        offset_s=sung.clip.offset_s,
        sample_rate=audio.sample_rate,
        phrases=sung.clip.phrases,
        cached_phrases=sung.clip.cached_phrases,
        problems=sung.clip.problems,
        provider=sung.voice.provider,
        elapsed_s=elapsed_s,
        real_time_factor=elapsed_s / max(audio.duration_s, 1e-9),
    )
