"""How long HTDemucs' network takes for a song: random weights, for its speed alone.

A process of its own, `python htdemucs_speed.py MIX THREADS`, so that `demucs` may live in another environment than
ours: nothing of ours is imported.  One JSON object on stdout.
"""

from __future__ import annotations

import json
import sys
import time
from fractions import Fraction

import numpy as np
import soundfile
import torch
from demucs.htdemucs import HTDemucs  # type: ignore[import-not-found]  # optional, and often elsewhere

SOURCES = ["drums", "bass", "other", "vocals"]
SEGMENT_S = Fraction(39, 5)
BOTTOM_CHANNELS = 512
"""Of the published model; all else is the package's default.  41.5 million weights."""


def main() -> None:
    """Segments without overlap (the package's own default overlaps by a quarter), loading not counted."""
    path, threads = sys.argv[1:]
    torch.set_num_threads(int(threads))
    torch.set_flush_denormal(True)
    network = HTDemucs(SOURCES, segment=SEGMENT_S, bottom_channels=BOTTOM_CHANNELS).eval()
    samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    length = int(SEGMENT_S * network.samplerate)
    segments = [samples[start : start + length] for start in range(0, len(samples), length)]
    # Whole segments only: the network pads a short one, and would be charged for silence.
    whole = [torch.from_numpy(np.ascontiguousarray(s.T))[None] for s in segments if len(s) == length]
    with torch.no_grad():
        started = time.monotonic()
        for segment in whole:
            network(segment)
        wall_s = time.monotonic() - started
    weights = sum(p.numel() for p in network.parameters())
    print(json.dumps({"factor": wall_s / (len(whole) * length / rate), "weights": weights, "threads": int(threads)}))


if __name__ == "__main__":
    main()
