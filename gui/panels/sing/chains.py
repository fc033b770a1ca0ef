"""Chains of effects behind tracks: offered, heard while one edits, and in the exported file."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from engine.api.project import Project, Track
from engine.errors import Cancelled, MelismaError
from gui.panels.sing.playback import Placed, heard
from gui.texts import sing as text
from gui.widgets.mixdown import RATE, Floats

if TYPE_CHECKING:
    from engine.errors import InputError
    from engine.jobs import CancelToken
    from plugin_host.rendergraph import BounceRequest, Chain

TAIL_S = 3.0
"""How long a preview rings on behind the last phrase."""


class UnlaidError(MelismaError):
    """The effects could not be laid on; `hint` says where the voices without them are."""


@dataclass(frozen=True, slots=True)
class Listed:
    """Every chain that can be read, ours and the user's, and what is wrong with the others."""

    chains: tuple[Chain, ...]
    problems: tuple[InputError, ...]

    @property
    def offered(self) -> tuple[tuple[str, str], ...]:
        """(id, name) of each."""
        return tuple((chain.id, chain.name) for chain in self.chains)


def listed_chains() -> Listed:
    """As the files are now."""
    from plugin_host.rendergraph import list_chains

    return Listed(*list_chains())


def chained(project: Project) -> bool:
    """Whether any track that is heard has a chain."""
    return any(track.chain for track in _sung(project))


def with_chain(chain: str | Chain, placed: Sequence[Placed], bpm: float, token: CancelToken | None = None) -> Floats:
    """A track's phrases, each at its place from second 0 on, through a chain or the one with that id: float32 [2, T] at
    48 kHz.  Raises `InputError` for a chain that is not there, `Cancelled`.
    """
    from engine.audio import Audio
    from plugin_host.rendergraph import find_chain, preview

    found = find_chain(chain) if isinstance(chain, str) else chain
    dry = laid(placed)
    return np.asarray(preview(found, Audio(dry, RATE), bpm, TAIL_S, token).samples, np.float32)


def laid(placed: Sequence[Placed]) -> Floats:
    """Phrases on one time line from second 0 on: float32 [1 or 2, T]."""
    starts = [round(entry.start_s * RATE) for entry in placed]
    ends = [start + entry.sound.samples.shape[1] for start, entry in zip(starts, placed, strict=True)]
    channels = max((entry.sound.samples.shape[0] for entry in placed), default=1)
    line = np.zeros((channels, max([0, *ends])), np.float32)
    for start, entry in zip(starts, placed, strict=True):
        cut = max(0, -start)
        samples = entry.sound.samples[:, cut:]
        line[:, start + cut : start + cut + samples.shape[1]] += samples
    return line


def check_chains(project: Project) -> None:
    """Raises `InputError` for a track whose chain is not there or cannot be read: better before it is sung."""
    from plugin_host.rendergraph import find_chain

    for track in _sung(project):
        if track.chain:
            find_chain(track.chain)


def with_chains(project: Project, stems: Sequence[Path], out: Path, token: CancelToken | None = None) -> float:
    """Stems (behind fader and pan, in the tracks' order) through their tracks' chains to one file; the second of the
    DAW's timeline at which it begins.  The stems go away then.

    Raises `Cancelled`, and `UnlaidError`: the stems stay, under names that can be seen."""
    from engine.jobs import CancelToken, JobContext
    from plugin_host.rendergraph import bounce

    try:
        offset_s = bounce(_request(project, stems, out), JobContext(token=token or CancelToken())).offset_s
    except Cancelled:
        _remove(stems)
        raise
    except Exception as error:
        what, hint = (error.message, error.hint) if isinstance(error, MelismaError) else (text.EXPORT_FAILED, "")
        kept = ", ".join(str(_shown(stem)) for stem in stems)
        raise UnlaidError(what, f"{hint} {text.EXPORT_KEPT.format(files=kept)}".strip()) from error
    _remove(stems)
    return offset_s


def _remove(stems: Sequence[Path]) -> None:
    for stem in stems:
        stem.unlink(missing_ok=True)


def _shown(stem: Path) -> Path:
    """Where it is now: no longer hidden, where nothing is in the way."""
    shown = unused(stem.with_name(stem.name.lstrip(".")))
    try:
        stem.rename(shown)
    except OSError:
        return stem
    return shown


def unused(file: Path, promised: Collection[Path] = ()) -> Path:
    """Numbered where it is there, or `promised`."""
    names = (file if number == 1 else file.with_stem(f"{file.stem} {number}") for number in count(1))
    return next(name for name in names if name not in promised and not name.exists())


def _request(project: Project, stems: Sequence[Path], out: Path) -> BounceRequest:
    from plugin_host.rendergraph import BounceRequest, Voice

    chains = [track.chain or None for track in _sung(project)]
    voices = [Voice(stem, chain) for stem, chain in zip(stems, chains, strict=True)]
    tempo = project.tempo_map.tempo_map()
    return BounceRequest(voices[0].path, out, voices[0].chain, tuple(voices[1:]), tempo=tempo)


def _sung(project: Project) -> list[Track]:
    """The tracks that have stems, in order."""
    return [track for track in project.tracks if track.notes and heard(track, ())]
