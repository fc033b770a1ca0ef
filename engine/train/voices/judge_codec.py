"""What the codec can do: `python -m engine.train.voices.judge_codec --work DIR --data DATA`.

Songs that no training saw, sung by the teachers, and two real songs, through encoder, quantiser and decoder:
mel-cepstral distortion, and for the real songs pitch against that of the recording.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch

from engine.train import checkpoint
from engine.train.config import voices
from engine.train.corpus.recordings import read_48k
from engine.train.corpus.shards import PCM_PEAK, continuous_f0
from engine.train.corpus.singing import read_phrases
from engine.train.corpus.world import analyse
from engine.train.glimpse import decode
from engine.train.measure.cepstra import distances, distortion, envelopes
from engine.train.measure.pitch import cents_between, track
from engine.train.networks.codec import Codec
from engine.train.voices.cast import CAST
from engine.train.voices.sets import HELD_SONGS

SAMPLE_RATE = 48_000
HOP_LENGTH = 256
PHRASES = 8


@torch.no_grad()
def through(codec: Codec, samples: np.ndarray, f0: np.ndarray) -> np.ndarray:
    """samples [T * 512] encoded, quantised and decoded on f0 [T * 2]."""
    latents = codec.encode(torch.from_numpy(samples[None].astype(np.float32)))[0].numpy()
    return decode(codec, latents, f0)


def sung_distortion(codec: Codec, folder: Path) -> float:
    """dB, of a voice's held-out phrases."""
    parts = []
    for phrase in list(read_phrases(folder))[:PHRASES]:
        teacher = phrase.audio.astype(np.float32) / PCM_PEAK
        copy = through(codec, teacher, phrase.f0)
        parts.append(distances(*(envelopes(x, phrase.f0, SAMPLE_RATE) for x in (teacher, copy))))
    return distortion(parts).mcd_db


def real_figures(codec: Codec, path: Path) -> tuple[float, float, float]:
    """(median cents, share of voiced frames off by 50 cents, distortion in dB) of a real song."""
    samples = read_48k(path)
    frames = len(samples) // (2 * HOP_LENGTH)
    samples = samples[: frames * 2 * HOP_LENGTH]
    f0 = continuous_f0(analyse(samples, SAMPLE_RATE, HOP_LENGTH, (80.0, 1100.0)).f0[: 2 * frames])
    copy = through(codec, samples, f0)
    before, after = (track(x, SAMPLE_RATE)[0] for x in (samples, copy))
    cents = np.abs(cents_between(after, before))
    cents = cents[np.isfinite(cents)]
    parts = [distances(*(envelopes(x, f0, SAMPLE_RATE) for x in (samples, copy)))]
    return float(np.median(cents)), float(np.mean(cents > 50)), distortion(parts).mcd_db


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--codec", type=Path, help="a checkpoint [DIR/codec/codec.pt]")
    options = parser.parse_args()
    torch.set_num_threads(1)
    state = checkpoint.load(options.codec or options.work / "codec" / "codec.pt")
    codec = Codec(voices().codec)
    codec.load_state_dict(state["codec"])
    codec.eval()
    print(f"step {state['done']}")
    for voice in CAST:
        print(f"{voice.name}: {sung_distortion(codec, options.work / HELD_SONGS / voice.name):.2f} dB", flush=True)
    for path in sorted((options.data / "singing" / "nit-song070").glob("*.wav")):
        cents, off, away = real_figures(codec, path)
        print(f"{path.stem}: {cents:.1f} cents, {100 * off:.1f} % off by 50, {away:.2f} dB", flush=True)


if __name__ == "__main__":
    main()
