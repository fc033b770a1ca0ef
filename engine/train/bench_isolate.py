"""`melisma bench isolate`: how well vocals of songs that no training saw are isolated, against what, and how fast.

The answer goes to stdout, progress to stderr.  Exit codes: 0 measured, 2 the user's input, 1 our fault.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.errors import InputError
from engine.files import write_bytes_whole
from engine.folders import cache_folder
from engine.models import InstalledSeparator
from engine.train.measure.command_line import answer, run, some_of
from engine.train.measure.hold import HeldSong, held_songs, make_songs, real_songs, training_songs
from engine.train.measure.isolate_quality import (
    Separate,
    bounds_and_baselines,
    by_files,
    measure_quality,
    measure_steps,
)
from engine.train.measure.isolate_table import markdown, rows, shipped
from engine.train.measure.isolating import Isolate, installed, isolate_with, modes
from engine.train.measure.progress import StderrReport
from engine.train.measure.separation import Sound, active_seconds
from engine.train.mixes.songs import SAMPLE_RATE

if TYPE_CHECKING:
    from engine.train.networks.open_unmix import OpenUnmix

PARTS = ("speed", "quality", "steps")
TRAINING_MINUTES = 60.0
"""Of made songs, for the mask network."""
_ROOT = Path(__file__).resolve().parents[2]
_PANELS = {"mixture": "Mixture", "truth": "True vocals", "": "Melisma", "open-unmix": "Mask network"}


class Bench:
    """One run: what was asked for, the separator and the songs.  Parts are measured one by one into `facts`."""

    def __init__(
        self, options: argparse.Namespace, model: InstalledSeparator, isolate: Isolate, report: StderrReport
    ) -> None:
        self._options, self._model, self._isolate, self._report = options, model, isolate, report
        self._folder = _songs_folder(options, report)
        self._songs = held_songs(self._folder, options.held_out)
        self.pictures: list[Path] = []
        manifest = model.manifest
        self.facts: dict[str, Any] = {
            "separator": {
                "id": manifest.id.removeprefix("bench-"),
                "version": manifest.version,
                "kind": manifest.kind,
                "num_steps": manifest.settings.get("num_steps"),
                "eta": manifest.settings.get("eta"),
                "refine": manifest.settings.get("refine"),
                "seed": options.seed,
            },
            "material": {"songs": [_told(song) for song in self._songs]},
            "seconds": {},
        }

    def run(self) -> None:
        """Speed first: later parts fill this process's memory and warm the machine."""
        parts = {"speed": self._speed, "quality": self._quality, "steps": self._steps}
        for name in PARTS:
            if name in self._options.only:
                self._measure(name, parts[name])

    def _measure(self, part: str, measure: Callable[[], Any]) -> None:
        started = time.monotonic()
        self.facts[part] = measure()
        self.facts["seconds"][part] = round(time.monotonic() - started, 1)

    def _speed(self) -> dict[str, Any]:
        from engine.train.measure.isolate_speed import measure_isolation

        _, mixture = self._songs[0].read()
        options = self._options
        return measure_isolation(self._model.manifest.id, mixture, options.long, options.demucs_python, self._report)

    def _quality(self) -> dict[str, Any]:
        systems: dict[str, Separate] = {
            "separator" if mode is None else f"separator-{mode}": by_files(self._isolate, mode)
            for mode in modes(self._model)
        }
        network = self._open_unmix()
        if network is not None:
            systems["open-unmix"] = _by_mask(network)
        show = self._draw if self._options.pictures is not None else None
        return measure_quality(self._songs, systems | bounds_and_baselines(), self._report, show)

    def _steps(self) -> list[dict[str, Any]]:
        self.facts["excerpt_s"] = self._options.excerpt
        if self.facts["separator"]["num_steps"] is None:
            return []
        refinements = [mode for mode in modes(self._model) if mode != "alone"]  # which takes no steps
        return measure_steps(self._songs, self._isolate, refinements, self._options.excerpt, self._report)

    def _open_unmix(self) -> OpenUnmix | None:
        """The mask network that was named or is to be trained; None when neither."""
        path, minutes = self._options.open_unmix, self._options.train_open_unmix
        if path is None and minutes is None:
            return None
        from engine.train.open_unmix import CHECKPOINT, load_open_unmix

        if path is None:
            path = self._options.work / "open-unmix" / CHECKPOINT
            self._train_open_unmix(path.parent, minutes)
        elif not path.is_file():
            raise InputError(f"There is no checkpoint {path}.", "Train one with --train-open-unmix MINUTES.")
        network, told = load_open_unmix(path)
        weights = sum(p.numel() for p in network.parameters())
        self.facts["open_unmix"] = told | {"weights": weights, "minutes": told["seconds"] / 60}
        return network

    def _train_open_unmix(self, work: Path, minutes: float) -> None:
        from engine.train.mixes.songs import find_songs, open_stems
        from engine.train.open_unmix import OpenUnmixRun, train_open_unmix

        names = set(training_songs(self._folder)) - {song.name for song in self._songs}
        songs = [song for song in find_songs(self._folder) if song.name in names]
        if not songs:
            raise InputError(f"{self._folder} lists no songs to train on.", "Use --open-unmix CHECKPOINT instead.")
        self._report("Training the mask network", 0, 1)
        run = OpenUnmixRun(work, minutes=minutes)
        train_open_unmix(open_stems(songs, work / "stems"), run, real_songs(self._folder))

    def _draw(self, song: HeldSong, excerpt: slice, sounds: dict[str, Sound]) -> None:
        from engine.train.measure.isolate_pictures import draw_spectrograms

        panels = [(title, sounds.get(name or shipped(self.facts))) for name, title in _PANELS.items()]
        path = self._options.pictures / f"isolate-{song.name}.png"
        known = [(title, sound) for title, sound in panels if sound is not None]
        draw_spectrograms(path, known, SAMPLE_RATE, excerpt.start / SAMPLE_RATE)
        self.pictures.append(path)


def main(arguments: Sequence[str] | None = None, isolate: Isolate | None = None) -> int:
    """Run one command line and give its exit code.  `isolate` stands in for the engine, for tests."""
    options = _parser().parse_args(arguments)
    return run(
        partial(_measured, options, isolate),
        lambda bench: answer(bench.facts, rows(bench.facts), options.json),
        options.json,
    )


def _measured(options: argparse.Namespace, isolate: Isolate | None, report: StderrReport) -> Bench:
    with installed(options.separator) as model:
        bench = Bench(options, model, isolate or isolate_with(model.manifest.id, options.seed), report)
        bench.run()
    if options.markdown is not None:
        write_bytes_whole(options.markdown, markdown(bench.facts, bench.pictures, options.markdown.parent).encode())
    return bench


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="melisma bench isolate", description=__doc__, allow_abbrev=False)
    parser.add_argument("--songs", type=Path, help="folder of NAME/vocals.* and NAME/mixture.* [made from --data]")
    parser.add_argument("--held-out", type=_names, default=(), help="names of the songs to measure, with commas")
    parser.add_argument("--data", type=Path, help="the shared data [MELISMA_SHARED_DATA, else ../shared/data]")
    parser.add_argument("--work", type=Path, default=cache_folder() / "bench", help="what is made once [%(default)s]")
    parser.add_argument("--separator", help="id or folder of the separator [the default one]")
    parser.add_argument("--seed", type=_whole, default=0, help="of the sampler [%(default)s]")
    parser.add_argument("--only", type=some_of(PARTS), default=PARTS, help=f"any of {','.join(PARTS)}")
    parser.add_argument("--excerpt", type=_whole, default=30, help="seconds of each song, for steps [%(default)s]")
    parser.add_argument("--long", action="store_true", help="also time a file of an hour")
    parser.add_argument("--open-unmix", type=Path, metavar="CHECKPOINT", help="of the mask network to beat")
    parser.add_argument("--train-open-unmix", type=float, metavar="MINUTES", help="train it first, on one core")
    parser.add_argument("--demucs-python", default=sys.executable, help="interpreter that has demucs [this one]")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")
    parser.add_argument("--markdown", type=Path, help="also write the figures as a Markdown page")
    parser.add_argument("--pictures", type=Path, help="folder for spectrograms of every song")
    return parser


def _names(text: str) -> tuple[str, ...]:
    return tuple(filter(None, text.split(",")))


def _whole(text: str) -> int:
    if int(text) < 0:
        raise argparse.ArgumentTypeError("must be 0 or more")
    return int(text)


def _songs_folder(options: argparse.Namespace, report: StderrReport) -> Path:
    """The user's songs, or the project's own, made from the shared data into the work folder."""
    if options.songs is not None:
        return Path(options.songs)
    shared = os.environ.get("MELISMA_SHARED_DATA") or _ROOT.parent / "shared" / "data"
    folder: Path = options.work / "songs"
    # Held songs alone are quickly made; a network to train needs others too.
    minutes = TRAINING_MINUTES if options.train_open_unmix else 0.1
    make_songs(options.data or Path(shared).expanduser(), folder, minutes, report)
    return folder


def _told(song: HeldSong) -> dict[str, Any]:
    vocals, mixture = song.read()
    sung = int(active_seconds(vocals, SAMPLE_RATE).sum())
    return {"name": song.name, "real": song.real, "seconds": mixture.shape[1] / SAMPLE_RATE, "sung_s": sung}


def _by_mask(network: OpenUnmix) -> Separate:
    from engine.train.measure.opponents import separate_by_mask

    return lambda _, __, mixture: (separate_by_mask(network, mixture), None)


if __name__ == "__main__":
    sys.exit(main())
