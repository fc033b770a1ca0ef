"""Every sound of a bounce in its place on one timeline."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from engine.audio import FloatArray, check_format
from engine.errors import InputError
from engine.jobs import JobContext
from engine.score import TempoMap
from plugin_host.rendergraph.assemble import BACKING, VOICE, Timeline, fader_names, on_timeline
from plugin_host.rendergraph.request import HIGHEST_RATE, LOWEST_RATE, BounceRequest
from plugin_host.rendergraph.song import Placed, is_clip, read_sound, sing_song, sound_rate, stereo
from plugin_host.rendergraph.stretch import stretch, stretched_s


@dataclass(frozen=True, slots=True)
class Laid:
    """`sounds`: float32 [2, timeline.length] by the names of their faders; `start` in samples of the session;
    `dry_length`: without what rings on; `early_s`: seconds before the backing, 0 without one; `remarks` of clips."""

    timeline: Timeline
    sounds: dict[str, FloatArray]
    start: int
    dry_length: int
    early_s: float
    remarks: tuple[str, ...]


def check_sounds(request: BounceRequest) -> None:
    """What the files say without being read, before long work: singing takes minutes.  Raises `InputError`."""
    voices = [voice.path for voice in request.voices if not is_clip(voice.path)]
    rates = {path: sound_rate(path) for path in (*voices, *(stem.path for stem in request.backings))}
    first = request.backings[0].path if request.backings else request.song
    rate = request.sample_rate or (_sensible(rates[first]) if first in rates else None)
    if rate is not None:
        check_format(request.out, rate, 2)


def lay_out(request: BounceRequest, ring_s: Callable[[TempoMap], float], context: JobContext) -> Laid:
    """Read what is to be read, sing what is to be sung.  `ring_s`: how long the effects ring on, at a tempo.

    Raises `InputError` (also when the time stamps lie so far apart that they must be wrong), `MelismaError`,
    `Cancelled`.
    """
    backings = [read_sound(stem.path) for stem in request.backings]
    voices, tempo = _voices(request, backings, context)
    rate = request.sample_rate or _sensible((backings or voices)[0].audio.sample_rate)
    placed = [*voices, *backings]
    starts = [round(sound.start_s * rate) for sound in placed]
    converted = [stereo(sound.audio, rate) for sound in placed]
    ends = [start + audio.num_samples for start, audio in zip(starts, converted, strict=True)]
    _check_places(request.sources, starts, ends, rate)
    start, end = min(starts), max(ends)
    if end <= start:
        raise InputError(f"{request.song} holds no sound.", "Name another file.")
    length = max(end, max(ends[: len(voices)]) + round(ring_s(tempo) * rate)) - start
    names = (*fader_names(VOICE, len(voices)), *fader_names(BACKING, len(backings)))
    sounds = {
        name: on_timeline(audio, at - start, length) for name, audio, at in zip(names, converted, starts, strict=True)
    }
    early_s = (min(starts[len(voices) :], default=start) - start) / rate
    remarks = tuple(dict.fromkeys(remark for voice in voices for remark in voice.remarks))
    return Laid(Timeline(rate, length, start / rate, tempo), sounds, start, end - start, early_s, remarks)


def _voices(request: BounceRequest, backings: Sequence[Placed], context: JobContext) -> tuple[list[Placed], TempoMap]:
    """The voices where they belong, at their last tempo."""
    clips = [is_clip(voice.path) for voice in request.voices]
    # Files first: singing takes minutes, and a wrong name after them is annoying.
    read = {voice.path: read_sound(voice.path) for voice, clip in zip(request.voices, clips, strict=True) if not clip}
    rate = request.sample_rate or (_sensible(backings[0].audio.sample_rate) if backings else None)
    found = [read.get(voice.path) or _sung(request, voice.path, rate, context) for voice in request.voices]
    tempo = next((voice.tempo for voice in found if voice.tempo), None) or request.tempo or TempoMap()
    if request.stretch_to is not None:
        found = [_stretched(voice, voice.tempo or tempo, request.stretch_to, context) for voice in found]
        tempo = request.stretch_to
    if request.at_s is not None:
        wanted_s = min((backing.start_s for backing in backings), default=0.0) + request.at_s
        late_s = wanted_s - found[0].start_s
        found = [replace(voice, start_s=voice.start_s + late_s) for voice in found]
    return found, tempo


def _sung(request: BounceRequest, clip: Path, rate: int | None, context: JobContext) -> Placed:
    from engine.api import SingRequest

    sing = SingRequest(
        clip, request.out, voice=request.voice, seed=request.seed, sample_rate=rate, device=request.device
    )
    return sing_song(sing, context)


def _stretched(voice: Placed, before: TempoMap, after: TempoMap, context: JobContext) -> Placed:
    audio = stretch(voice.audio, before, after, context, voice.start_s)
    return replace(voice, audio=audio, start_s=stretched_s(voice.start_s, before, after), tempo=None)


def _check_places(paths: Sequence[Path], starts: Sequence[int], ends: Sequence[int], rate: int) -> None:
    """Each sound has to lie within the reach of the others: an hour's silence between them is a wrong stamp."""
    for number, path in enumerate(paths):
        others = [other for other in range(len(paths)) if other != number]
        if not others:
            return
        first, last = min(starts[other] for other in others), max(ends[other] for other in others)
        if starts[number] >= last or ends[number] <= first:
            rest = paths[others[0]].name if len(others) == 1 else "the others"
            raise InputError(
                f"By their time stamps {path.name} (from {starts[number] / rate:.2f} s) and {rest} "
                f"(from {first / rate:.2f} s) never sound together.",
                "Say where the voice begins, in seconds from the backing's start.",
                option="at",
            )


def _sensible(rate: int) -> int:
    """The rate of a file, as far as one can bounce at it."""
    return min(max(rate, LOWEST_RATE), HIGHEST_RATE)
