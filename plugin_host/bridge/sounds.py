"""What comes back to a session: files that say in their name and in their time stamp where they belong."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from engine.errors import InputError, MelismaError
from engine.files import make_folder, written_whole
from engine.score import TempoMap
from plugin_host.bridge.job import Target

_LONGEST_NAME = 120
"""Bytes; a file's name has room for 255 on most systems."""
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]+')


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where a job's results go; `remark` says why not beside the session, "" when they do."""

    folder: Path
    remark: str = ""


@dataclass(frozen=True, slots=True)
class CutSound:
    """A sound at its place: `start_samples` >= 0 in the session; `cut_samples` lay before it and are gone."""

    path: Path
    start_samples: int
    cut_samples: int


def session_sounds(session_folder: Path) -> Path:
    """The folder for our sounds within a session's."""
    return session_folder / "melisma"


def choose_shelf(target: Target, own: Path) -> Shelf:
    """Beside the session where it is saved and may be written to, else `own`.  Raises when `own` cannot be made."""
    if target.folder is not None:
        try:
            if not target.folder.is_dir():
                raise InputError(f"There is no folder {target.folder}.")
            place = session_sounds(target.folder)
            make_folder(place)
            return Shelf(place)
        except (MelismaError, OSError) as error:
            reason = error.message if isinstance(error, MelismaError) else f"{target.folder} cannot be used."
            make_folder(own)
            return Shelf(own, f"{reason} The sound was kept in {own}.")
    make_folder(own)
    return Shelf(own)


def position_name(target: Target, start_samples: int) -> str:
    """Where a file begins, as a part of its name: `b017_q064.000_48k`, or its time where no tempo is known."""
    at_s, khz = start_samples / target.sample_rate, rate_name(target.sample_rate)
    if target.tempo_map is None:
        return f"{time_name(at_s)}_{khz}"
    # Half a thousandth more: what begins on a bar line by its name belongs to that bar.
    quarter = max(0.0, target.tempo_map.quarters(at_s))
    bar, _ = session_bar(target.tempo_map, quarter + 0.0005)
    return f"b{bar:03}_q{quarter:07.3f}_{khz}"


def session_bar(tempo_map: TempoMap, quarters: float) -> tuple[int, float]:
    """Bar and beat as DAWs count: quarter 0 lies in bar 1, also where that bar is an upbeat."""
    bar, beat = tempo_map.bar_beat(quarters)
    return bar + (tempo_map.pickup > 0), beat


def rate_name(rate: int) -> str:
    """A sample rate as a part of a file's name: `48k`, `44k1`."""
    return f"{rate // 1000}k" + (f"{rate % 1000:03}".rstrip("0") if rate % 1000 else "")


def time_name(at_s: float) -> str:
    """Seconds as a part of a file's name: `02m07.500s`."""
    minutes, seconds = divmod(at_s, 60)
    return f"{int(minutes):02}m{seconds:06.3f}s"


def file_stem(name: str) -> str:
    """`name` as the beginning of a file's name on any system, never empty."""
    stem = _FORBIDDEN.sub("-", name).strip(" .-").encode("utf-8", "replace")[:_LONGEST_NAME]
    return stem.decode("utf-8", "ignore").strip(" .-") or "clip"


def keep_sung(sung: Path, target: Target, offset_s: float, folder: Path) -> CutSound:
    """The sung file at its place in the session, its time stamp included; what lies before sample 0 is cut off.

    `sung` is at the session's rate and begins `offset_s` after the clip.  Raises as `read_audio` and `write_audio`.
    """
    from engine.audio import Audio, read_audio, read_bext, write_audio

    audio = read_audio(sung)
    if audio.sample_rate != target.sample_rate:
        raise MelismaError(f"{sung.name} has {audio.sample_rate} Hz, not the session's.", "Please report this.")
    start = target.start_samples + round(offset_s * target.sample_rate)
    cut = min(max(0, -start), audio.num_samples - 1)
    start = max(0, start)
    stamp = read_bext(sung)
    description = "" if stamp is None else stamp.description

    def write(path: Path) -> None:
        kept = Audio(audio.samples[:, cut:], audio.sample_rate)
        write_audio(kept, path, subtype="PCM_24", time_reference_samples=start, description=description)

    return CutSound(_named(write, target.name, target, start, folder), start, cut)


def keep_stem(stem: Path, label: str, target: Target, folder: Path) -> CutSound:
    """A stem of the clip `target`, moved to `folder`; its time stamp was made before."""
    start = max(0, target.start_samples)

    def write(path: Path) -> None:
        with written_whole(path) as part:
            shutil.copyfile(stem, part)

    kept = CutSound(_named(write, f"{target.name}_{label}", target, start, folder), start, 0)
    with suppress(OSError):
        stem.unlink()
    return kept


def _named(write: Callable[[Path], None], name: str, target: Target, start: int, folder: Path) -> Path:
    """Written under a name that tells place and content: another take never takes an older one's place."""
    head = f"{file_stem(name)}_{position_name(target, start)}"
    new = folder / f".{head}.{os.getpid()}.new.wav"
    write(new)
    with new.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    path = folder / f"{head}_{digest[:8]}.wav"
    try:
        if path.exists():  # the same sound, at the same place; the DAW may have it open
            new.unlink()
        else:
            new.replace(path)
    except OSError as error:
        with suppress(OSError):
            new.unlink()
        reason = error.strerror or str(error)
        raise MelismaError(f"{path} could not be written: {reason}.", "Check free space and permissions.") from error
    return path
