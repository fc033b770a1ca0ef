"""All networks of the paper's system, made in one of two sizes and filled from the files that a user owns."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, NamedTuple

import torch
from torch import nn

from engine.errors import InputError
from engine.train.avatar.networks.checkpoints import (
    NEVER_USED,
    holds_released,
    load_motion_modules,
    load_net,
    load_unet,
    load_vae,
)
from engine.train.avatar.networks.paper import PaperConfig, PaperSinger, build_vae
from engine.train.avatar.networks.paper_hearing import HearingConfig, build_hearing, load_hearing

Tell = Callable[[str], None]
RECOGNISER = "face.onnx"
Trains = Literal["paper", "all"]
_IDENTITY = ("audioembed.", "denoising_unet.hidden_spectral_weighting.")
"""The spectral modules do nothing before they were trained, so they may be missing."""
_LEARNED_ANEW = (*_IDENTITY, "audioproj.")
"""What the paper trains may begin at random."""


@dataclass(frozen=True, slots=True)
class PaperSize:
    """Sizes of the networks, and how they are trained unless somebody says otherwise.

    train_frames: pictures of a clip in training; the paper's is shorter than when it sings.  trains: the paper trains
    the audio encoder's end and the two spectral modules; a miniature, which has nothing to begin with, everything.
    stored: of the weights in a package.  for_trying: needs neither files nor a GPU.
    """

    networks: PaperConfig
    hearing: HearingConfig
    train_frames: int
    trains: Trains
    learning_rate: float
    steps: int
    batch: int
    stored: torch.dtype
    for_trying: bool = False


PAPER = PaperSize(PaperConfig(), HearingConfig(), 14, "paper", 1e-5, 17_000, 1, torch.float16)
MINIATURE = PaperSize(
    PaperConfig(
        side=64,
        frames=4,
        channels=(8, 8, 16),
        layers=1,
        heads=2,
        groups=4,
        context=8,
        face_tokens=2,
        audio_layers=2,
        audio_width=8,
        audio_hidden=16,
        audio_tokens=4,
        longest=8,
        locator_channels=(4, 4, 4, 8),
        vae_channels=(8, 8, 8, 8),
    ),
    HearingConfig(8, 8, 2, 2, 16, 16, 2),
    4,
    "all",
    1e-3,
    200,
    2,
    torch.float32,
    for_trying=True,
)
SIZES = {"paper": PAPER, "miniature": MINIATURE}


@dataclass(frozen=True, slots=True)
class PaperFiles:
    """sd: Stable Diffusion 1.5's folder, with `vae` and, where `net` is none, `unet` in it.  animatediff: its motion
    module; net: Hallo's or SINGER's `net.pth`; wav2vec: wav2vec 2.0 base; recogniser: of faces, ONNX.
    """

    sd: Path | None = None
    animatediff: Path | None = None
    net: Path | None = None
    wav2vec: Path | None = None
    recogniser: Path | None = None

    def names(self) -> dict[str, str]:
        """What was made from what, for manifests: the files' names without their folders."""
        given = {name: getattr(self, name) for name in self.__slots__}
        return {name: path.name for name, path in given.items() if path is not None}


class Networks(NamedTuple):
    """`size.networks` says which form the spectral modules have."""

    size: PaperSize
    singer: PaperSinger
    vae: Any
    hearing: Any


def files_in(folder: Path) -> PaperFiles:
    """The files of a folder in which a user keeps them, by the names under which they are published."""

    def first(*patterns: str) -> Path | None:
        return next((path for pattern in patterns for path in sorted(folder.glob(pattern))), None)

    return PaperFiles(
        folder / "sd" if (folder / "sd").is_dir() else None,
        first("animatediff.*", "mm_sd_v15*", "animatediff/*.ckpt", "animatediff/*.safetensors"),
        first("net.safetensors", "net.pth"),
        first("wav2vec.*", "wav2vec/*.safetensors", "wav2vec/*.bin", "wav2vec/*.pt"),
        first(RECOGNISER, "glintr100.onnx"),
    )


def missing_files(files: PaperFiles, net: bool = True) -> list[str]:
    """What of the published weights is not there, in words; `net`: whether that one is needed."""
    wanted = {
        "Stable Diffusion's vae (sd/vae)": files.sd is not None and (files.sd / "vae").is_dir(),
        "wav2vec 2.0 (wav2vec.safetensors)": files.wav2vec is not None,
        "Hallo's or SINGER's networks (net.pth)": files.net is not None or not net,
    }
    return [name for name, there in wanted.items() if not there]


def open_perception(files: PaperFiles, size: PaperSize, seed: int, tell: Tell) -> tuple[Any, Any]:
    """What sees and hears, and never learns: (VAE, wav2vec).  Random from `seed` where there is no file."""
    torch.manual_seed(seed)
    vae = build_vae(size.networks).requires_grad_(False).eval()
    hearing = build_hearing(size.hearing)
    if files.sd is not None:
        tell(load_vae(files.sd / "vae", vae).sentence())
    if files.wav2vec is not None:
        load_hearing(files.wav2vec, hearing)
        tell(f"{files.wav2vec.name}: wav2vec 2.0 taken.")
    return vae, hearing


def open_singer(files: PaperFiles, size: PaperSize, seed: int, tell: Tell, to_sing: bool = False) -> PaperSinger:
    """The other networks, in the form of `files.net`; what no file holds is random from `seed`.

    Raises `InputError` for a file that does not fit, and where files leave gaps that training would not fill; with
    `to_sing`, nothing will be trained.
    """
    config = size.networks
    if files.net is not None and holds_released(files.net):
        config = replace(config, form="released")
    torch.manual_seed(seed + 1)
    singer = PaperSinger(config)
    absent = set(singer.state_dict())
    if files.sd is not None and (files.sd / "unet").is_dir():
        for prefix in ("reference_unet", "denoising_unet"):
            report = load_unet(files.sd / "unet", singer.get_submodule(prefix))
            absent -= {f"{prefix}.{name}" for name in report.taken}
            tell(report.sentence())
    if files.animatediff is not None:
        report = load_motion_modules(files.animatediff, singer)
        absent -= {f"denoising_unet.{name}" for name in report.taken}
        tell(report.sentence())
    if files.net is not None:
        report = load_net(files.net, singer)
        absent -= set(report.taken)
        tell(report.sentence())
    if to_sing or size.trains == "paper":
        _check_gaps(absent, _IDENTITY if to_sing else _LEARNED_ANEW)
    return singer


def fingerprint(*networks: nn.Module) -> str:
    """The same for the same weights: 16 hexadecimal digits."""
    digest = hashlib.sha256()
    for network in networks:
        for name, value in network.state_dict().items():
            digest.update(name.encode())
            digest.update(value.detach().cpu().contiguous().flatten().view(torch.uint8).numpy().data)
    return digest.hexdigest()[:16]


def _check_gaps(absent: set[str], but: tuple[str, ...]) -> None:
    """A file has to hold everything `but` these; positions are computed."""
    gaps = [name for name in absent if not name.startswith((*NEVER_USED, *but)) and not name.endswith(".pe")]
    if not gaps:
        return
    parts = sorted({".".join(name.split(".")[:2]) for name in gaps})
    shown = ", ".join(parts[:4]) + (", ..." if len(parts) > 4 else "")
    what = f"The files leave {len(gaps)} weights unknown that nothing else would give ({shown})."
    raise InputError(what, "Give a net.pth that holds all of Hallo's or SINGER's networks.")


def choose_device(asked: str | None, size: PaperSize) -> str:
    """`asked`, or a GPU, or for a miniature the CPU.  Raises `InputError` rather than taking hours unasked."""
    usable = torch.cuda.is_available()
    if asked not in (None, "cpu") and not (asked.startswith("cuda") and usable):
        raise InputError(
            f"There is no device {asked} that PyTorch can use here.", "Give --device cpu, or install CUDA."
        )
    if asked is not None:
        return asked
    if usable:
        return "cuda"
    if not size.for_trying:
        what = "The paper's networks need an NVIDIA GPU with 10 GB and more, and PyTorch sees none."
        raise InputError(what, "Give --device cpu if hours for seconds of video are all right.")
    return "cpu"
