"""A voice package becomes one that needs fewer steps: `python -m engine.train.distil --voice A --phrases DIR --out B`.

Only `denoiser.onnx` and the sampling defaults change.  Goes on from `WORK/consistency.pt` or `WORK/flow.pt`.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from engine.errors import InputError, MelismaError
from engine.export.folder import check_replaceable, replacing
from engine.export.graphs import export_denoiser
from engine.models import dump_manifest, file_sha256, open_model
from engine.models.manifest import MANIFEST_NAME
from engine.models.registry import InstalledVoice
from engine.train.consistency import Distillation, DistilRun, distil
from engine.train.corpus.singing import read_phrases
from engine.train.flow import Rectification
from engine.train.generator import LatentStats, prepare_examples
from engine.train.measure.steps import singable
from engine.train.networks.denoiser import Denoiser
from engine.train.restore_voice import RestoredVoice, restore_voice

METHODS: dict[str, type[Distillation]] = {"consistency": Distillation, "flow": Rectification}
DENOISER = "denoiser.onnx"
STEPS = 2


def train(
    model: InstalledVoice, folders: Sequence[Path], run: DistilRun, method: str
) -> tuple[RestoredVoice, Denoiser]:
    """Distil on the songs in `folders`; the restored voice and the student.

    Raises `InputError` when the voice can sing none of them.
    """
    restored = restore_voice(model)
    phrases = singable([phrase for folder in folders for phrase in read_phrases(folder)], model)
    if not phrases:
        raise InputError(f"{model.manifest.id} can sing none of these phrases.", "Name a folder that its teacher sang.")
    examples, _ = prepare_examples(phrases, restored.codec, model.manifest.settings["phones"], run.device)
    stats = LatentStats(restored.mean, restored.std)
    return restored, distil(METHODS[method](restored.generator, run), examples, stats, method)


def export(
    model: InstalledVoice, restored: RestoredVoice, student: Denoiser, sampling: dict[str, Any], out: Path
) -> None:
    """Write `model` with the student's denoiser to `out`."""
    config = restored.config
    with replacing(out) as beside:
        shutil.copytree(model.folder, beside, dirs_exist_ok=True)
        export_denoiser(student.cpu().eval(), config.generator.hidden, config.codec.latent_dim, beside / DENOISER)
        files = {**model.manifest.files, DENOISER: file_sha256(beside / DENOISER)}
        settings = {**model.manifest.settings, "sampling": {**model.manifest.settings["sampling"], **sampling}}
        dump_manifest(replace(model.manifest, files=files, settings=settings), beside / MANIFEST_NAME)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line."""
    options = _parser().parse_args(arguments)
    torch.set_num_threads(options.threads)
    torch.set_flush_denormal(True)
    run = DistilRun(
        options.work,
        steps=options.steps,
        minutes=options.minutes,
        batch=options.batch,
        learning_rate=options.rate,
        half=options.half,
        device=options.device,
    )
    try:
        check_replaceable(options.out)
        model = open_model(options.voice)
        restored, student = train(model, options.phrases, run, options.method)
        sampler = "consistency" if options.method == "consistency" else "ode"
        export(model, restored, student, {"num_steps": STEPS, "sampler": sampler}, options.out)
    except MelismaError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("Stopped; the same command goes on from the last checkpoint.", file=sys.stderr)
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--voice", type=Path, required=True, help="folder of the voice package to distil")
    parser.add_argument("--phrases", type=Path, nargs="+", required=True, help="folders of sung phrases to learn on")
    parser.add_argument("--work", type=Path, required=True, help="checkpoints and logs")
    parser.add_argument("--out", type=Path, required=True, help="the new package")
    parser.add_argument("--method", choices=sorted(METHODS), default="consistency")
    parser.add_argument("--steps", type=int, default=2000)
    parser.add_argument("--minutes", type=float, default=1e9)
    parser.add_argument("--batch", type=int, default=8, help="windows per step")
    parser.add_argument("--rate", type=float, default=2e-4)
    parser.add_argument("--half", action="store_true", help="networks compute in bfloat16")
    parser.add_argument("--device", default="cpu", help="cpu or cuda")
    parser.add_argument("--threads", type=int, default=1, help="of PyTorch on a CPU")
    return parser


if __name__ == "__main__":
    sys.exit(main())
