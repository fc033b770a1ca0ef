"""A folder of singing videos becomes what the paper's networks learn from, prepared once and kept beside the training.

A take is one video: latents of its pictures in a square around the face, 25 a second; what wav2vec 2.0 hears at each;
where the face is and whose.  Everything is streamed, so a take's length costs no memory, and stays on disk.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from engine.avatar.portrait import find_face
from engine.avatar.portrait.shape import Landmarks, face_unit
from engine.errors import InputError, MelismaError
from engine.files import write_bytes_whole
from engine.jobs import JobContext
from engine.train.avatar.networks.paper import LATENT_SCALE, PaperConfig
from engine.train.avatar.networks.paper_hearing import hear_pictures
from engine.train.avatar.paper_faces import (
    PreparedFace,
    Recogniser,
    Rgb,
    Square,
    drawn_boxes,
    prepare_face,
    square_around,
)
from engine.train.avatar.paper_footage import (
    SUFFIXES,
    Footage,
    open_footage,
    picture_near,
    pictures_at,
    read_sound,
    vocals_beside,
)

STAGE = "Preparing the videos"
FindFace = Callable[[NDArray[np.uint8]], Landmarks]
_LOOK_EVERY_S, _FEWEST_LOOKS, _MOST_LOOKS = 4.0, 2, 12
_STRAYS = 1.0
"""Eye distances that a face may be away from the others' median; farther is another shot, or no face."""
_LEAST_SHARE = 0.6
"""Of the looks that have to agree."""
_AT_ONCE = 8
"""Pictures that the VAE takes at a time."""
_FACTS, _LATENTS, _HEARD, _FACE = "take.json", "latents.f16", "heard.f16", "face.npz"


@dataclass(frozen=True, slots=True)
class Take:
    """One prepared video; arrays are mapped from disk.

    `latents` float16 [F, C, h, w]; `heard` float16 [F, layers, width]; `face`: as its landmarks say.
    """

    name: str
    latents: NDArray[np.float16]
    heard: NDArray[np.float16]
    face: PreparedFace

    def __len__(self) -> int:
        return len(self.latents)


@dataclass(frozen=True, slots=True)
class Eyes:
    """What a take is seen and heard with; `key` names a folder that nothing else was prepared into."""

    config: PaperConfig
    vae: Any
    hearing: Any
    recogniser: Recogniser
    key: str
    find: FindFace = find_face


def find_videos(folder: Path) -> list[Path]:
    """Every video below `folder`, by path.  Raises `InputError` for none."""
    if not folder.is_dir():
        raise InputError(f"{folder} is not a folder.", "Name a folder of singing videos.")
    found = [path for path in sorted(folder.rglob("*")) if path.suffix.lower() in SUFFIXES and path.is_file()]
    if not found:
        raise InputError(f"{folder} holds no videos.", f"Put singing videos there ({', '.join(SUFFIXES[:5])}, ...).")
    return found


def prepare_videos(
    folder: Path, work: Path, eyes: Eyes, tell: Callable[[str], None], context: JobContext
) -> list[Take]:
    """All takes of `folder`, those prepared before at once; what cannot be used is told, one sentence each.

    A video that was changed is prepared again.  Raises `InputError` when no take is left, `Cancelled`.
    """
    videos, takes = find_videos(folder), []
    place = work / "takes" / eyes.key
    for number, video in enumerate(videos):
        context.step(STAGE, number, len(videos))
        target = place / _folder_name(video.relative_to(folder))
        facts = _known(target, video)
        if facts is None:
            facts = _prepare(video, target, eyes, context)
        if facts["left_out"]:
            tell(f"Left out: {facts['left_out']}")
        else:
            takes.append(_opened(target, facts))
    context.step(STAGE, len(videos), len(videos))
    if not takes:
        raise InputError(f"None of the {len(videos)} videos in {folder} can be learned from.", "See what was said.")
    return takes


@torch.no_grad()
def encode_pictures(vae: Any, pictures: Sequence[Rgb]) -> Tensor:
    """[n][S, S, 3] -> latents [n, C, h, w] with a variance of about 1: the means, as when the networks sing."""
    device = next(vae.parameters()).device
    stacked = torch.from_numpy(np.stack(pictures)).to(device).permute(0, 3, 1, 2).float() / 127.5 - 1
    latents: Tensor = vae.encode(stacked).latent_dist.mean * LATENT_SCALE
    return latents


def _prepare(video: Path, target: Path, eyes: Eyes, context: JobContext) -> dict[str, Any]:
    """Into a folder beside, which is renamed when all is there; its facts."""
    part = target.with_name(f".{target.name}.part")
    facts: dict[str, Any] = {"video": video.name, "state": _state(video), "left_out": ""}
    try:
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        try:
            facts |= _write_take(open_footage(video), part, eyes, context)
        except InputError as error:
            facts["left_out"] = str(error)
        write_bytes_whole(part / _FACTS, json.dumps(facts, indent=1).encode())
        shutil.rmtree(target, ignore_errors=True)
        part.replace(target)
    except OSError as error:
        reason = error.strerror or str(error)
        raise MelismaError(f"{target} could not be written: {reason}.", "Check free space and permissions.") from error
    return facts


def _write_take(footage: Footage, part: Path, eyes: Eyes, context: JobContext) -> dict[str, Any]:
    config, name = eyes.config, footage.path.name
    sound = read_sound(footage, JobContext(token=context.token))
    first, square, faces = _look(footage, eyes, context)
    face = prepare_face(faces, config.side, config.latent_side, eyes.recogniser.embedding(first, faces[0]))
    np.savez(part / _FACE, located=face.located, masks=face.masks, embedding=face.embedding)
    Image.fromarray(drawn_boxes(first, face)).save(part / "face.jpg", quality=90)
    longest = int(len(sound) / 16_000 * config.fps)
    cut = (square.cut(picture, config.side) for picture in islice(pictures_at(footage, config.fps), longest))
    count = 0
    with (part / _LATENTS).open("wb") as file:
        while pictures := list(islice(cut, _AT_ONCE)):
            context.step(f"Preparing {name}", count, longest)
            file.write(encode_pictures(eyes.vae, pictures).to(torch.float16).cpu().numpy().tobytes())
            count += len(pictures)
    least = config.frames + config.motion_frames
    if count < least:
        raise InputError(f"{name} lasts {count} pictures only.", f"Give {least} or more.")
    shape: tuple[int, ...] = ()
    with (part / _HEARD).open("wb") as file:
        for block in hear_pictures(eyes.hearing, sound, count):
            file.write(block.tobytes())
            shape = block.shape[1:]
    return {"pictures": count, "heard": shape, "square": [square.x, square.y, square.side]}


def _look(footage: Footage, eyes: Eyes, context: JobContext) -> tuple[Rgb, Square, list[Landmarks]]:
    """A first picture of the square, the square, and the faces that were found, in the square's pixels."""
    name, side = footage.path.name, eyes.config.side
    count = int(np.clip(footage.duration_s / _LOOK_EVERY_S, _FEWEST_LOOKS, _MOST_LOOKS))
    seen: list[tuple[Rgb, Landmarks]] = []
    for number in range(count):
        context.step(f"Looking at {name}", number, count)
        picture = picture_near(footage, (number + 0.5) / count * footage.duration_s)
        if picture is not None:
            seen += [(picture, face) for face in _faces(picture, eyes.find)]
    if not seen:
        raise InputError(f"No face was found in {name}.", "Give videos of one face from the front.")
    middles = np.stack([face.mean(axis=0) for _, face in seen])
    away = np.linalg.norm(middles - np.median(middles, axis=0), axis=1)
    unit = float(np.median([face_unit(face) for _, face in seen]))
    steady = [pair for pair, distance in zip(seen, away, strict=True) if distance <= _STRAYS * unit]
    if len(steady) < _LEAST_SHARE * count:
        raise InputError(f"The face in {name} is not always in one place.", "Cut it into takes of one singer each.")
    picture = steady[0][0]
    square = square_around([face for _, face in steady], picture.shape[1], picture.shape[0])
    if square.side < side / 4:
        raise InputError(f"The face in {name} is too small, {square.side} pixels with all around.", "Give it larger.")
    return square.cut(picture, side), square, [square.within(face, side) for _, face in steady]


def _faces(picture: Rgb, find: FindFace) -> Iterator[Landmarks]:
    try:
        yield find(np.dstack([picture, np.full(picture.shape[:2], 255, np.uint8)]))
    except InputError:
        return  # none in this picture


def _opened(target: Path, facts: dict[str, Any]) -> Take:
    with np.load(target / _FACE, allow_pickle=False) as stored:
        face = PreparedFace(stored["located"], stored["masks"], stored["embedding"])
    count = int(facts["pictures"])
    latents, heard = (np.memmap(target / name, np.float16, "r") for name in (_LATENTS, _HEARD))
    side = face.masks.shape[-1]
    return Take(facts["video"], latents.reshape(count, -1, side, side), heard.reshape(count, *facts["heard"]), face)


def _known(target: Path, video: Path) -> dict[str, Any] | None:
    """Facts of an earlier preparation, if the video is still the same."""
    try:
        facts: dict[str, Any] = json.loads((target / _FACTS).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return facts if facts.get("state") == _state(video) else None


def _state(video: Path) -> list[int]:
    """Size and time of change of the video, and of the vocals beside it."""
    files = [file for file in (video, vocals_beside(video)) if file.is_file()]
    return [number for file in files for number in (file.stat().st_size, file.stat().st_mtime_ns)]


def _folder_name(relative: Path) -> str:
    """Readable, and another for every video."""
    digest = hashlib.sha256(os.fsencode(relative.as_posix())).hexdigest()[:8]
    return f"{relative.stem[:40]}-{digest}"
