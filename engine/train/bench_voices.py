"""`melisma bench voices`: how well each speaker of a package sings each language, beside its teacher.

Needs the held-out songs of `engine.train.voices.sing --held`.  The answer goes to stdout, progress to stderr.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any

from engine.errors import InputError
from engine.files import write_bytes_whole
from engine.models import find_model, open_model
from engine.models.builders import build
from engine.models.manifest import MANIFEST_NAME
from engine.singing.settings import SingSettings
from engine.train.corpus.singing import SungPhrase, read_phrases
from engine.train.measure.command_line import answer, run
from engine.train.measure.pitch import phrase_pitch, pitch_figures
from engine.train.measure.progress import Report, StderrReport
from engine.train.measure.recognition import Recogniser, phone_errors
from engine.train.measure.table import Row, verdict
from engine.train.measure.takes import Take, render_takes
from engine.train.measure.words import distortions
from engine.train.voices.cast import CAST, LANGUAGE_TAGS
from engine.train.voices.judge import in_english
from engine.train.voices.sets import HELD_SONGS

PHRASES = 8
MAX_CENTS, MAX_OFF_SHARE, MAX_MCD_DB, MAX_ABOVE_DB = 4.0, 0.02, 5.0, 1.0
"""What the project asked of the complete singer; German and Japanese within 1 dB of English."""


def measure(
    voice_folder: Path | None, work: Path, phrases: int, report: Report, asked: dict[str, Any]
) -> dict[str, Any]:
    """Figures by speaker and language."""
    folder = voice_folder if voice_folder and (voice_folder / MANIFEST_NAME).is_file() else None
    model = open_model(folder) if folder else find_model(str(voice_folder) if voice_folder else None)
    voice, ear = build(model), Recogniser()
    settings = SingSettings(**dict(model.manifest.settings.get("sampling", {})) | asked)
    found: list[dict[str, Any]] = []
    for member in CAST:
        by_language: dict[int, list[SungPhrase]] = defaultdict(list)
        for phrase in read_phrases(work / HELD_SONGS / member.name):
            by_language[phrase.language].append(phrase)
        for language, sung in sorted(by_language.items(), key=lambda item: LANGUAGE_TAGS[item[0]] != member.language):
            takes = render_takes(sung[:phrases], voice, replace(settings, speaker=member.name), report)
            figures = _figures(takes, voice.codec.sample_rate, ear, report)
            native = LANGUAGE_TAGS[language] == member.language
            found.append({"speaker": member.name, "language": LANGUAGE_TAGS[language], "native": native, **figures})
    if not found:
        raise InputError(f"{work} holds no held-out songs.", "Make them: python -m engine.train.voices.sing --held.")
    sampling = {name: getattr(settings, name) for name in ("num_steps", "temperature", "sampler")}
    return {"voice": model.manifest.id, "version": model.manifest.version, "sampling": sampling, "voices": found}


def _figures(takes: Sequence[Take], rate: int, ear: Recogniser, report: Report) -> dict[str, Any]:
    pitch = pitch_figures([phrase_pitch(take.phrase, take.voice, rate) for take in takes])
    distorted = distortions(takes, rate, report)
    errors = {}
    for name in ("teacher", "voice"):
        heard = [
            (in_english([phone.label for phone in take.phrase.phones]), ear.phones(getattr(take, name), rate))
            for take in takes
        ]
        errors[name] = phone_errors(heard).rate
    return {
        "phrases": len(takes),
        "seconds": sum(len(take.teacher) for take in takes) / rate,
        "pitch": asdict(pitch),
        "mcd_db": {name: value.mcd_db for name, value in distorted.items()},
        "phone_errors": errors,
    }


def rows(facts: dict[str, Any]) -> list[Row]:
    """What was asked of voices in their own languages, and whether it was met."""
    found = []
    native = [entry for entry in facts["voices"] if entry["native"]]
    english = next(entry["mcd_db"]["voice"] for entry in native if entry["language"] == "en")
    for entry in native:
        name, pitch, mcd = f"{entry['speaker']} ({entry['language']})", entry["pitch"], entry["mcd_db"]["voice"]
        cents, off = pitch["median_cents"], pitch["off_share"]
        found.append(Row(f"{name}, pitch", f"<= {MAX_CENTS:g} cents", f"{cents:.1f} cents", cents <= MAX_CENTS))
        wanted = f"<= {MAX_OFF_SHARE:.0%}"
        found.append(Row(f"{name}, frames off by 50 cents", wanted, f"{off:.1%}", off <= MAX_OFF_SHARE))
        most = MAX_MCD_DB if entry["language"] == "en" else english + MAX_ABOVE_DB
        wanted = f"<= {most:g} dB" if entry["language"] == "en" else f"<= English + 1 = {most:.2f} dB"
        found.append(Row(f"{name}, mel-cepstral distortion", wanted, f"{mcd:.2f} dB", mcd <= most))
    return found


def page(facts: dict[str, Any]) -> str:
    """Markdown of docs/bench-voices.md."""
    how = facts["sampling"]
    steps = f"{how['num_steps']} steps of the {how['sampler']} sampler at temperature {how['temperature']:g}"
    lines = [
        "# How well the voices sing",
        "",
        "Written by `melisma bench voices`, on phrases of songs that no training heard, against each speaker's teacher",
        "on the same phones, times and pitches.",
        f"Voice {facts['voice']} {facts['version']}, {steps}.",
        "",
        "| Figure | Target | Measured | Pass |",
        "|---|---|---|---|",
        *(f"| {row.figure} | {row.target} | {row.measured} | {verdict(row)} |" for row in rows(facts)),
        "",
        "## Every speaker in every language",
        "",
        "Distortion in dB: whole system, prior's mean alone, codec alone.  Phone errors as an English ear",
        "(PocketSphinx) hears them, every phone brought to English first: only the difference to the teacher counts.",
        "",
        "| | phrases | cents | off by 50 | voiced | system | mean | codec | phone errors | teacher's |",
        "|---|---|---|---|---|---|---|---|---|---|",
        *(_line(entry) for entry in facts["voices"]),
    ]
    return "\n".join(lines) + "\n"


def _line(entry: dict[str, Any]) -> str:
    pitch, mcd, errors = entry["pitch"], entry["mcd_db"], entry["phone_errors"]
    cells = [
        f"{entry['speaker']}, {entry['language']}",
        f"{entry['phrases']} ({entry['seconds']:.0f} s)",
        f"{pitch['median_cents']:.1f}",
        f"{pitch['off_share']:.1%}",
        f"{pitch['voiced_share']:.1%}",
        *(f"{mcd[name]:.2f}" for name in ("voice", "mean", "codec")),
        *(f"{errors[name]:.0%}" for name in ("voice", "teacher")),
    ]
    return f"| {' | '.join(cells)} |"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line and give its exit code."""
    options = _parser().parse_args(arguments)
    return run(partial(_measured, options), lambda facts: answer(facts, rows(facts), options.json), options.json)


def _measured(options: argparse.Namespace, report: StderrReport) -> dict[str, Any]:
    asked = {"num_steps": options.steps, "temperature": options.temperature, "sampler": options.sampler}
    known = {name: value for name, value in asked.items() if value is not None}
    facts = measure(options.voice, options.work, options.phrases, report, known)
    if options.markdown:
        write_bytes_whole(options.markdown, page(facts).encode())
    return facts


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="melisma bench voices", description=__doc__, allow_abbrev=False)
    parser.add_argument("--work", type=Path, required=True, help="holds sung_held/")
    parser.add_argument("--voice", type=Path, help="id or folder of the package [the default voice]")
    parser.add_argument("--phrases", type=int, default=PHRASES, help="of each speaker and language [%(default)s]")
    parser.add_argument("--steps", type=int, help="[the voice's]")
    parser.add_argument("--temperature", type=float, help="0 to 2 [the voice's]")
    parser.add_argument("--sampler", help="[the voice's]")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")
    parser.add_argument("--markdown", type=Path, help="also write the figures as a page")
    return parser


if __name__ == "__main__":
    sys.exit(main())
