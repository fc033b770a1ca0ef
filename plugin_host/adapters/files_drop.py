"""One file that a user drops or opens: the same reading and placing as in a watched folder, without the bridge."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engine.jobs import JobContext
from plugin_host.adapters.files import FilesAdapter
from plugin_host.bridge.clip_project import voice_for
from plugin_host.lyrics import LyricsBook
from plugin_host.ports import Action, Ask, DawClip, DawSound, Placement

if TYPE_CHECKING:
    from engine.api import IsolateRequest, SingRequest


@dataclass(frozen=True, slots=True)
class DropSettings:
    """None: the default model, or as a project says.  `seed` >= 0; `device` as `melisma doctor` names them;
    `sample_rate` of clips, in Hz.  `voice` is for clips, and for projects that name none."""

    voice: str | None = None
    separator: str | None = None
    seed: int | None = None
    device: str = "auto"
    sample_rate: int = 48_000


@dataclass(frozen=True, slots=True)
class Dropped:
    """`files`: what was made, beside the file that was dropped; `remarks`: what the producer should know."""

    action: Action
    files: tuple[Path, ...]
    remarks: tuple[str, ...] = ()


def work_on_file(
    path: Path, context: JobContext, settings: DropSettings | None = None, book: LyricsBook | None = None
) -> Dropped:
    """Sing a score or a project, or isolate a mix; the results lie beside it.

    Raises `InputError` for a file that cannot be used, `MelismaError` for a model or a disk that fails, `Cancelled`.
    """
    settings = settings or DropSettings()
    book = book or LyricsBook()
    adapter = FilesAdapter((path.absolute().parent,), book=book, sample_rate=settings.sample_rate)
    ask = adapter.take(path)
    return carry_out(ask, adapter, context, settings, book)


def carry_out(
    ask: Ask, adapter: FilesAdapter, context: JobContext, settings: DropSettings, book: LyricsBook
) -> Dropped:
    """Do what `ask` of `adapter` wants, here and now.  Raises as `work_on_file`."""
    with tempfile.TemporaryDirectory(prefix="melisma-") as folder:
        if ask.action is Action.SING:
            placements, remarks = _sing(ask.clips[0], Path(folder), context, settings, book)
        else:
            placements, remarks = _isolate(ask.sounds[0], Path(folder), context, settings)
        placed = adapter.place_audio(placements, ask.action.value)
    told = dict.fromkeys((*adapter.problems(ask.id), *remarks))
    return Dropped(ask.action, tuple(placement.path for placement in placed), tuple(told))


def _sing(
    clip: DawClip, folder: Path, context: JobContext, settings: DropSettings, book: LyricsBook
) -> tuple[list[Placement], tuple[str, ...]]:
    from engine.api import SingRequest, render_clip
    from engine.score import read_score
    from plugin_host.bridge.clip_score import in_session, write_clip

    if clip.project is not None:
        return _sing_project(clip, clip.project, folder, context, settings)
    score, problems = book.attach(clip)
    path = folder / "clip.mid"
    write_clip(score, path)
    request: SingRequest = SingRequest(
        clip=path,
        out=folder / "sung.wav",
        voice=settings.voice,
        seed=settings.seed,
        sample_rate=clip.session.sample_rate,
        language=score.language or None,
        device=settings.device,
    )
    result = render_clip(request, context)
    sung = in_session(result.problems, read_score(path), clip.tempo_map, clip.start_quarters)
    remarks = tuple(problem.message for problem in (*problems, *sung))
    start = clip.start_samples + round(result.offset_s * result.sample_rate)
    return [Placement(result.out, f"{clip.track} (sung)", start, beside=clip.track)], remarks


def _sing_project(
    clip: DawClip, project: Path, folder: Path, context: JobContext, settings: DropSettings
) -> tuple[list[Placement], tuple[str, ...]]:
    from engine.api import SingRequest, render_clip

    request: SingRequest = SingRequest(
        clip=project,
        out=folder / "sung.wav",
        voice=voice_for(project, settings.voice),
        seed=settings.seed,
        sample_rate=clip.session.sample_rate,
        device=settings.device,
    )
    result = render_clip(request, context)
    start = clip.start_samples + round(result.offset_s * result.sample_rate)
    remarks = tuple(problem.sentence for problem in result.problems)
    return [Placement(result.out, f"{clip.track} (sung)", start, beside=clip.track)], remarks


def _isolate(
    sound: DawSound, folder: Path, context: JobContext, settings: DropSettings
) -> tuple[list[Placement], tuple[str, ...]]:
    from engine.api import IsolateRequest, isolate_vocals

    request: IsolateRequest = IsolateRequest(
        mixes=(sound.path,), out=folder, separator=settings.separator, seed=settings.seed or 0, device=settings.device
    )
    result = isolate_vocals(request, context)
    mix = result.files[0]
    placements = [
        Placement(mix.vocals, f"{sound.track} vocals", sound.start_samples, beside=sound.track),
        Placement(mix.instrumental, f"{sound.track} instrumental", sound.start_samples, beside=sound.track),
    ]
    return placements, ()
