"""`melisma train avatar DIR`: from singing videos to a SINGER of the paper's kind.  Resumes where it was stopped.

Stages: look at and listen to the videos (once), load what the user owns, train, write a package.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from engine.avatar.portrait import find_face
from engine.errors import InputError, MelismaError
from engine.export.folder import check_replaceable
from engine.folders import data_folder
from engine.jobs import JobContext, Progress
from engine.models import file_sha256
from engine.train import checkpoint
from engine.train.avatar.networks.paper import PaperSinger, trained_parameters
from engine.train.avatar.networks.paper_diffusion import PaperSettings, build_scheduler, paper_loss
from engine.train.avatar.paper_dataset import Clips
from engine.train.avatar.paper_faces import Recogniser
from engine.train.avatar.paper_networks import (
    SIZES,
    Networks,
    PaperFiles,
    PaperSize,
    Trains,
    choose_device,
    fingerprint,
    missing_files,
    open_perception,
    open_singer,
)
from engine.train.avatar.paper_package import write_package
from engine.train.avatar.videos import Eyes, FindFace, Take, find_videos, prepare_videos

CHECKPOINT_S = 180.0


@dataclass(frozen=True, slots=True)
class PaperPlan:
    """What to train, from what and where.  The size's `steps` count over all resumes; each is `accumulate` batches of
    `batch` clips.  half: compute in bfloat16.
    """

    videos: Path
    work: Path
    out: Path
    size: PaperSize
    files: PaperFiles = field(default_factory=PaperFiles)
    device: str = "cpu"
    seed: int = 0
    accumulate: int = 1
    half: bool = False
    report_every: int = 10
    find: FindFace = find_face


def train_paper(plan: PaperPlan) -> Networks:
    """All stages; the trained networks, which lie as a package in `plan.out` too.

    Raises `InputError` for videos and files that cannot be used, and where `plan.work` holds another training.
    """
    size = plan.size
    missing = [] if size.for_trying else missing_files(plan.files, net=size.trains == "paper")
    if missing:
        what = f"The paper's training begins with published weights, and these were not given: {', '.join(missing)}."
        raise InputError(what, "Give --sd, --wav2vec and --net, or try the path with --config miniature.")
    find_videos(plan.videos)
    # 1. What the videos show and sound like, once
    vae, hearing = open_perception(plan.files, size, plan.seed, _tell)
    key = fingerprint(vae, hearing)
    if plan.files.recogniser is not None:
        key += f"-{file_sha256(plan.files.recogniser)[:8]}"
    takes = _takes(plan, vae.to(plan.device), hearing.to(plan.device), key)
    vae, hearing = vae.cpu(), hearing.cpu()
    # 2. The networks, as far as files know them
    singer = open_singer(plan.files, size, plan.seed, _tell)
    # 3. Training
    step = _train(plan, singer.to(plan.device), takes, key)
    # 4. A folder that sings
    networks = Networks(size, singer.cpu().eval(), vae, hearing)
    pictures = sum(len(take) for take in takes)
    facts = {
        "videos": len(takes),
        "minutes": round(pictures / size.networks.fps / 60, 2),
        "steps": step,
        "trained": size.trains,
        "form": singer.config.form,
        "began_with": plan.files.names(),
    }
    write_package(plan.out, networks, facts, plan.files.recogniser)
    _tell(f"Written to {plan.out}.")
    return networks


def _takes(plan: PaperPlan, vae: Any, hearing: Any, key: str) -> list[Take]:
    config = plan.size.networks
    recogniser = Recogniser(plan.files.recogniser, config.face_embedding)
    eyes = Eyes(config, vae, hearing, recogniser, key, plan.find)
    return prepare_videos(plan.videos, plan.work, eyes, _tell, JobContext(_Said()))


def _train(plan: PaperPlan, singer: PaperSinger, takes: list[Take], key: str) -> int:
    """Steps until `plan.steps`; how many there are in the end."""
    size, path = plan.size, plan.work / "singer.pt"
    chosen = _chosen(singer, size.trains)
    optimizer = torch.optim.AdamW(chosen.values(), size.learning_rate, weight_decay=1e-2)
    begun = {"key": key, "files": plan.files.names(), "trains": size.trains, "seed": plan.seed}
    step = _resume(path, chosen, optimizer, begun, plan.device)
    clips = Clips(takes, singer.config, size.train_frames, plan.seed)
    scheduler, log = build_scheduler(), checkpoint.Log(plan.work / "singer.jsonl")
    saved, losses = time.monotonic(), []

    def save() -> None:
        weights = {name: value.detach() for name, value in chosen.items()}
        state = {"step": step, "weights": weights, "optimizer": optimizer.state_dict(), "begun": begun}
        checkpoint.save(path, state)

    while step < size.steps:
        losses.append(_step(plan, singer, scheduler, clips, optimizer, step))
        step += 1
        if step % plan.report_every == 0 or step == size.steps:
            log.write(step=step, loss=sum(losses) / len(losses))
            losses = []
        if time.monotonic() - saved > CHECKPOINT_S or step == size.steps:
            save()
            saved = time.monotonic()
    return step


def _step(
    plan: PaperPlan, singer: PaperSinger, scheduler: Any, clips: Clips, optimizer: torch.optim.Optimizer, step: int
) -> float:
    """One update; everything that is drawn for it depends on the seed and the step's number alone."""
    total = 0.0
    optimizer.zero_grad(set_to_none=True)
    for part in range(plan.accumulate):
        number = step * plan.accumulate + part
        random = torch.Generator().manual_seed(plan.seed * 1_000_003 + number)
        batch = clips.draw(number, plan.size.batch, plan.device)
        with torch.autocast(torch.device(plan.device).type, torch.bfloat16, enabled=plan.half):
            loss = paper_loss(
                singer, scheduler, batch.face, batch.clean, batch.before, batch.heard, PaperSettings(), random
            )
        (loss / plan.accumulate).backward()
        total += loss.item() / plan.accumulate
    torch.nn.utils.clip_grad_norm_([value for group in optimizer.param_groups for value in group["params"]], 1.0)
    optimizer.step()
    return total


def _chosen(singer: PaperSinger, trains: Trains) -> dict[str, Tensor]:
    """What is trained, by name; the rest is frozen."""
    trained_parameters(singer)
    if trains == "all":
        singer.requires_grad_(True)
    singer.frugal = True
    return {name: value for name, value in singer.named_parameters() if value.requires_grad}


def _resume(
    path: Path, chosen: dict[str, Tensor], optimizer: torch.optim.Optimizer, begun: dict[str, Any], device: str
) -> int:
    if not path.exists():
        return 0
    state = checkpoint.load(path, device)
    if state.get("begun") != begun or set(state["weights"]) != set(chosen):
        what = f"{path} was begun with other files, another seed or another size."
        raise InputError(what, "Give what it was begun with, or name another --work.")
    with torch.no_grad():
        for name, value in chosen.items():
            value.copy_(state["weights"][name])
    optimizer.load_state_dict(state["optimizer"])
    return int(state["step"])


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line."""
    options = _parser().parse_args(arguments)
    try:
        plan = _plan(options)
        check_replaceable(plan.out)
        torch.set_num_threads(options.threads)
        plan.work.mkdir(parents=True, exist_ok=True)
        train_paper(plan)
    except MelismaError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except torch.OutOfMemoryError:
        print("The GPU has not enough memory. Give a smaller --batch and more --accumulate.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped; the same command goes on from the last checkpoint.", file=sys.stderr)
        return 130
    return 0


def _plan(options: argparse.Namespace) -> PaperPlan:
    size: PaperSize = SIZES[options.config]
    given = {name: getattr(options, name) for name in ("steps", "batch", "trains", "learning_rate")}
    size = replace(size, **{name: value for name, value in given.items() if value is not None})
    files = PaperFiles(options.sd, options.animatediff, options.net, options.wav2vec, options.face_recogniser)
    for path in (options.sd, options.animatediff, options.net, options.wav2vec, options.face_recogniser):
        if path is not None and not path.exists():
            raise InputError(f"There is no {path}.", "Check the path.")
    device = choose_device(options.device, size)
    half = device != "cpu"
    return PaperPlan(
        options.videos, options.work, options.out, size, files, device, options.seed, options.accumulate, half
    )


def _tell(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


class _Said:
    """A sink that says every stage once."""

    def __init__(self) -> None:
        self._stages: set[str] = set()

    def __call__(self, progress: Progress) -> None:
        if progress.stage not in self._stages:
            self._stages.add(progress.stage)
            _tell(f"{progress.stage} ...")


def _positive(word: str) -> int:
    number = int(word)
    if number < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return number


def _parser() -> argparse.ArgumentParser:
    home = data_folder()
    parser = argparse.ArgumentParser(prog="melisma train avatar", description=__doc__)
    add = parser.add_argument
    add("videos", type=Path, help="folder of singing videos, one face each; NAME_vocals.wav beside NAME.mp4 is heard")
    add("--config", choices=sorted(SIZES), default="paper", help="the paper's size, or a miniature to try the path")
    add("--sd", type=Path, help="Stable Diffusion 1.5's folder with vae (and unet)")
    add("--animatediff", type=Path, help="AnimateDiff's motion module, mm_sd_v15_v2.ckpt; net.pth has one of its own")
    add("--net", type=Path, help="net.pth of Hallo or SINGER, to begin with")
    add("--wav2vec", type=Path, help="weights of wav2vec 2.0 base, .safetensors or .pt")
    add("--face-recogniser", type=Path, help="ArcFace-like .onnx; without one faces are described by zeros")
    add("--work", type=Path, default=home / "training-avatar", help="prepared videos, checkpoints and logs")
    add("--out", type=Path, default=home / "models" / "my-avatar", help="the package; its folder's name is its id")
    add("--steps", type=_positive, help="updates in all; the paper's are 17000")
    add("--batch", type=_positive, help="clips that are computed together")
    add("--accumulate", type=_positive, default=1, help="batches for each update; the paper's has 24 clips in all")
    add("--trains", choices=("paper", "all"), help="what the paper trains, or every network but VAE and wav2vec")
    add("--learning-rate", type=float, help="the paper's is 1e-5")
    add("--device", help="cpu or cuda; default: a GPU, which the paper's size needs")
    add("--seed", type=int, default=0, help="another one draws other clips and noise")
    add("--threads", type=_positive, default=1, help="of PyTorch on a CPU")
    return parser


if __name__ == "__main__":
    sys.exit(main())
