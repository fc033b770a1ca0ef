"""What the listening networks are trained on: log-mel, f0 and WORLD's gains of every recording, one .npz each.

Made once from the shards of a work folder (`real/`, `sung/`, `sung_held/`): see engine.train.voices.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.codec.log_mel import SILENT, band_amplitudes, clip_level, levelled
from engine.train.corpus.gains import LOWEST
from engine.train.corpus.shards import PCM_PEAK, read_shard
from engine.train.voices.sets import HELD_SONGS, is_held_out

SAMPLE_RATE, HOP_LENGTH, SUBFRAMES = 48_000, 512, 2
KEPT_BANDS = 100
"""Of WORLD's 128 bands: up to 10 kHz, so that 8 kHz can still be seen with the formants brought down."""
AUDIBLE = 0.5
"""Natural log over the lowest gain: below this a frame has no harmonics, so no pitch."""
REAL = ("kathleen", "kerstin", "yuki", "librispeech", "berklee", "erithacus")
SUNG = ("kathleen", "kerstin", "yuki")


@dataclass(frozen=True, slots=True)
class Clip:
    """One recording of T frames.

    mel float16 [80, T]; f0 float32 [T] > 0; voiced bool [T]; gains float16 [T, 2, 100] (natural log, harmonic and
    noise, in full scale); level: the amplitude that the log-mel calls 0 dB.
    """

    name: str
    mel: np.ndarray
    f0: np.ndarray
    voiced: np.ndarray
    gains: np.ndarray
    level: float


def hear(audio: np.ndarray, f0: np.ndarray, gains: np.ndarray, name: str = "") -> Clip:
    """A clip of int16 audio [T * 512], f0 [T * 2] and gains [T * 2, 2, 128], cut to whole frames."""
    frames = len(f0) // SUBFRAMES
    amplitudes = band_amplitudes(audio[: frames * HOP_LENGTH].astype(np.float32) / np.float32(PCM_PEAK))
    paired = gains[: frames * SUBFRAMES, :, :KEPT_BANDS].astype(np.float32)
    by_frame = paired.reshape(frames, SUBFRAMES, 2, KEPT_BANDS).mean(axis=1)
    return Clip(
        name,
        levelled(amplitudes).astype(np.float16),
        f0[: frames * SUBFRAMES].reshape(frames, SUBFRAMES).mean(axis=1).astype(np.float32),
        by_frame[:, 0].max(axis=1) > LOWEST + AUDIBLE,
        by_frame.astype(np.float16),
        max(clip_level(amplitudes), SILENT),
    )


def prepare(work: Path, out: Path) -> None:
    """Write `out/SET/NAME.npz` for every shard of `work` that lacks one, or has been made anew since."""
    for folder in _folders():
        (out / folder).mkdir(parents=True, exist_ok=True)
        for path in sorted((work / folder).glob("*.npz")):
            target = out / folder / path.name
            if not target.exists() or target.stat().st_mtime < path.stat().st_mtime:
                shard = read_shard(path)
                _write(hear(shard.audio, shard.f0, shard.gains), target)


def read_clips(out: Path, set_name: str, held_out: bool | None = None) -> list[Clip]:
    """The clips of a set (`real/yuki`), in name order; of a real set only those (not) put aside, if asked."""
    paths = sorted((out / set_name).glob("*.npz"))
    return [_read(path) for path in paths if held_out is None or is_held_out(path.stem) == held_out]


def trained_on(out: Path, shortest: int) -> dict[str, list[Clip]]:
    """Every set that may be learned from, less what is put aside; clips under `shortest` frames joined."""
    sets = {f"real/{name}": read_clips(out, f"real/{name}", held_out=False) for name in REAL}
    sets |= {f"sung/{name}": read_clips(out, f"sung/{name}") for name in SUNG}
    return {name: joined(clips, shortest) for name, clips in sets.items() if clips}


def joined(clips: Sequence[Clip], shortest: int) -> list[Clip]:
    """The clips, with short ones put behind each other until they last `shortest` frames; a short rest is left out."""
    done: list[Clip] = []
    waiting: list[Clip] = []
    for clip in clips:
        if len(clip.f0) >= shortest:
            done.append(clip)
            continue
        waiting.append(clip)
        if sum(len(short.f0) for short in waiting) >= shortest:
            done.append(_join(waiting))
            waiting = []
    return done


def _join(clips: Sequence[Clip]) -> Clip:
    """One after the other, each at its own level."""
    level = clips[0].level
    gains = [clip.gains.astype(np.float32) + np.float32(np.log(level / clip.level)) for clip in clips]
    return Clip(
        clips[0].name,
        np.concatenate([clip.mel for clip in clips], axis=1),
        np.concatenate([clip.f0 for clip in clips]),
        np.concatenate([clip.voiced for clip in clips]),
        np.concatenate(gains).astype(np.float16),
        level,
    )


def windows(clips: Sequence[Clip], frames: int, size: int, rng: np.random.Generator) -> Iterator[tuple[Clip, int]]:
    """`size` pairs of clip and first frame, each clip as often as it is long; raises `ValueError` without any."""
    fitting = [clip for clip in clips if len(clip.f0) >= frames]
    if not fitting:
        raise ValueError(f"No recording is as long as one window of {frames} frames.")
    room = np.array([len(clip.f0) - frames + 1 for clip in fitting], np.float64)
    for index in rng.choice(len(fitting), size, p=room / room.sum()):
        yield fitting[int(index)], int(rng.integers(int(room[index])))


def _folders() -> list[str]:
    return [f"real/{n}" for n in REAL] + [f"{kind}/{n}" for kind in ("sung", HELD_SONGS) for n in SUNG]


def _write(clip: Clip, target: Path) -> None:
    beside = target.with_suffix(".part")
    with beside.open("wb") as file:
        np.savez(file, mel=clip.mel, f0=clip.f0, voiced=clip.voiced, gains=clip.gains, level=np.float64(clip.level))
    beside.replace(target)


def _read(path: Path) -> Clip:
    with np.load(path, allow_pickle=False) as data:
        return Clip(path.stem, data["mel"], data["f0"], data["voiced"], data["gains"], float(data["level"]))
