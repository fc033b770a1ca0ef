"""Another tempo without singing again: time moves, pitch stays."""

from __future__ import annotations

import numpy as np

from engine.audio import Audio
from engine.errors import InputError
from engine.jobs import JobContext
from engine.score import TempoMap
from plugin_host.rendergraph.graph import Graph, Node
from plugin_host.rendergraph.render import render_graph

_SLOWEST, _FASTEST = 4.0, 0.25  # beyond, Rubber Band gives mush


def stretch(
    audio: Audio,
    from_tempo: TempoMap,
    to_tempo: TempoMap,
    context: JobContext | None = None,
    start_s: float = 0.0,
) -> Audio:
    """`audio`, which begins at second `start_s` of `from_tempo`, as it sounds by `to_tempo`: every quarter stays one.

    The result begins at second `stretched_s(start_s, ...)` of `to_tempo`.  Mono or stereo stays what it is.  Raises
    `InputError` where the tempo would change more than fourfold, `MelismaError`, `Cancelled`.
    """
    rows = _markers(audio, from_tempo, to_tempo, start_s)
    slopes = np.diff(rows[:, 1]) / np.maximum(np.diff(rows[:, 0]), 1e-12)
    if slopes.size and not _FASTEST - 1e-6 <= slopes.min() <= slopes.max() <= _SLOWEST + 1e-6:
        raise InputError(
            "The new tempo is more than four times as fast or slow.", "Sing the clip again at the new tempo."
        )
    length = round(float(rows[-1, 1]) * audio.sample_rate)
    if not audio.num_samples or np.allclose(rows[:, 0], rows[:, 1], atol=1e-9):
        return audio
    settings = {"file": "sound.npy", "markers": [[float(a), float(b)] for a, b in rows]}
    # At 60 quarters a minute, the processor's quarters are seconds.
    graph = Graph(audio.sample_rate, length, (Node("warp", "warp", (), settings),), tempi=((0.0, 60.0),))
    samples = render_graph(graph, {"sound.npy": audio.samples}, context or JobContext())
    return Audio(np.ascontiguousarray(samples[: audio.channels]), audio.sample_rate)


def stretched_s(seconds: float, from_tempo: TempoMap, to_tempo: TempoMap) -> float:
    """The second of `to_tempo` at which the quarter lies that is at `seconds` of `from_tempo`."""
    return to_tempo.seconds(from_tempo.quarters(seconds))


def _markers(
    audio: Audio, before: TempoMap, after: TempoMap, start_s: float
) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """[N, 2]: seconds from the sound's start, before and after; one at every tempo change of either map."""
    first, last = before.quarters(start_s), before.quarters(start_s + audio.duration_s)
    changes = {quarter for tempo in (before, after) for quarter, _ in tempo.tempi if first < quarter < last}
    quarters = [first, *sorted(changes), last]
    rows = [(before.seconds(quarter) - start_s, after.seconds(quarter) - after.seconds(first)) for quarter in quarters]
    return np.array(rows, np.float64)
