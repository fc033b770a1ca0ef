"""A project becomes sound: its tracks sung, then mixed to one file or written each to its own."""

from __future__ import annotations

import math
import re
import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.api.sing import WRITING, Load, SingRequest, SingResult, Sung, sing_read, time_read
from engine.audio import Audio, resample, write_audio
from engine.errors import InputError
from engine.jobs import JobContext, Progress
from engine.models import InstalledVoice
from engine.models.builders import build
from engine.models.hidden_singer import HiddenSinger
from engine.project.file import read_project
from engine.project.model import Project, Track
from engine.project.phrases import heard_tracks
from engine.project.score import score_of_track
from engine.project.takes import seeds_of
from engine.score import NoteId, Problem, Score
from engine.singing.choir import Choir
from engine.singing.clip import SungTiming
from engine.singing.takes import Take

Floats = NDArray[np.float32]
_STEM_NAME = 60


@dataclass(frozen=True, slots=True)
class SungTrack:
    """`audio` at the mix's rate, behind fader and pan; begins at sample `start`, counted from the clip's start."""

    track: Track
    sung: Sung
    audio: Audio
    start: int


@dataclass(frozen=True, slots=True)
class SungProject:
    """`parts`: all that are heard, the lead first.  The mix lasts `length` samples from sample `offset` on."""

    project: Project
    parts: tuple[SungTrack, ...]
    offset: int
    length: int

    @property
    def sample_rate(self) -> int:
        """Of all parts, in Hz."""
        return self.parts[0].audio.sample_rate

    @property
    def offset_s(self) -> float:
        """Where the mix begins, in seconds from the clip's start."""
        return self.offset / self.sample_rate

    @property
    def position_s(self) -> float:
        """Where the clip begins on the DAW's timeline, 0 where nobody knows."""
        return self.project.clip.position_s if self.project.clip else 0.0

    @property
    def problems(self) -> list[Problem]:
        """Of all parts; with the track's name, where there are several."""
        return _problems(self.parts)

    def mixed(self, parts: tuple[SungTrack, ...] = ()) -> Audio:
        """The mix, or that of some `parts`, as long as it."""
        return Audio(_mixed(parts or self.parts, self.offset, self.length), self.sample_rate)


def render_project(request: SingRequest, context: JobContext, load: Load = build) -> SingResult:
    """Sing a project's tracks that are not muted; the mix as one file, or `request.stems`.

    One track in the middle stays mono, as a clip does; a choir, a pan, or what is mixed with them is stereo.  All
    files begin at the same place.  Options of the request come before the tracks' own; its transposition is added.
    Raises as `render_clip`.
    """
    started = time.monotonic()
    sung = sing_project(request, context, load)
    files = _stems(request.out, sung.parts) if request.stems else ()
    context.step(WRITING, 0, 1)
    problems = sung.problems
    mixes = [(part,) for part in sung.parts] if files else [sung.parts]
    for file, parts in zip(files or (request.out,), mixes, strict=True):
        context.token.raise_if_cancelled()
        audio = sung.mixed(parts)
        problems += clipped(audio, request, file)
        _write(audio, sung, parts, replace(request, out=file))
    return _result(request, sung, files, problems, time.monotonic() - started)


def sing_project(request: SingRequest, context: JobContext, load: Load = build) -> SungProject:
    """Sing a project's tracks and write nothing; of the request `out`, `subtype` and `stems` do not count.

    The track that the request names, else all that are not muted.  Raises as `render_clip`.
    """
    project, tracks = _read(request)
    parts = tuple(_sing(project, tracks, request, context, loaded_once(load)))
    offset = min(part.start for part in parts)
    return SungProject(project, parts, offset, max(part.start + part.audio.num_samples for part in parts) - offset)


def time_project(request: SingRequest, context: JobContext) -> tuple[SungTiming, Score]:
    """What the lead would sing when: the track that the request names, else the first that is not muted.

    Raises as `render_clip`.
    """
    project, tracks = _read(request)
    lead = tracks[0]
    return time_read(track_request(lead, request), score_of_track(project, lead), context, takes_of(project, lead))


def track_request(track: Track, request: SingRequest) -> SingRequest:
    """The request as it is for a track: what it leaves open (None), the track says."""
    blend = tuple(track.blend.items()) if request.expression.blend is None else request.expression.blend
    return replace(
        request,
        voice=request.voice or track.voice or None,
        seed=track.seed if request.seed is None else request.seed,
        num_steps=track.num_steps if request.num_steps is None else request.num_steps,
        temperature=track.temperature if request.temperature is None else request.temperature,
        transpose=request.transpose + track.transpose,
        language=request.language or track.language or None,
        expression=replace(request.expression, blend=blend),
        choir=choir_of(track) if request.choir is None else request.choir,
    )


def choir_of(track: Track) -> Choir | None:
    """Who sings a track together."""
    told = track.choir
    if told is None:
        return None
    return Choir(told.voices, told.spread_ms, told.detune_cents, told.width, told.seed, told.speakers)


def takes_of(project: Project, track: Track) -> dict[NoteId, Take]:
    """The chosen takes, as the renderer wants them."""
    return {name: Take(*seeds) for name, seeds in seeds_of(project, track).items()}


def loaded_once(load: Load) -> Load:
    """Loads a voice when it is first needed, and not again."""
    loaded: dict[str, HiddenSinger] = {}

    def once(model: InstalledVoice, device: str) -> HiddenSinger:
        if model.manifest.id not in loaded:
            loaded[model.manifest.id] = load(model, device)
        return loaded[model.manifest.id]

    return once


def _read(request: SingRequest) -> tuple[Project, tuple[Track, ...]]:
    if request.lyrics is not None:
        raise InputError("A project has its own words.", "Set them in the project instead.", command="project set")
    project = read_project(request.clip).project
    return project, heard_tracks(project, request.clip.name, request.track)


def _sing(
    project: Project, tracks: tuple[Track, ...], request: SingRequest, context: JobContext, load: Load
) -> list[SungTrack]:
    parts: list[SungTrack] = []
    for track in tracks:
        own = _labelled(context, track.name) if len(tracks) > 1 else context
        sung = sing_read(
            track_request(track, request), score_of_track(project, track), own, takes_of(project, track), load
        )
        rate = request.sample_rate or (parts[0].audio.sample_rate if parts else sung.clip.audio.sample_rate)
        audio = sung.clip.audio if rate == sung.clip.audio.sample_rate else resample(sung.clip.audio, rate)
        faded = Audio(_placed(audio.samples, track), rate)
        parts.append(SungTrack(track, sung, faded, round(sung.clip.offset_s * rate)))
    return parts


def _labelled(context: JobContext, name: str) -> JobContext:
    def sink(progress: Progress) -> None:
        context.progress_sink(replace(progress, stage=f"{progress.stage}: {name}"))

    return JobContext(sink, context.token)


def _placed(samples: Floats, track: Track) -> Floats:
    """Behind fader and pan, [1, T] in the middle, else [2, T].

    Constant power: a single voice in the middle is 3 dB down on either side, so that it is as loud as it was in mono.
    A choir keeps its level in the middle.
    """
    gain = 10 ** (track.gain_db / 20)
    if len(samples) == 1 and track.pan == 0:
        return (samples * np.float32(gain)).astype(np.float32)
    angle = (track.pan + 1) * math.pi / 4
    sides = gain * np.array([[math.cos(angle)], [math.sin(angle)]])
    return (samples * (sides if len(samples) == 1 else sides * math.sqrt(2))).astype(np.float32)


def _mixed(parts: tuple[SungTrack, ...], offset: int, length: int) -> Floats:
    stereo = any(part.audio.channels == 2 for part in parts)
    mix = np.zeros((2 if stereo else 1, length), np.float32)
    for part in parts:
        samples = part.audio.samples
        if stereo and len(samples) == 1:
            samples = samples * np.float32(math.sqrt(0.5))
        at = part.start - offset
        mix[:, at : at + samples.shape[1]] += samples
    return mix


def clipped(audio: Audio, request: SingRequest, file: Path) -> list[Problem]:
    """What is told of a mix that does not fit into `file`."""
    peak = float(np.abs(audio.samples).max(initial=0.0))
    if peak <= 1 or (request.subtype == "FLOAT" and file.suffix.lower() == ".wav"):
        return []
    over_db = 20 * math.log10(peak)
    return [Problem("clipped", f"{file.name} is {over_db:.1f} dB over full scale and was clipped; turn tracks down.")]


def _problems(sung: tuple[SungTrack, ...]) -> list[Problem]:
    if len(sung) == 1:
        return list(sung[0].sung.clip.problems)
    return [
        replace(problem, message=f"{problem.sentence.rstrip('.')} (track {part.track.name}).")
        for part in sung
        for problem in part.sung.clip.problems
    ]


def _stems(out: Path, parts: tuple[SungTrack, ...]) -> tuple[Path, ...]:
    """`x-NAME.wav` beside `x.wav` for each track; no two are the same on any system."""
    used: set[str] = set()
    files = []
    for number, part in enumerate(parts, start=1):
        name = re.sub(r"[^\w -]+", "_", part.track.name).strip()[:_STEM_NAME] or str(number)
        while name.casefold() in used:
            name = f"{name}-{number}"
        used.add(name.casefold())
        files.append(out.with_name(f"{out.stem}-{name}{out.suffix}"))
    return tuple(files)


def _write(audio: Audio, sung: SungProject, parts: tuple[SungTrack, ...], request: SingRequest) -> None:
    """Stamped with its place in the DAW, as far as the project knows it; a place before zero is told in words only."""
    begins_s = sung.position_s + sung.offset_s
    voices = " ".join(dict.fromkeys(_voice(part.sung) for part in parts))
    words = f"melisma voice={voices} project={request.clip.name} offset_s={begins_s:.6f}"
    position = max(0, round(begins_s * audio.sample_rate))
    write_audio(audio, request.out, subtype=request.subtype, time_reference_samples=position, description=words)


def _voice(sung: Sung) -> str:
    return f"{sung.voice.manifest.id} {sung.voice.manifest.version}"


def _result(
    request: SingRequest, project: SungProject, files: tuple[Path, ...], problems: list[Problem], elapsed_s: float
) -> SingResult:
    sung, rate = project.parts, project.sample_rate
    return SingResult(
        out=files[0] if files else request.out,
        voice=", ".join(dict.fromkeys(part.sung.voice.manifest.id for part in sung)),
        language=", ".join(dict.fromkeys(part.sung.language for part in sung)),
        duration_s=project.length / rate,
        offset_s=project.offset_s,
        sample_rate=rate,
        phrases=sum(part.sung.clip.phrases for part in sung),
        cached_phrases=sum(part.sung.clip.cached_phrases for part in sung),
        problems=tuple(problems),
        provider=sung[0].sung.voice.provider,
        elapsed_s=elapsed_s,
        real_time_factor=elapsed_s / max(project.length / rate, 1e-9),
        stems=files,
    )
