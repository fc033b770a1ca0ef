"""One file that a user drops or opens: the same reading and placing as in a watched folder, without the bridge."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engine.jobs import JobContext
from plugin_host.adapters.files import FilesAdapter
from plugin_host.lyrics import LyricsBook
from plugin_host.ports import Action, Ask, DawClip, DawSound, Placement

if TYPE_CHECKING:
    from engine.api import IsolateRequest, SingRequest


@dataclass(frozen=True, slots=True)
class DropSettings:
    """None: the default model.  `seed` >= 0; `device` as `melisma doctor` names them; `sample_rate` of clips, in Hz."""

    voice: str | None = None
    separator: str | None = None
    seed: int = 0
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
    """Sing a score, or isolate a mix; the results lie beside it.

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


def _isolate(
    sound: DawSound, folder: Path, context: JobContext, settings: DropSettings
) -> tuple[list[Placement], tuple[str, ...]]:
    from engine.api import IsolateRequest, isolate_vocals

    request: IsolateRequest = IsolateRequest(
        mixes=(sound.path,), out=folder, separator=settings.separator, seed=settings.seed, device=settings.device
    )
    result = isolate_vocals(request, context)
    mix = result.files[0]
    placements = [
        Placement(mix.vocals, f"{sound.track} vocals", sound.start_samples, beside=sound.track),
        Placement(mix.instrumental, f"{sound.track} instrumental", sound.start_samples, beside=sound.track),
    ]
    return placements, ()
