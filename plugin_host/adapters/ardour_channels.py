"""Regions of several channels, which Ardour keeps in a file for each, as one file; and their rate, checked."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import numpy as np

from engine.audio import Audio, open_audio, read_audio, write_audio
from engine.errors import InputError
from engine.files import make_folder
from engine.folders import cache_folder
from plugin_host.spool.records import Record, SpoolError, integer

_KEPT_S = 24 * 3600.0
_REGION_FIELDS = 9  # its name included


def join_channels(records: Iterable[Record]) -> list[Record]:
    """The same records with at most one `source` for each region; new files hold only what the region sounds.

    Raises `InputError` when a file cannot be read or has not the session's rate.
    """
    joined: list[Record] = []
    rate: int | None = None
    sources: list[Record] = []
    region: Record = ()

    def settle() -> None:
        if sources:
            joined.append(_joined(region, sources, rate))
            sources.clear()

    for record in records:
        if record[0] == "source" and len(record) == 3:
            sources.append(record)
            continue
        settle()
        joined.append(record)
        if record[0] == "session" and len(record) == 5:
            rate = integer(record[3])
        elif record[0] == "region":
            region = record
    settle()
    return joined


def _joined(region: Record, sources: list[Record], rate: int | None) -> Record:
    """`region`, one `source` of several.  An interleaved file is named once for each of its channels."""
    paths = list(dict.fromkeys(Path(path) for _, path, _ in sources))
    for path in paths:
        _check_rate(path, rate)
    if len(paths) == 1:
        return sources[0]
    if len(region) != _REGION_FIELDS:
        raise SpoolError("a source that belongs to no region")
    offset, length = integer(sources[0][2]), integer(region[6])
    stamps = [f"{path}\0{path.stat().st_mtime_ns}\0{path.stat().st_size}" for path in paths]
    digest = hashlib.sha256("\0".join([*stamps, str(offset), str(length)]).encode("utf-8", "surrogateescape"))
    out = cache_folder() / "daw" / f"{paths[0].stem.removesuffix('%L')}_{digest.hexdigest()[:12]}.wav"
    _remove_old(out.parent)
    if out.is_file():
        out.touch()
    else:
        make_folder(out.parent)
        write_audio(_interleaved(paths, offset, length), out, subtype="FLOAT")
    return ("source", str(out), "0")


def _interleaved(paths: list[Path], offset: int, length: int) -> Audio:
    channels = []
    rate = 0
    for path in paths:
        audio = read_audio(path)
        rate = audio.sample_rate
        channels.append(audio.samples[0, offset : offset + length])
    shortest = min(channel.size for channel in channels)
    if not shortest:
        raise InputError(f"{paths[0]} is shorter than its region.", "Import it into the session again.")
    return Audio(np.stack([channel[:shortest] for channel in channels]), rate)


def _remove_old(folder: Path) -> None:
    """What was joined is needed until its job has begun; a session of stereo tracks would fill the disk."""
    for path in folder.glob("*.wav"):
        with suppress(OSError):
            if time.time() - path.stat().st_mtime > _KEPT_S:
                path.unlink()


def _check_rate(path: Path, rate: int | None) -> None:
    with open_audio(path) as stream:
        if rate is not None and stream.sample_rate != rate:
            what = f"{path.name} has {stream.sample_rate} Hz and the session {rate} Hz."
            raise InputError(what, "Import it into the session again, so that Ardour converts it.")
