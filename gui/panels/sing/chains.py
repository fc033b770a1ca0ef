"""Chains of effects behind tracks: offered, heard while one edits, and in the exported file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from engine.api.project import Project, Track
from gui.panels.sing.playback import Placed, heard
from gui.widgets.mixdown import RATE, Floats

if TYPE_CHECKING:
    from engine.errors import InputError
    from engine.jobs import CancelToken
    from plugin_host.rendergraph import BounceRequest, Chain

TAIL_S = 3.0
"""How long a preview rings on behind the last phrase."""


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


def with_chain(chain: str | Chain, placed: Sequence[Placed], bpm: float) -> Floats:
    """A track's phrases, each at its place from second 0 on, through a chain or the one with that id: float32 [2, T] at
    48 kHz.  Raises `InputError` for a chain that is not there.
    """
    from engine.audio import Audio
    from plugin_host.rendergraph import find_chain, preview

    found = find_chain(chain) if isinstance(chain, str) else chain
    dry = laid(placed)
    return np.asarray(preview(found, Audio(dry, RATE), bpm, TAIL_S).samples, np.float32)


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


def with_chains(project: Project, stems: Sequence[Path], out: Path, token: CancelToken | None = None) -> float:
    """Stems (behind fader and pan, in the tracks' order) through their tracks' chains to one file; the second of the
    song at which it begins.  The stems go away.  Raises as `plugin_host.rendergraph.bounce`."""
    from engine.jobs import CancelToken, JobContext
    from plugin_host.rendergraph import bounce

    try:
        return bounce(_request(project, stems, out), JobContext(token=token or CancelToken())).offset_s
    finally:
        for stem in stems:
            stem.unlink(missing_ok=True)


def _request(project: Project, stems: Sequence[Path], out: Path) -> BounceRequest:
    from plugin_host.rendergraph import BounceRequest, Voice

    chains = [track.chain or None for track in _sung(project)]
    voices = [Voice(stem, chain) for stem, chain in zip(stems, chains, strict=True)]
    tempo = project.tempo_map.tempo_map()
    return BounceRequest(voices[0].path, out, voices[0].chain, tuple(voices[1:]), tempo=tempo)


def _sung(project: Project) -> list[Track]:
    """The tracks that have stems, in order."""
    return [track for track in project.tracks if track.notes and heard(track, ())]
