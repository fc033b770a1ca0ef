"""A clip becomes a sung file."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.api.words import count_syllables
from engine.audio import Audio, Subtype, check_suffix, resample, write_audio
from engine.errors import InputError, MelismaError
from engine.folders import cache_folder
from engine.jobs import JobContext
from engine.models import VoiceManifest, find_model
from engine.models.builders import build
from engine.models.hidden_singer import HiddenSinger
from engine.phonemize import guess_language
from engine.score import Problem, Score, read_score
from engine.singing.cache import PhraseCache
from engine.singing.clip import SungClip, SungTiming, sing_score, time_score
from engine.singing.settings import SingSettings

WRITING = "Writing"


@dataclass(frozen=True, slots=True)
class SingRequest:
    """One clip to sing.  None means: as the clip or the voice says.

    `seed` >= 0; `num_steps` >= 1; `temperature` 0 to 2; `sample_rate` Hz; `transpose` semitones;
    `track` a number or a name; `language` an IETF tag; `device` as `melisma doctor` names them.
    """

    clip: Path
    out: Path
    lyrics: Path | None = None
    voice: str | None = None
    seed: int = 0
    num_steps: int | None = None
    temperature: float | None = None
    sample_rate: int | None = None
    subtype: Subtype = "PCM_24"
    transpose: int = 0
    track: str | None = None
    language: str | None = None
    device: str = "auto"
    use_cache: bool = True


@dataclass(frozen=True, slots=True)
class SingResult:
    """`offset_s`: where the file begins, relative to the clip's start (negative: consonants before it).

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


@dataclass(frozen=True, slots=True)
class Sung:
    """A clip, sung: by whom, from which score, in which language."""

    clip: SungClip
    score: Score
    voice: HiddenSinger
    language: str


def render_clip(request: SingRequest, context: JobContext) -> SingResult:
    """Sing a clip and write the file, whole or not at all.

    Raises `InputError` for what the user can mend, `MelismaError` for what we must, `Cancelled`.
    """
    started = time.monotonic()
    _check_out(request.out)
    sung = sing_clip(request, context)
    context.step(WRITING, 0, 1)
    audio = sung.clip.audio if request.sample_rate is None else resample(sung.clip.audio, request.sample_rate)
    context.token.raise_if_cancelled()
    _write(audio, sung.clip, request, sung.voice.manifest)
    return _result(request, sung, audio, time.monotonic() - started)


def sing_clip(request: SingRequest, context: JobContext) -> Sung:
    """Sing a clip and write nothing; `out`, `sample_rate` and `subtype` of the request do not count.

    Raises as `render_clip`.
    """
    score, voice, settings, language = _prepared(request, context)
    cache = PhraseCache(cache_folder() / "phrases") if request.use_cache else None
    return Sung(sing_score(score, voice, settings, language, context, cache), score, voice, language)


def time_clip(request: SingRequest, context: JobContext) -> tuple[SungTiming, Score]:
    """What would be sung when, without singing it; in seconds, not minutes.  Raises as `render_clip`."""
    score, voice, settings, language = _prepared(request, context)
    return time_score(score, voice, settings, language, context), score


def _prepared(request: SingRequest, context: JobContext) -> tuple[Score, HiddenSinger, SingSettings, str]:
    """The clip, and who sings it how, in which language."""
    model = find_model(request.voice)
    score, language = _read(request, model.manifest)
    context.step("Loading the voice", 0, 1)
    return score, build(model, request.device), _settings(request, model.manifest), language


def _read(request: SingRequest, manifest: VoiceManifest) -> tuple[Score, str]:
    asked = request.language
    track = int(request.track) if request.track and request.track.isdecimal() else request.track
    score = read_score(request.clip, request.lyrics, track, count_syllables=lambda word: count_syllables(word, asked))
    if not score.notes:
        raise InputError(f"{request.clip.name} has no notes to sing.", "Choose another track with --track.")
    language = asked or score.language or guess_language([note.lyric for note in score.notes])
    primary = language.replace("_", "-").split("-")[0].lower()
    if primary not in manifest.languages:
        known = ", ".join(manifest.languages)
        raise InputError(f"The voice {manifest.id} does not sing in {language!r}.", f"It sings in: {known}.")
    return score, primary


def _check_out(path: Path) -> None:
    """What can be known before a long render is asked before it."""
    check_suffix(path)
    if path.is_dir():
        raise InputError(f"{path} is a folder, not a file.", "Name a file to write.")
    if not path.parent.is_dir():
        raise InputError(f"The folder {path.parent} does not exist.", "Make it first, or name another place.")


def _settings(request: SingRequest, manifest: VoiceManifest) -> SingSettings:
    defaults: dict[str, Any] = dict(manifest.settings.get("sampling", {}))
    if request.num_steps is not None:
        defaults["num_steps"] = request.num_steps
    if request.temperature is not None:
        defaults["temperature"] = request.temperature
    try:
        return SingSettings(seed=request.seed, transpose=request.transpose, **defaults)
    except (TypeError, ValueError) as error:
        raise MelismaError(
            f"The voice {manifest.id} cannot be sung so: {error}.", "Install the voice again."
        ) from error


def _write(audio: Audio, sung: SungClip, request: SingRequest, manifest: VoiceManifest) -> None:
    """The time stamp counts from the clip's start; it cannot be negative, so pre-roll is told in words too."""
    position = max(0, round(sung.offset_s * audio.sample_rate))
    description = (
        f"melisma voice={manifest.id} {manifest.version} seed={request.seed} "
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
