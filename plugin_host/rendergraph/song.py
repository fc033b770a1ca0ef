"""The sounds of a bounce: the voice, sung or read, and the backing, each with its place on the timeline."""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from engine.audio import Audio, open_audio, read_audio, read_bext, resample
from engine.errors import InputError
from engine.jobs import JobContext
from engine.score import TempoMap, looks_like_score, read_score
from plugin_host.bridge.clip_project import PROJECTS

if TYPE_CHECKING:
    from engine.api import SingRequest

# What the program writes into the stamp's description: the stamp itself cannot be negative.
_OFFSET = re.compile(r"^melisma .*\boffset_s=(-?\d+\.\d+)")
_SCORES = (".mid", ".midi", ".kar", ".smf", ".musicxml", ".mxl", ".xml")


@dataclass(frozen=True, slots=True)
class Placed:
    """`audio` begins at second `start_s` of the timeline.  `stamped`: the file said so.

    `remarks`: what should be known of a clip that was sung, in sentences.
    """

    audio: Audio
    start_s: float
    stamped: bool
    tempo: TempoMap | None = None
    remarks: tuple[str, ...] = ()


def is_clip(path: Path) -> bool:
    """Whether `path` is to be sung first: a score or a project."""
    return path.suffix.lower() in (*_SCORES, *PROJECTS) or looks_like_score(path)


def sound_rate(path: Path) -> int:
    """Of a file that is not read yet, in Hz.  Raises as `read_sound`, as far as that can be known then."""
    with open_audio(path) as stream:
        _check_channels(path, stream.channels)
        return stream.sample_rate


def read_sound(path: Path) -> Placed:
    """A sound file with what its broadcast time stamp says.  Raises `InputError`, also for more than two channels."""
    audio = read_audio(path)
    _check_channels(path, audio.channels)
    if not np.isfinite(audio.samples).all():
        raise InputError(f"{path} holds values that are no numbers.", "Export it again from the program that made it.")
    place = stamp_s(path, audio.sample_rate)
    return Placed(audio, place or 0.0, place is not None)


def _check_channels(path: Path, channels: int) -> None:
    if channels > 2:
        raise InputError(f"{path} has {channels} channels.", "Mix it down to stereo first.")


def sing_song(request: SingRequest, context: JobContext) -> Placed:
    """The clip or project of `request`, sung; its `out` does not count.  Of a project: the mix of its tracks.

    A clip begins at the timeline's zero, a project where it knows that it lies in the DAW; quarters count from there.
    Raises as `render_clip`.
    """
    from engine.api import render_clip  # loads everything that sings; most bounces need none of it

    with tempfile.TemporaryDirectory(prefix="melisma-") as folder:
        sung = Path(folder) / "voice.wav"
        result = render_clip(replace(request, out=sung, subtype="FLOAT"), context)
        audio = read_audio(sung)
    position_s, tempo = _place(request)
    remarks = tuple(problem.sentence for problem in result.problems)
    return Placed(audio, position_s + result.offset_s, True, tempo, remarks)


def _place(request: SingRequest) -> tuple[float, TempoMap]:
    """Where a clip begins, in seconds of the timeline, and the timeline's tempo."""
    if request.clip.suffix.lower() not in PROJECTS:
        track = int(request.track) if request.track and request.track.isdecimal() else request.track
        return 0.0, read_score(request.clip, track=track).tempo_map
    from engine.api.project_lead import heard_project

    project = heard_project(request.clip)
    return project.position_s, project.tempo_map


def stamp_s(path: Path, sample_rate: int) -> float | None:
    """Where on the timeline a WAV file begins; None when it does not say."""
    with path.open("rb") as file:
        head = file.read(12)
    if head[:4] not in (b"RIFF", b"RF64") or head[8:] != b"WAVE":
        return None
    bext = read_bext(path)
    if bext is None:
        return None
    told = _OFFSET.match(bext.description)
    if told and bext.time_reference_samples == 0:
        return float(told.group(1))
    return bext.time_reference_samples / sample_rate


def stereo(audio: Audio, sample_rate: int) -> Audio:
    """At `sample_rate`, on two channels; mono goes to both as it is."""
    converted = resample(audio, sample_rate)
    if converted.channels == 2:
        return converted
    return Audio(np.repeat(converted.samples, 2, axis=0), sample_rate)
