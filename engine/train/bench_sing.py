"""`melisma bench sing`: how well a voice sings songs that no training saw, how fast, and whether always the same.

The answer goes to stdout, progress to stderr.  Exit codes: 0 measured, 2 the user's input, 1 our fault.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.diffusion import SAMPLERS
from engine.errors import InputError
from engine.files import write_bytes_whole
from engine.folders import cache_folder
from engine.models import InstalledModel, find_model, open_model
from engine.models.builders import build
from engine.models.hidden_singer import HiddenSinger
from engine.models.manifest import MANIFEST_NAME
from engine.singing.settings import SingSettings
from engine.train.measure.command_line import answer, run, some_of
from engine.train.measure.progress import StderrReport
from engine.train.measure.table import markdown, rows

if TYPE_CHECKING:
    from engine.train.measure.takes import Take

PARTS = ("pitch", "words", "codec", "speed", "determinism")
_OF_PHRASES, _WITHOUT_DATA = {"pitch", "words"}, {"speed", "determinism"}
DEFAULT_MINUTES = 6.0
TEACHER_EVERY = 4
"""The tracker's own error is measured on every fourth of the teacher's phrases."""


class Bench:
    """One run: what was asked for, and the voice.  Parts are measured one by one into `facts`."""

    def __init__(self, options: argparse.Namespace, report: StderrReport) -> None:
        self._options, self._report = options, report
        self._data = _data(options)
        self._model = _model(options.voice)
        self._settings = _settings(options, self._model)
        self._voice: HiddenSinger | None = None
        self.pictures: list[Path] = []
        sampling = {name: getattr(self._settings, name) for name in ("num_steps", "temperature", "sampler", "start")}
        voice = {name: getattr(self._model.manifest, name) for name in ("id", "version")}
        self.facts: dict[str, Any] = {"voice": voice, "sampling": sampling, "seconds": {}}

    def run(self) -> None:
        """Speed first: later parts fill this process's memory and warm the machine."""
        parts = set(self._options.only)
        if "speed" in parts:
            self._measure("speed", self._speed)
        if "determinism" in parts:
            self._measure("determinism", self._determinism)
        if self._data is not None:
            self._with_data(parts, self._data)

    def _with_data(self, parts: set[str], data: Path) -> None:
        if parts & _OF_PHRASES or self._options.pictures:
            takes = self._takes(data)
            if "pitch" in parts:
                self._measure("pitch", lambda: self._pitch(takes))
            if "words" in parts:
                self._measure("words", lambda: self._words(takes, data))
            self._draw(takes)
        if "codec" in parts:
            self._measure("codec", lambda: self._codec(data))

    def _measure(self, part: str, measure: Any) -> None:
        started = time.monotonic()
        self.facts[part] = measure()
        self.facts["seconds"][part] = round(time.monotonic() - started, 1)

    def _built(self) -> HiddenSinger:
        if self._voice is None:
            self._voice = build(self._model)
        return self._voice

    def _takes(self, data: Path) -> list[Take]:
        from engine.train.measure.material import held_out_phrases
        from engine.train.measure.takes import render_takes

        started, voice = time.monotonic(), self._built()
        hop_length = voice.codec.hop_length
        phrases = held_out_phrases(data, self._options.work, self._options.minutes, hop_length, self._report)
        self.facts["material"] = {
            "phrases": len(phrases),
            "minutes": sum(len(p.audio) for p in phrases) / voice.codec.sample_rate / 60,
            "songs": len({p.name.split("-")[0] for p in phrases}),
        }
        takes = render_takes(phrases, voice, self._settings, self._report)
        self.facts["seconds"]["singing"] = round(time.monotonic() - started, 1)
        return takes

    def _pitch(self, takes: Sequence[Take]) -> dict[str, Any]:
        from engine.train.measure.pitch import phrase_pitch, pitch_figures

        rate, sung, taught = self._built().codec.sample_rate, [], []
        for number, take in enumerate(takes):
            self._report("Tracking pitch", number, len(takes))
            sung.append(phrase_pitch(take.phrase, take.voice, rate))
            if number % TEACHER_EVERY == 0:
                taught.append(phrase_pitch(take.phrase, take.teacher, rate))
        return {"voice": asdict(pitch_figures(sung)), "teacher": asdict(pitch_figures(taught))}

    def _words(self, takes: Sequence[Take], data: Path) -> dict[str, Any]:
        from engine.train.measure.words import distortions, phone_error_rates

        rate = self._built().codec.sample_rate
        distorted = distortions(takes, rate, self._report)
        errors = phone_error_rates(takes, rate, data, self._options.work, self._report)
        return {
            "distortion": {name: asdict(value) for name, value in distorted.items()},
            "phone_errors": {name: asdict(value) for name, value in errors.items()},
        }

    def _codec(self, data: Path) -> list[dict[str, Any]]:
        from engine.train.measure.real_songs import measure_songs

        figures = measure_songs(data, self._built().codec, self._settings.seed, self._report)
        return [asdict(song) for song in figures]

    def _speed(self) -> dict[str, Any]:
        from engine.train.measure.speed import measure_speed

        return asdict(measure_speed(self._model, self._settings, self._report))

    def _determinism(self) -> dict[str, Any]:
        from engine.train.measure.speed import measure_determinism

        return asdict(measure_determinism(self._model, self._settings, self._report))

    def _draw(self, takes: Sequence[Take]) -> None:
        if self._options.pictures is None:
            return
        from engine.train.measure.side_by_side import draw_pictures

        self._report("Drawing", 0, 1)
        self.pictures = draw_pictures(takes, self._built().codec.sample_rate, self._options.pictures)


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
        write_bytes_whole(options.table, markdown(bench.facts, bench.pictures, options.table.parent).encode())
    return bench


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="melisma bench sing", description=__doc__, allow_abbrev=False)
    parser.add_argument("--data", type=Path, help="the shared data [MELISMA_SHARED_DATA, else ../shared/data]")
    parser.add_argument("--work", type=Path, default=cache_folder() / "bench", help="what is made once [%(default)s]")
    parser.add_argument("--voice", help="id or folder of the voice [the default voice]")
    parser.add_argument("--minutes", type=_minutes, default=DEFAULT_MINUTES, help="of held-out song [%(default)g]")
    parser.add_argument("--steps", type=_at_least(1), help="steps of the sampler [the voice's]")
    parser.add_argument("--temperature", type=float, help="0 to 2 [the voice's]")
    parser.add_argument("--sampler", choices=sorted(SAMPLERS), help="[the voice's]")
    parser.add_argument("--start", type=float, help="diffusion time to begin at, above 0, up to 1 [the voice's]")
    parser.add_argument("--seed", type=_at_least(0), default=0, help="of the takes that are measured [%(default)s]")
    parser.add_argument("--only", type=some_of(PARTS), default=PARTS, help=f"any of {','.join(PARTS)}")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")
    parser.add_argument("--table", type=Path, help="also write the figures as a Markdown page")
    parser.add_argument("--pictures", type=Path, help="folder for spectrograms of two phrases")
    return parser


def _minutes(text: str) -> float:
    minutes = float(text)
    if not 0 < minutes < math.inf:
        raise argparse.ArgumentTypeError("must be above 0")
    return minutes


def _at_least(least: int) -> Any:
    def whole_number(text: str) -> int:
        if int(text) < least:
            raise argparse.ArgumentTypeError(f"must be at least {least}")
        return int(text)

    return whole_number


def _model(voice: str | None) -> InstalledModel:
    """A voice by id, or from a folder that need not be installed."""
    if voice and (Path(voice) / MANIFEST_NAME).is_file():
        return open_model(Path(voice))
    return find_model(voice)


def _data(options: argparse.Namespace) -> Path | None:
    """The shared data, where a part needs them."""
    if set(options.only) <= _WITHOUT_DATA and options.pictures is None:
        return None
    from engine.train.measure.material import data_folder

    return data_folder(options.data)


def _settings(options: argparse.Namespace, model: InstalledModel) -> SingSettings:
    asked = {"num_steps": options.steps, "temperature": options.temperature}
    asked |= {"sampler": options.sampler, "start": options.start}
    sampling = dict(model.manifest.settings.get("sampling", {}))
    settings = SingSettings(seed=options.seed, **sampling | {k: v for k, v in asked.items() if v is not None})
    if not (0 <= settings.temperature <= 2 and 0 < settings.start <= 1):
        raise InputError("The temperature lies from 0 to 2, the start above 0 and up to 1.", "Choose others.")
    return settings


if __name__ == "__main__":
    sys.exit(main())
