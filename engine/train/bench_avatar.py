"""`melisma bench avatar`: how faces sing that no training saw, to vocals that none heard, and how fast.

The answer goes to stdout, progress to stderr.  Exit codes: 0 measured, 2 the user's input, 1 our fault.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import cv2

from engine.errors import InputError
from engine.files import write_bytes_whole
from engine.folders import cache_folder
from engine.models.registry import InstalledAnimator, find_model, open_model
from engine.models.singer_motion import SingerMotion, build_singer_motion
from engine.train.measure.avatar_quality import (
    SungFace,
    held_lines,
    measure_head,
    measure_motion,
    measure_pictures,
    measure_takes,
    pairs,
)
from engine.train.measure.avatar_table import markdown, rows
from engine.train.measure.command_line import answer, run, some_of
from engine.train.measure.progress import StderrReport

PARTS = ("speed", "motion", "pictures", "steps", "others", "portraits", "sheets")
STEPS = (1, 2, 4, 8, 16)
_ROOT = Path(__file__).resolve().parents[2]


class Bench:
    """One run.  Parts are measured one by one into `facts`."""

    def __init__(self, options: argparse.Namespace, model: InstalledAnimator, report: StderrReport) -> None:
        self._options, self._model, self._report = options, model, report
        self._animator = build_singer_motion(model, "cpu", 1)
        self._data = _data(options)
        lines = held_lines(options.work / "lines", self._data, report)
        self._faces = list(pairs(lines))
        self.pictures: list[Path] = []
        manifest = model.manifest
        self.facts: dict[str, Any] = {
            "animator": {
                "id": manifest.id,
                "version": manifest.version,
                "num_steps": manifest.settings.get("num_steps"),
            },
            "seconds": {},
        }

    def run(self) -> None:
        """Speed first: later parts warm the machine and fill memory."""
        for name in PARTS:
            if name in self._options.only:
                started = time.monotonic()
                measure: Callable[[], Any] = getattr(self, f"_{name}")
                found = measure()
                if found is not None:
                    self.facts[name] = found
                self.facts["seconds"][name] = round(time.monotonic() - started, 1)

    def _speed(self) -> dict[str, Any]:
        from engine.train.measure.avatar_speed import measure_videos

        sung = max(self._of("sung"), key=lambda face: len(face.line.samples))
        portraits = sorted(self._portrait_folder.glob("*.jpg"))
        portrait = portraits[0] if portraits else None
        animator = str(self._model.manifest.id)
        return measure_videos(animator, sung.line.samples, portrait, self._options.long, self._report)

    def _motion(self) -> dict[str, Any]:
        self.facts["takes"] = measure_takes(self._animator, self._of("sung")[0])
        return measure_motion(self._animator, self._faces, None, self._report)

    def _pictures(self) -> dict[str, Any]:
        return measure_pictures(self._animator, self._of("sung") + self._of("real"), self._report)

    def _steps(self) -> list[dict[str, Any]]:
        faces = self._of("sung")[:3] + self._of("read")[:4]
        return [self._with_steps(self._animator, faces, num_steps) for num_steps in STEPS]

    def _others(self) -> dict[str, Any] | None:
        """Other animators on the same vocals, such as those that were trained without a module."""
        faces = self._of("sung") + self._of("read")
        found = {}
        for name, folder in self._options.other:
            animator = build_singer_motion(open_model(folder, role="animator"), "cpu", 1)
            found[name] = self._with_steps(animator, faces, 1) | {"head": measure_head(animator, faces)}
        return found or None

    def _portraits(self) -> dict[str, Any] | None:
        from engine.train.avatar.portrait_bench import measure_portraits, summarized

        judges = self._data / "judges"
        if not (self._portrait_folder.is_dir() and judges.is_dir()):
            return None
        found = []
        for fact in measure_portraits(self._portrait_folder, judges, self._of("sung")[0].line.sung):
            found.append(fact)
            self._report("Moving portraits", len(found), 0)
        return {"portraits": [asdict(fact) for fact in found], "summary": asdict(summarized(found))}

    def _sheets(self) -> None:
        from engine.train.measure.avatar_pictures import draw_sheets

        if self._options.pictures is not None:
            found = draw_sheets(self._animator, self._faces, self._portrait_folder, self._options.pictures)
            self.pictures += found

    def _with_steps(self, animator: SingerMotion, faces: Sequence[SungFace], num_steps: int) -> dict[str, Any]:
        started = time.process_time()
        motion = measure_motion(animator, faces, num_steps, self._report)
        heard_s = sum(len(face.line.samples) for face in faces) / 16_000
        return {"num_steps": num_steps, "motion": motion, "factor": (time.process_time() - started) / heard_s}

    def _of(self, kind: str) -> list[SungFace]:
        return [face for face in self._faces if face.kind == kind]

    @property
    def _portrait_folder(self) -> Path:
        return self._data / "faces" / "portraits"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line and give its exit code."""
    options = _parser().parse_args(arguments)
    return run(
        partial(_measured, options), lambda bench: answer(bench.facts, rows(bench.facts), options.json), options.json
    )


def _measured(options: argparse.Namespace, report: StderrReport) -> Bench:
    cv2.setNumThreads(1)
    bench = Bench(options, find_model(options.animator, role="animator"), report)
    bench.run()
    if options.markdown is not None:
        write_bytes_whole(options.markdown, markdown(bench.facts, bench.pictures, options.markdown.parent).encode())
    return bench


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="melisma bench avatar", description=__doc__, allow_abbrev=False)
    parser.add_argument("--data", type=Path, help="the shared data [MELISMA_SHARED_DATA, else ../shared/data]")
    parser.add_argument("--work", type=Path, default=cache_folder() / "bench", help="what is made once [%(default)s]")
    parser.add_argument("--animator", help="id of the animator [the default one]")
    parser.add_argument("--other", type=_named, action="append", default=[], metavar="NAME=FOLDER",
                        help="another animator to measure beside it, as often as you like")  # fmt: skip
    parser.add_argument("--only", type=some_of(PARTS), default=PARTS, help=f"any of {','.join(PARTS)}")
    parser.add_argument("--long", action="store_true", help="also time a vocal of ten minutes")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")
    parser.add_argument("--markdown", type=Path, help="also write the figures as a Markdown page")
    parser.add_argument("--pictures", type=Path, help="folder for contact sheets")
    return parser


def _data(options: argparse.Namespace) -> Path:
    shared = os.environ.get("MELISMA_SHARED_DATA") or _ROOT.parent / "shared" / "data"
    folder = Path(options.data or shared).expanduser()
    if not folder.is_dir():
        raise InputError(f"There is no folder of free data at {folder}.", "Name it with --data.")
    return folder


def _named(text: str) -> tuple[str, Path]:
    name, equals, folder = text.partition("=")
    if not (equals and name and folder):
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=FOLDER")
    return name, Path(folder)


if __name__ == "__main__":
    sys.exit(main())
