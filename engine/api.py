"""The engine's one door: typed requests in, typed results out."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.audio import Audio, Subtype, check_suffix, resample, write_audio
from engine.doctor import doctor_report
from engine.errors import InputError, MelismaError
from engine.files import make_folder
from engine.folders import cache_folder
from engine.jobs import JobContext
from engine.models import AnyModel, FileCheck, InstalledSeparator, VoiceManifest, find_model, list_models, verify
from engine.models.add import remove_model
from engine.models.builders import build
from engine.models.hidden_singer import HiddenSinger
from engine.models.package import install_package, is_package
from engine.phonemize import guess_language, phonemizer
from engine.score import Problem, Score, read_score
from engine.separation.batch import MixJob, plan_batch
from engine.separation.mdx_add import AddedModel, AddRequest, add_mdx, inspect_mdx, suggest_n_fft
from engine.separation.pipeline import isolate_file
from engine.separation.separator import STAGE, Refine, SeparationSettings, Separator
from engine.separation.separators import build_separator
from engine.singing.cache import PhraseCache
from engine.singing.clip import SungClip, sing_score
from engine.singing.settings import SingSettings

__all__ = [
    "AddRequest",
    "AddedModel",
    "FailedMix",
    "IsolateRequest",
    "IsolateResult",
    "IsolatedMix",
    "SingRequest",
    "SingResult",
    "add_model",
    "doctor_report",
    "inspect_mdx",
    "is_package",
    "isolate_vocals",
    "list_models",
    "model_info",
    "remove_model",
    "render_clip",
    "suggest_n_fft",
    "verify_model",
]

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
class IsolateRequest:
    """Mixes to take the vocals out of: files, and folders of files.  None means: as the separator says.

    `seed` from 0 below 2^64; `num_steps` >= 1; `eta` 0 to 1; `subtype` of both files: FLOAT never clips; `device` as
    `melisma doctor` names them; `threads` None: one per core.
    """

    mixes: tuple[Path, ...]
    out: Path
    separator: str | None = None
    seed: int = 0
    num_steps: int | None = None
    eta: float | None = None
    refine: Refine | None = None
    subtype: Subtype = "FLOAT"
    device: str = "auto"
    threads: int | None = None


@dataclass(frozen=True, slots=True)
class IsolatedMix:
    """`null_peak_db`: the highest of |mix - (vocals + instrumental)| in dB of full scale, -200 when they are equal.

    `real_time_factor`: seconds of work per second of sound, without loading the separator.
    """

    input: Path
    vocals: Path
    instrumental: Path
    duration_s: float
    sample_rate: int
    channels: int
    separator: str
    provider: str
    elapsed_s: float
    real_time_factor: float
    null_peak_db: float


@dataclass(frozen=True, slots=True)
class FailedMix:
    """`kind` is "input" (the user's) or "fault" (ours)."""

    input: Path
    kind: str
    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class IsolateResult:
    """In the order of the request.  `remarks`: what was left out or named otherwise, in sentences."""

    files: tuple[IsolatedMix, ...]
    failed: tuple[FailedMix, ...]
    remarks: tuple[str, ...]


def render_clip(request: SingRequest, context: JobContext) -> SingResult:
    """Sing a clip and write the file, whole or not at all.

    Raises `InputError` for what the user can mend, `MelismaError` for what we must, `Cancelled`.
    """
    started = time.monotonic()
    _check_out(request.out)
    model = find_model(request.voice)
    score, language = _read(request, model.manifest)
    context.step("Loading the voice", 0, 1)
    voice = build(model, request.device)
    settings = _settings(request, model.manifest)
    cache = PhraseCache(cache_folder() / "phrases") if request.use_cache else None
    sung = sing_score(score, voice, settings, language, context, cache)
    context.step(WRITING, 0, 1)
    audio = sung.audio if request.sample_rate is None else resample(sung.audio, request.sample_rate)
    context.token.raise_if_cancelled()
    _write(audio, sung, request, model.manifest)
    return _result(request, voice, language, audio, sung, time.monotonic() - started)


def isolate_vocals(request: IsolateRequest, context: JobContext) -> IsolateResult:
    """Write NAME_vocals.wav and NAME_instrumental.wav for every mix; each pair whole or not at all.

    A mix that fails is told in the result and the others go on.  Raises `InputError` or `MelismaError` when nothing
    can be done at all, or when the only mix fails; `Cancelled`, and what is finished by then stays.
    """
    settings = _separation_settings(request)
    batch = plan_batch(request.mixes, request.out)
    failed = [_failed(path, error) for path, error in batch.failed]
    alone = len(batch.jobs) + len(failed) == 1
    if not batch.jobs:
        raise (
            batch.failed[0][1]
            if alone
            else InputError(
                "There is no mix to work on.",
                " ".join(error.message for _, error in batch.failed) or "Name sound files.",
            )
        )
    model = find_model(request.separator, role="separator")
    make_folder(request.out)
    context.step("Loading the separator", 0, 1)
    separator = build_separator(model, request.device, request.threads, settings)
    done: list[IsolatedMix] = []
    for number, job in enumerate(batch.jobs, start=1):
        stage = STAGE if len(batch.jobs) == 1 else f"{STAGE} {job.mix.name} ({number} of {len(batch.jobs)})"
        try:
            done.append(_isolate(job, model, separator, request, context, stage))
        except MelismaError as error:
            if alone:
                raise
            failed.append(_failed(job.mix, error))
    return IsolateResult(tuple(done), tuple(failed), batch.remarks)


def model_info(model_id: str | None = None) -> AnyModel:
    """A voice or separator by id, or the default voice.  Raises `InputError` for an unknown id."""
    return find_model(model_id, role=None)


def add_model(request: AddRequest, context: JobContext) -> AddedModel:
    """Install a package (a folder or zip with a manifest) or an MDX-Net, whole or not at all.

    Raises `InputError` when it cannot be used, `MelismaError` when the disk refuses, `Cancelled`.
    """
    if is_package(request.file):
        return AddedModel(install_package(request.file, lambda done, total: context.step("Copying", done, total)))
    return add_mdx(request, context)


def verify_model(model_id: str | None = None) -> tuple[FileCheck, ...]:
    """Every file of a voice or separator against its checksum."""
    return verify(find_model(model_id, role=None))


def _read(request: SingRequest, manifest: VoiceManifest) -> tuple[Score, str]:
    asked = request.language
    track = int(request.track) if request.track and request.track.isdecimal() else request.track

    def count_syllables(word: str) -> int:
        return len(phonemizer(asked or guess_language([word])).phonemize_word(word).syllables)

    score = read_score(request.clip, request.lyrics, track, count_syllables=count_syllables)
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


def _result(
    request: SingRequest, voice: HiddenSinger, language: str, audio: Audio, sung: SungClip, elapsed_s: float
) -> SingResult:
    return SingResult(
        out=request.out,
        voice=voice.manifest.id,
        language=language,
        duration_s=audio.duration_s,
        offset_s=sung.offset_s,
        sample_rate=audio.sample_rate,
        phrases=sung.phrases,
        cached_phrases=sung.cached_phrases,
        problems=sung.problems,
        provider=voice.provider,
        elapsed_s=elapsed_s,
        real_time_factor=elapsed_s / max(audio.duration_s, 1e-9),
    )


def _separation_settings(request: IsolateRequest) -> SeparationSettings:
    try:
        return SeparationSettings(request.seed, request.num_steps, request.eta, request.refine)
    except ValueError as error:
        raise InputError(f"The vocals cannot be isolated so: {error}.", "Choose another value.") from error


def _isolate(
    job: MixJob,
    model: InstalledSeparator,
    separator: Separator,
    request: IsolateRequest,
    context: JobContext,
    stage: str,
) -> IsolatedMix:
    manifest = model.manifest
    description = f"melisma separator={manifest.id} {manifest.version} seed={request.seed} mix={job.mix.name}"
    sound = isolate_file(
        job.mix,
        job.vocals,
        job.instrumental,
        separator,
        context,
        subtype=request.subtype,
        description=description,
        stage=stage,
    )
    return IsolatedMix(
        input=job.mix,
        vocals=job.vocals,
        instrumental=job.instrumental,
        duration_s=sound.duration_s,
        sample_rate=sound.sample_rate,
        channels=sound.channels,
        separator=manifest.id,
        provider=separator.provider,
        elapsed_s=sound.elapsed_s,
        real_time_factor=sound.elapsed_s / max(sound.duration_s, 1e-9),
        null_peak_db=sound.null_peak_db,
    )


def _failed(path: Path, error: MelismaError) -> FailedMix:
    return FailedMix(path, "input" if isinstance(error, InputError) else "fault", error.message, error.hint)
