"""`melisma bench resing`: how true a voice stays to a recording that it sings again, and how fast.

The answer goes to stdout, progress to stderr.  Exit codes: 0 measured, 2 the user's input, 1 our fault.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.files import write_bytes_whole
from engine.models import InstalledVoice, find_model, open_model
from engine.models.builders import build
from engine.models.hidden_singer import HiddenSinger
from engine.models.manifest import MANIFEST_NAME
from engine.singing.resing_settings import ResingSettings
from engine.singing.settings import SingSettings
from engine.train.measure.command_line import answer, run, some_of
from engine.train.measure.progress import StderrReport
from engine.train.measure.resing_table import markdown, rows

if TYPE_CHECKING:
    from engine.train.measure.resing import Floats, Song

PARTS = ("codec", "resing", "words", "speed")


class Bench:
    """One run: what was asked for, and the voice.  Parts are measured one by one into `facts`."""

    def __init__(self, options: argparse.Namespace, report: StderrReport) -> None:
        self._options, self._report = options, report
        self._model = _model(options.voice)
        self._voice: HiddenSinger = build(self._model)
        sampling: dict[str, Any] = dict(self._model.manifest.settings.get("sampling", {}))
        sing = SingSettings(seed=options.seed, speaker=options.speaker, **sampling)
        self._settings = ResingSettings(sing)
        manifest = self._model.manifest
        who = {"id": manifest.id, "version": manifest.version, "speaker": options.speaker}
        self.facts: dict[str, Any] = {"voice": who, "steps": sing.num_steps}

    def run(self) -> None:
        """Speed first: later parts warm the machine."""
        from engine.train.measure import resing as measure
        from engine.train.measure.material import data_folder

        parts = set(self._options.only)
        rate = self._voice.codec.sample_rate
        data = data_folder(self._options.data)
        songs = measure.songs(data, rate)
        if parts & {"resing", "speed"}:
            self._voice.listening()
        if "speed" in parts:
            self.facts["speed"] = self._speed(songs)
        sounds: dict[str, list[tuple[Song, Floats]]] = {"codec": [], "resing": []}
        for number, song in enumerate(songs):
            self._report("Singing songs again", number, len(songs))
            heard = measure.heard(song, self._voice)
            if "codec" in parts:
                copy = measure.copied(song, heard, self._voice, self._options.seed)
                sounds["codec"].append((song, copy))
            if "resing" in parts:
                sounds["resing"].append((song, measure.sung(song, heard, self._voice, self._settings)))
        for name in ("codec", "resing"):
            if name in parts:
                self.facts[name] = [asdict(measure.truth(song, sound, rate)) for song, sound in sounds[name]]
        if "words" in parts:
            self.facts["words"] = self._words(data)
        if self._options.sounds:
            _write_sounds(sounds, rate, self._options.sounds)

    def _words(self, data: Path) -> dict[str, float]:
        """Phone errors of spoken sentences, as they are, through the codec, and said by the voice where it listens."""
        from engine.train.measure import resing as measure

        rate = self._voice.codec.sample_rate
        told: dict[str, list[tuple[Song, Floats]]] = {"recording": [], "codec": [], "resing": []}
        spoken = measure.sentences(data, rate)
        for number, song in enumerate(spoken):
            self._report("Saying sentences again", number, len(spoken))
            heard = measure.heard(song, self._voice)
            told["recording"].append((song, song.samples))
            told["codec"].append((song, measure.copied(song, heard, self._voice, self._options.seed)))
            if self._voice.can_listen:
                told["resing"].append((song, measure.sung(song, heard, self._voice, self._settings)))
        self._report("Listening for phones", 0, 1)
        return {name: measure.heard_phones(made, rate) for name, made in told.items() if made}

    def _speed(self, songs: Sequence[Song]) -> dict[str, Any]:
        from engine.train.measure.whole_process import CORES, watch_melisma

        self._report("Singing a song again, whole process", 0, 1)
        song = songs[0]
        load_before = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
        with _installed(self._model) as (voice, folder):
            words = [
                "resing",
                str(song.path),
                "--voice",
                voice,
                "--out",
                str(folder / "out.wav"),
                "--no-cache",
                "--json",
            ]
            watched = watch_melisma(words)
        told = json.loads(watched.answer)
        return {
            "seconds": watched.wall_s,
            "song_s": told["duration_s"],
            "factor": watched.wall_s / told["duration_s"],
            "peak_gb": watched.peak_gb,
            "cores": CORES,
            "load_before": load_before,
        }


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line and give its exit code."""
    options = _parser().parse_args(arguments)
    return run(
        partial(_measured, options), lambda bench: answer(bench.facts, rows(bench.facts), options.json), options.json
    )


def _measured(options: argparse.Namespace, report: StderrReport) -> Bench:
    bench = Bench(options, report)
    bench.run()
    if options.table is not None:
        write_bytes_whole(options.table, markdown(bench.facts).encode())
    return bench


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="melisma bench resing", description=__doc__, allow_abbrev=False)
    parser.add_argument("--data", type=Path, help="the shared data [MELISMA_SHARED_DATA, else ../shared/data]")
    parser.add_argument("--voice", help="id or folder of the voice [the default voice]")
    parser.add_argument("--speaker", type=int, default=0, help="number within the voice [%(default)s]")
    parser.add_argument("--seed", type=int, default=0, help="of the takes that are measured [%(default)s]")
    parser.add_argument("--only", type=some_of(PARTS), default=PARTS, help=f"any of {','.join(PARTS)}")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")
    parser.add_argument("--table", type=Path, help="also write the figures as a Markdown page")
    parser.add_argument("--sounds", type=Path, help="folder for what was measured, to be listened to")
    return parser


def _model(voice: str | None) -> InstalledVoice:
    """A voice by id, or from a folder that need not be installed."""
    if voice and (Path(voice) / MANIFEST_NAME).is_file():
        return open_model(Path(voice))
    return find_model(voice)


@contextmanager
def _installed(model: InstalledVoice) -> Iterator[tuple[str, Path]]:
    """The voice as a user has it: alone in a folder of its own, where children of this process look."""
    before = os.environ.get("MELISMA_DATA")
    with tempfile.TemporaryDirectory(prefix="melisma-bench-") as name:
        shutil.copytree(model.folder, Path(name) / "data" / "models" / model.manifest.id)
        os.environ["MELISMA_DATA"] = name
        try:
            yield model.manifest.id, Path(name)
        finally:
            if before is None:
                del os.environ["MELISMA_DATA"]
            else:
                os.environ["MELISMA_DATA"] = before


def _write_sounds(sounds: dict[str, list[tuple[Song, Floats]]], rate: int, folder: Path) -> None:
    from engine.audio import Audio, write_audio
    from engine.files import make_folder

    make_folder(folder)
    for name, made in sounds.items():
        for song, samples in made:
            write_audio(Audio.mono(samples, rate), folder / f"{song.name}-{name}.wav")


if __name__ == "__main__":
    sys.exit(main())
