"""`melisma bench steps`: how good a voice is with few steps and with many, by sampler and temperature.

The answer goes to stdout, progress to stderr.  Exit codes: 0 measured, 2 the user's input, 1 our fault.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.diffusion import SAMPLERS
from engine.errors import InputError
from engine.files import write_bytes_whole
from engine.folders import cache_folder
from engine.models import find_model, open_model
from engine.models.builders import build
from engine.models.manifest import MANIFEST_NAME
from engine.models.registry import InstalledVoice
from engine.train.measure.command_line import run, some_of
from engine.train.measure.progress import StderrReport
from engine.train.measure.steps_table import chosen, markdown, plain

if TYPE_CHECKING:
    from engine.train.corpus.singing import SungPhrase

STEPS = (1, 2, 4, 8, 16, 50)
SAMPLERS_SHOWN = ("ode", "second-order", "third-order", "sde")
DEFAULT_SECONDS = 40.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line and give its exit code."""
    options = _parser().parse_args(arguments)
    return run(partial(_written, options), partial(_say, options.json), options.json)


def _written(options: argparse.Namespace, report: StderrReport) -> dict[str, Any]:
    facts = _measured(options, report)
    if options.table is not None:
        write_bytes_whole(options.table, markdown(facts).encode())
    return facts


def _say(as_json: bool, facts: dict[str, Any]) -> None:
    print(json.dumps(facts, ensure_ascii=False) if as_json else "\n".join(plain(facts)))


def _measured(options: argparse.Namespace, report: StderrReport) -> dict[str, Any]:
    before = [json.loads(path.read_text(encoding="utf-8")) for path in options.before]
    if before and not options.voice:
        return {"material": before[0]["material"], "voices": [voice for facts in before for voice in facts["voices"]]}
    models = [_model(name) for name in options.voice or [None]]
    phrases = _phrases(options, models, report)
    seconds = sum(len(phrase.audio) for phrase in phrases) / models[0].manifest.sample_rate
    return {
        "material": {"phrases": len(phrases), "seconds": seconds},
        "voices": [voice for facts in before for voice in facts["voices"]]
        + [_of_voice(model, phrases, options, report) for model in models],
    }


def _of_voice(
    model: InstalledVoice, phrases: Sequence[SungPhrase], options: argparse.Namespace, report: StderrReport
) -> dict[str, Any]:
    from engine.train.measure.steps import Setting, copies, judge, means, measure, pace, prepare

    voice = build(model)
    materials = prepare(phrases, voice, report)
    grid = [Setting(*cells) for cells in product(options.samplers, options.steps, options.temperatures)]
    grid.sort(key=lambda setting: (setting.temperature, options.samplers.index(setting.sampler), setting.steps))
    rows = []
    for number, setting in enumerate(grid):
        report(f"Singing with {model.manifest.id}", number, len(grid))
        rows.append({**asdict(setting), **asdict(measure(materials, voice, setting, options.seed))})
    title = model.manifest.name if options.titles is None else options.titles.pop(0)
    return {
        "id": model.manifest.id,
        "version": model.manifest.version,
        "folder": model.folder.name,
        "title": title,
        "copy": asdict(judge(materials, copies(materials), voice)),
        "mean": asdict(judge(materials, means(materials), voice)),
        "pace": asdict(pace(materials[0], voice)),
        "rows": rows,
        "chosen": chosen(rows),
    }


def _phrases(options: argparse.Namespace, models: Sequence[InstalledVoice], report: StderrReport) -> list[SungPhrase]:
    """Phrases that every voice can sing, until they fill the seconds that were asked for."""
    from engine.train.corpus.singing import read_phrases
    from engine.train.measure.material import data_folder, held_out_phrases
    from engine.train.measure.steps import singable

    first = models[0].manifest
    if options.phrases:
        found = [phrase for folder in options.phrases for phrase in read_phrases(folder)]
    else:
        minutes = options.seconds / 60
        found = held_out_phrases(data_folder(options.data), options.work, minutes, first.hop_length, report)
    for model in models:
        found = singable(found, model)
    if not found:
        raise InputError("These voices can sing none of the phrases.", "Name a folder that their teacher sang.")
    taken: list[SungPhrase] = []
    while found and sum(len(p.audio) for p in taken) < options.seconds * first.sample_rate:
        taken.append(found.pop(0))
    return taken


def _model(voice: str | None) -> InstalledVoice:
    """A voice by id, or from a folder that need not be installed."""
    if voice and (Path(voice) / MANIFEST_NAME).is_file():
        return open_model(Path(voice))
    return find_model(voice)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="melisma bench steps", description=__doc__, allow_abbrev=False)
    parser.add_argument("--voice", action="append", help="id or folder of a voice; may be repeated [the default voice]")
    parser.add_argument("--titles", type=lambda text: text.split(";"), help="of the voices' tables, with ; between")
    parser.add_argument(
        "--phrases", type=Path, nargs="+", help="folders of phrases that a teacher sang [held-out songs]"
    )
    parser.add_argument("--data", type=Path, help="the shared data [MELISMA_SHARED_DATA, else ../shared/data]")
    parser.add_argument("--work", type=Path, default=cache_folder() / "bench", help="what is made once [%(default)s]")
    parser.add_argument("--seconds", type=float, default=DEFAULT_SECONDS, help="of held-out song [%(default)g]")
    parser.add_argument("--steps", type=_numbers(int), default=STEPS, help="with commas [1,2,4,8,16,50]")
    parser.add_argument("--temperatures", type=_numbers(float), default=(0.3, 1.0), help="with commas [0.3,1]")
    parser.add_argument(
        "--samplers",
        type=some_of(sorted(SAMPLERS)),
        default=SAMPLERS_SHOWN,
        help=f"any of {','.join(sorted(SAMPLERS))}",
    )
    parser.add_argument(
        "--before",
        type=Path,
        nargs="+",
        default=[],
        help="what --json said of other voices; without --voice nothing else",
    )
    parser.add_argument("--seed", type=int, default=0, help="of the takes that are measured [%(default)s]")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")
    parser.add_argument("--table", type=Path, help="also write the figures as a Markdown page")
    return parser


def _numbers(kind: type[int] | type[float]) -> Any:
    def read(text: str) -> tuple[int | float, ...]:
        found = tuple(kind(part) for part in text.split(","))
        if any(number < 0 or number > 1000 for number in found) or (kind is int and min(found) < 1):
            raise argparse.ArgumentTypeError("out of range")
        return found

    return read


if __name__ == "__main__":
    sys.exit(main())
