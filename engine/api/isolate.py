"""Mixes become vocals and instrumentals."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from engine.audio import Subtype
from engine.errors import InputError, MelismaError
from engine.files import make_folder
from engine.jobs import JobContext
from engine.models import InstalledSeparator, find_model
from engine.separation.batch import MixJob, plan_batch
from engine.separation.pipeline import isolate_file
from engine.separation.separator import STAGE, Refine, SeparationSettings, Separator
from engine.separation.separators import build_separator


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
