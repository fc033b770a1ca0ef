"""Takes of a phrase side by side: a file each, equally loud, and how far they differ."""

from __future__ import annotations

import re
import string
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.api.project_sing import loaded_once, track_request
from engine.api.sing import SingRequest, Sung, sing_read
from engine.audio import Audio, integrated_loudness, write_audio
from engine.codec.log_mel import log_mel
from engine.errors import InputError
from engine.files import make_folder
from engine.jobs import JobContext
from engine.models.builders import build
from engine.project.file import read_project
from engine.project.model import NamedTake
from engine.project.phrases import find_phrase, find_track
from engine.project.score import score_of_track
from engine.project.takes import first_take
from engine.score import Phrase, Score
from engine.singing.takes import Take

Floats = NDArray[np.float32]
MOST = 26
AUDIBLE_DB = 40.0
"""What lies further below a clip's loud frames is left out of the distance."""
PEAK = 0.9
_DB = 20 / np.log(10)


@dataclass(frozen=True, slots=True)
class ComparedTake:
    """One take in `file`.  `f0_cents`: root mean square from the chosen take's pitch; `mel_db`: likewise from its mel
    spectrum at equal level; both 0 for the chosen one.  `gain_db`: what made it as loud as the others."""

    letter: str
    id: str
    name: str
    chosen: bool
    liked: bool
    locked: bool
    pitch_seed: int
    timbre_seed: int
    file: Path
    f0_cents: float
    mel_db: float
    gain_db: float


def compare_takes(
    request: SingRequest, phrase: str, folder: Path, context: JobContext, takes: tuple[str, ...] = ()
) -> tuple[ComparedTake, ...]:
    """Sing a phrase in all its takes (`takes`: in those ids) to files in `folder`, in mono, each alone.

    `request.clip` is the project, `request.track` its track; `out` does not count.  Raises as `render_clip`.
    """
    project = read_project(request.clip).project
    track = find_track(project, request.track)
    entry = find_phrase(project, track, phrase)
    kept = entry.takes or first_take(track)
    wanted = [take for take in kept.takes if not takes or take.id in takes][:MOST]
    if missing := set(takes) - {take.id for take in kept.takes}:
        raise InputError(
            f"There is no take {min(missing)!r} of that phrase.",
            "Choose among those that it has.",
            command="project takes",
        )
    if kept.current not in wanted:
        wanted = [kept.current, *wanted][:MOST]
    make_folder(folder)
    load = loaded_once(build)
    own = replace(track_request(track, request), choir=None)
    score = _alone(score_of_track(project, track), entry.phrase)

    def sung(take: NamedTake) -> Sung:
        return sing_read(own, score, context, {entry.first: Take(take.pitch_seed, take.timbre_seed)}, load)

    made = [sung(take) for take in wanted]
    return _written(wanted, kept.chosen, [_trimmed(one) for one in made], [one.clip.timing.f0 for one in made], folder)


def _alone(score: Score, phrase: Phrase) -> Score:
    return replace(score, notes=phrase.notes, problems=())


def _trimmed(sung: Sung) -> Audio:
    """Without the silence before the phrase: every take of it begins at the same place."""
    audio, rate = sung.clip.audio, sung.clip.audio.sample_rate
    first = round(sung.clip.timing.phones[0].start_s * rate) if sung.clip.timing.phones else 0
    return Audio(np.ascontiguousarray(audio.samples[:, max(0, first) :]), rate)


def _written(
    takes: list[NamedTake], chosen: str, sounds: list[Audio], pitches: list[Floats], folder: Path
) -> tuple[ComparedTake, ...]:
    loudness = [_loudness(sound) for sound in sounds]
    softest = min(loudness)
    # The softest stays, unless even so a peak would be cut.
    peaks = [
        float(np.abs(sound.samples).max(initial=0.0)) * 10 ** ((softest - loud) / 20)
        for sound, loud in zip(sounds, loudness, strict=True)
    ]
    lower_db = 20 * np.log10(max(1.0, max(peaks) / PEAK))
    reference = next(number for number, take in enumerate(takes) if take.id == chosen)
    compared = []
    for number, (take, sound) in enumerate(zip(takes, sounds, strict=True)):
        gain_db = float(softest - loudness[number] - lower_db)
        name = re.sub(r"[^\w-]+", "_", f"take-{take.id}" + (f"-{take.name}" if take.name else ""))[:60]
        file = folder / f"{string.ascii_lowercase[number]}-{name}.wav"
        write_audio(Audio(sound.samples * np.float32(10 ** (gain_db / 20)), sound.sample_rate), file)
        compared.append(
            ComparedTake(
                letter=string.ascii_lowercase[number],
                id=take.id,
                name=take.name,
                chosen=take.id == chosen,
                liked=take.liked,
                locked=take.locked,
                pitch_seed=take.pitch_seed,
                timbre_seed=take.timbre_seed,
                file=file,
                f0_cents=f0_distance(pitches[number], pitches[reference]),
                mel_db=mel_distance(sound, sounds[reference]),
                gain_db=gain_db,
            )
        )
    return tuple(compared)


def _loudness(audio: Audio) -> float:
    """LUFS; of what is too short for that, the plain power."""
    found = integrated_loudness(audio)
    return found if np.isfinite(found) else float(10 * np.log10(np.mean(np.square(audio.samples)) + 1e-12))


def f0_distance(one: Floats, other: Floats) -> float:
    """Root mean square of cents between two pitches [T] in Hz, where both have one."""
    length = min(len(one), len(other))
    one, other = one[:length], other[:length]
    both = (one > 0) & (other > 0)
    if not both.any():
        return 0.0
    return float(np.sqrt(np.mean(np.square(1200 * np.log2(one[both] / other[both])))))


def mel_distance(one: Audio, other: Audio) -> float:
    """Root mean square of dB between two mel spectra at their clips' levels, where the other's band can be heard."""
    hop = max(1, one.sample_rate // 100)
    first, second = (log_mel(sound.to_mono().samples[0], sound.sample_rate, hop) for sound in (one, other))
    length = min(first.shape[1], second.shape[1])
    first, second = first[:, :length] * _DB, second[:, :length] * _DB
    heard = second > second.max(initial=-np.inf) - AUDIBLE_DB
    return float(np.sqrt(np.mean(np.square((first - second)[heard])))) if heard.any() else 0.0
