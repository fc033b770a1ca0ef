"""The paper's SINGER as a process: a portrait and a vocal in, pictures out, clip after clip.

Pictures are raw: 8 bits of red, green, blue, row by row, one picture behind the other.  What is going on is told on the
standard error, one JSON object a line: first {"side", "pictures", "fps"}, then {"stage", "done", "total"}.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
import torch
from numpy.typing import NDArray

from engine.avatar.listening import read_vocals
from engine.avatar.portrait import Landmarks, find_face, read_landmarks, read_picture
from engine.errors import InputError, MelismaError
from engine.files import written_whole
from engine.jobs import JobContext, Progress
from engine.train.avatar.networks.paper import LATENT_SCALE
from engine.train.avatar.networks.paper_diffusion import PaperFace, PaperSettings, build_scheduler, sing_clips
from engine.train.avatar.networks.paper_hearing import PICTURE_SAMPLES, hear_pictures, windows_of
from engine.train.avatar.paper_faces import Recogniser, Rgb, prepare_face, square_around
from engine.train.avatar.paper_networks import (
    SIZES,
    Networks,
    PaperFiles,
    choose_device,
    files_in,
    missing_files,
    open_perception,
    open_singer,
)
from engine.train.avatar.paper_package import is_paper_package, open_package, size_of_package
from engine.train.avatar.videos import encode_pictures

FPS = 25
LOADING, DRAWING = "Loading the networks", "Drawing"
_BEHIND = 127
"""What stands behind a portrait that is not opaque."""


@dataclass(frozen=True, slots=True)
class Heard:
    """`samples`: mono at 16 kHz, as long as `num_pictures` pictures at 25 a second."""

    samples: NDArray[np.float32]
    num_pictures: int


@dataclass(frozen=True, slots=True)
class Portrait:
    """`picture` [H, W, 3] and where its face is, in its pixels."""

    picture: Rgb
    landmarks: Landmarks


def read_portrait(path: Path, landmarks: Path | None) -> Portrait:
    """`landmarks`: a file of points, or None to find the face.  Raises `InputError` for no picture and no face."""
    picture = read_picture(path)
    if landmarks is not None:
        found = read_landmarks(landmarks, picture.shape[1], picture.shape[0])
    else:
        found = find_face(picture)
    alpha = picture[..., 3:].astype(np.float32) / 255
    return Portrait(np.asarray(picture[..., :3] * alpha + _BEHIND * (1 - alpha) + 0.5, np.uint8), found)


def listen(path: Path, num_pictures: int | None, context: JobContext) -> Heard:
    """`num_pictures` None: as many as the vocal lasts, at least one.  Raises `InputError`, `Cancelled`."""
    vocals = read_vocals(path, context)
    count = num_pictures or max(1, round(vocals.duration_s * FPS))
    samples = np.zeros(count * PICTURE_SAMPLES, np.float32)
    kept = vocals.audio.samples[0, : len(samples)]
    samples[: len(kept)] = kept
    return Heard(samples, count)


def open_weights(folder: Path, config: str, device: str | None) -> tuple[Networks, PaperFiles]:
    """Networks from a folder that training wrote, or one of published files; ready on the device.

    Raises `InputError` that says what is missing, and `MelismaError` for a package that is not whole.
    """
    if not folder.is_dir():
        raise InputError(f"There is no folder {folder}.", "Name the folder of the paper's weights.")
    files, size = files_in(folder), SIZES[config]
    if is_paper_package(folder):
        size = size_of_package(folder)
        chosen = choose_device(device, size)
        networks = open_package(folder)
    else:
        missing = missing_files(files)
        if missing:
            raise InputError(f"{folder} lacks {', '.join(missing)}.", "Put them there, or name what training wrote.")
        chosen = choose_device(device, size)
        vae, hearing = open_perception(files, size, 0, _nothing)
        singer = open_singer(files, size, 0, _nothing, to_sing=True)
        networks = Networks(size, singer.requires_grad_(False).eval(), vae, hearing)
    half = torch.float16 if chosen.startswith("cuda") else torch.float32
    networks.singer.to(chosen, half)
    networks.vae.to(chosen)
    networks.hearing.to(chosen)
    return networks, files


def draw_singing(
    networks: Networks,
    portrait: Portrait,
    recogniser: Recogniser,
    heard: Heard,
    seed: int,
    settings: PaperSettings,
    context: JobContext,
) -> Iterator[Rgb]:
    """`heard.num_pictures` pictures [S, S, 3], each clip as soon as it is there.  Raises `Cancelled`."""
    singer, config = networks.singer, networks.singer.config
    face = _face(networks, portrait, recogniser)
    layers = np.concatenate(list(hear_pictures(networks.hearing, heard.samples, heard.num_pictures)))
    starts = range(0, heard.num_pictures, config.frames)
    total = len(starts) * settings.steps

    def parts() -> Iterator[torch.Tensor]:
        for start in starts:
            around = windows_of(layers, start, config.frames, config.audio_window)
            yield torch.from_numpy(around)[None].to(face.latents)

    random = torch.Generator().manual_seed(seed)
    clips = sing_clips(
        singer, build_scheduler(), face, parts(), random, settings, lambda done: context.step(DRAWING, done, total)
    )
    for start, latents in zip(starts, clips, strict=True):
        for one in latents[0].transpose(0, 1)[: heard.num_pictures - start]:
            yield decode_picture(networks.vae, one)
    context.step(DRAWING, total, total)


@torch.no_grad()
def decode_picture(vae: Any, latents: torch.Tensor) -> Rgb:
    """[C, h, w] -> [S, S, 3]."""
    picture = vae.decode(latents[None].float() / LATENT_SCALE).sample[0]
    return ((picture.clamp(-1, 1) + 1) * 127.5).round().to(torch.uint8).permute(1, 2, 0).cpu().numpy()


def _face(networks: Networks, portrait: Portrait, recogniser: Recogniser) -> PaperFace:
    """Cut out as the videos were that training saw."""
    config, weight = networks.singer.config, networks.singer.denoising_unet.conv_in.weight
    height, width = portrait.picture.shape[:2]
    square = square_around([portrait.landmarks], width, height)
    cut, placed = square.cut(portrait.picture, config.side), square.within(portrait.landmarks, config.side)
    face = prepare_face([placed], config.side, config.latent_side, recogniser.embedding(cut, placed))
    located = torch.from_numpy(face.located)[None, None].expand(-1, 3, -1, -1)
    tensors = (encode_pictures(networks.vae, [cut]), torch.from_numpy(face.embedding)[None], located)
    return PaperFace(*(tensor.to(weight) for tensor in (*tensors, torch.from_numpy(face.masks)[None])))


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line."""
    options = _parser().parse_args(arguments)
    try:
        torch.set_num_threads(options.threads)
        context = JobContext(_tell_progress)
        _draw(options, context)
    except MelismaError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except torch.OutOfMemoryError:
        print("The GPU has not enough memory for the paper's networks; 10 GB are needed.", file=sys.stderr)
        return 1
    except BrokenPipeError:
        return 1  # nobody wants the pictures any more
    except KeyboardInterrupt:
        return 130
    return 0


def _draw(options: argparse.Namespace, context: JobContext) -> None:
    # What may be wrong is looked at before the networks are loaded, which takes a while.
    portrait = read_portrait(options.portrait, options.landmarks)
    heard = listen(options.vocals, options.num_pictures, context)
    context.step(LOADING, 0, 1)
    networks, files = open_weights(options.weights, options.config, options.device)
    config = networks.singer.config
    recogniser = Recogniser(files.recogniser, config.face_embedding)
    context.step(LOADING, 1, 1)
    settings = PaperSettings(steps=options.steps, guidance=options.guidance)
    pictures = draw_singing(networks, portrait, recogniser, heard, options.seed, settings, context)
    _say({"side": config.side, "pictures": heard.num_pictures, "fps": FPS})
    with _opened(options.out, heard.num_pictures, config.side) as file:
        for picture in pictures:
            file.write(picture.tobytes())
            file.flush()


@contextmanager
def _opened(out: str, count: int, side: int) -> Iterator[IO[bytes]]:
    """The standard output for `-`; else a file that is whole or absent, with NumPy's header where it ends in .npy."""
    if out == "-":
        yield sys.stdout.buffer
        return
    with written_whole(Path(out)) as part, part.open("wb") as file:
        if Path(out).suffix == ".npy":
            described = np.lib.format.dtype_to_descr(np.dtype(np.uint8))
            header = {"descr": described, "fortran_order": False, "shape": (count, side, side, 3)}
            np.lib.format.write_array_header_1_0(file, header)
        yield file


def _tell_progress(progress: Progress) -> None:
    _say({"stage": progress.stage, "done": progress.done, "total": progress.total})


def _say(facts: dict[str, Any]) -> None:
    print(json.dumps(facts), file=sys.stderr, flush=True)


def _nothing(_: str) -> None:
    """Which tensors were taken from where is of interest to those who train."""


def _positive(word: str) -> int:
    number = int(word)
    if number < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return number


def _parser() -> argparse.ArgumentParser:
    usual = PaperSettings()
    parser = argparse.ArgumentParser(prog="python -m engine.train.avatar.paper_render", description=__doc__)
    add = parser.add_argument
    add("--weights", type=Path, required=True, help="what training wrote; or sd/, net.pth, wav2vec.safetensors in one")
    add("--portrait", type=Path, required=True, help="a picture of one face")
    add("--vocals", type=Path, required=True, help="any sound file with one singer")
    add("--out", default="-", help="a file, .npy with NumPy's header; - is the standard output")
    add("--landmarks", type=Path, help="points of the face, where it is not found by itself")
    add("--num-pictures", type=_positive, help="default: as long as the vocals")
    add("--seed", type=int, default=0, help="the take")
    add("--steps", type=_positive, default=usual.steps, help="of the sampler, for each clip")
    add("--guidance", type=float, default=usual.guidance, help="how much sound and face count; 1 halves the time")
    add("--device", help="cpu or cuda; default: a GPU, which the paper's size needs")
    add("--config", choices=sorted(SIZES), default="paper", help="of published files; a package knows its own")
    add("--threads", type=_positive, default=1, help="of PyTorch on a CPU")
    return parser


if __name__ == "__main__":
    sys.exit(main())
