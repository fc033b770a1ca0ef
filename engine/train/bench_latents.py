"""`melisma bench latents`: how much noise a separator's latents bear (Plaja-Roglans et al. 2025, the encoder study).

Vocals and mixtures are encoded, Gaussian noise of a known spread is added (latents have a spread of 1), and what the
decoder makes of it is compared with the sound that went in.  Exit codes: 0 measured, 2 the user's input, 1 our fault.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from engine.errors import InputError, MelismaError
from engine.files import write_bytes_whole
from engine.models import find_model
from engine.models.latent_diffusion import LatentDiffusion, build_latent_diffusion
from engine.train.measure.hold import HeldSong, held_songs
from engine.train.measure.separation import Sound, active_seconds, sdr, stft_distance
from engine.train.mixes.songs import SAMPLE_RATE

NOISE = (0.0, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1.0, 1.5)
KINDS = ("vocals", "mixture")


def segments(song: HeldSong, length: int, count: int) -> dict[str, list[Sound]]:
    """`count` segments with singing all through, evenly from the song, divided by the mixture's level."""
    vocals, mixture = song.read()
    sung = active_seconds(vocals, SAMPLE_RATE)
    seconds = length // SAMPLE_RATE + 1
    starts = [i for i in range(len(sung) - seconds + 1) if bool(sung[i : i + seconds].all())]
    picks = [starts[round(i)] for i in np.linspace(0, len(starts) - 1, min(count, len(starts)))]
    out: dict[str, list[Sound]] = {kind: [] for kind in KINDS}
    for pick in picks:
        place = slice(pick * SAMPLE_RATE, pick * SAMPLE_RATE + length)
        level = float(np.sqrt((mixture[:, place] ** 2).mean())) + 1e-9
        out["vocals"].append(vocals[:, place] / level)
        out["mixture"].append(mixture[:, place] / level)
    return out


def measure(model: LatentDiffusion, songs: Sequence[HeldSong], per_song: int) -> list[dict[str, Any]]:
    """One row per amount of noise: median SDR and STFT distance of vocals and of mixtures.

    Raises `InputError` when nobody sings long enough.
    """
    rng = np.random.default_rng(0)
    rows: list[dict[str, Any]] = []
    chosen = [segments(song, model.settings.segment_samples, per_song) for song in songs]
    if not any(song["vocals"] for song in chosen):
        length_s = model.settings.segment_samples / SAMPLE_RATE
        raise InputError(f"No song has {length_s:.1f} s in which somebody sings all through.", "Name other songs.")
    for amount in NOISE:
        row: dict[str, Any] = {"noise": amount}
        for kind in KINDS:
            figures = []
            for audio in (audio for song in chosen for audio in song[kind]):
                latents = model.encode(audio.astype(np.float32))
                noisy = latents + amount * rng.standard_normal(latents.shape, dtype=np.float32)
                found = model.decode(noisy)
                figures.append((sdr(audio, found), stft_distance(audio, found)))
            row[kind] = dict(
                zip(("sdr_db", "stft_distance"), np.median(figures, axis=0).round(3).tolist(), strict=True)
            )
        rows.append(row)
    return rows


def table(rows: Sequence[dict[str, Any]]) -> str:
    """Markdown."""
    lines = [
        "| noise | vocals SDR | vocals STFT distance | mixture SDR | mixture STFT distance |",
        "|---|---|---|---|---|",
    ]
    for row in rows:
        cells = [f"{row[kind][figure]:.2f}" for kind in KINDS for figure in ("sdr_db", "stft_distance")]
        lines.append(f"| {row['noise']:.2f} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def draw(rows: Sequence[dict[str, Any]], path: Path) -> None:
    """The curve."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 3.2), layout="constrained")
    panels = figure.subplots(1, 2)
    for panel, name, words in zip(
        panels, ("sdr_db", "stft_distance"), ("SDR of the decoded sound [dB]", "STFT distance"), strict=True
    ):
        for kind in KINDS:
            panel.plot([row["noise"] for row in rows], [row[kind][name] for row in rows], "o-", label=kind)
        panel.set_xlabel("noise added to latents of spread 1")
        panel.set_ylabel(words)
        panel.grid(alpha=0.3)
    panels[0].legend(frameon=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line."""
    options = _parser().parse_args(arguments)
    try:
        separator = find_model(options.separator, role="separator")
        if separator.manifest.sample_rate != SAMPLE_RATE:
            what = f"The separator {separator.manifest.id} works at {separator.manifest.sample_rate} Hz."
            raise InputError(what, f"This study takes those of {SAMPLE_RATE} Hz.")
        model = build_latent_diffusion(separator, refine="none")
        rows = measure(model, held_songs(options.songs, options.held_out), options.per_song)
        text = table(rows)
        if options.picture:
            draw(rows, options.picture)
        if options.markdown:
            write_bytes_whole(options.markdown, f"{_HEAD}\n{text}".encode())
    except MelismaError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    print(json.dumps({"separator": separator.manifest.id, "rows": rows}) if options.json else text)
    return 0


_HEAD = """# Noise on the separator's latents

Measured with `melisma bench latents`.  Segments of held songs are encoded, Gaussian noise is added to the latents,
whose own spread is 1, and the decoded sound is compared with what went in; medians.  A generator that misses the
latents by so much can at best sound so.

![SDR and STFT distance against noise](pictures/latent-noise.png)
"""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="melisma bench latents", description=__doc__)
    parser.add_argument("--songs", type=Path, required=True, help="folder of songs with known vocals")
    parser.add_argument("--held-out", nargs="*", default=(), help="names; default: those its list puts aside")
    parser.add_argument("--separator", help="its id; default: the first")
    parser.add_argument("--per-song", type=int, default=5, help="segments of each song")
    parser.add_argument("--picture", type=Path, help="where to draw the curve")
    parser.add_argument("--markdown", type=Path, help="where to write the table")
    parser.add_argument("--json", action="store_true", help="one object on stdout")
    return parser


if __name__ == "__main__":
    sys.exit(main())
