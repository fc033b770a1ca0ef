"""`melisma avatar --weights`: the paper's pictures, made by another process, in our video."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
import soundfile

from engine.api import AvatarRequest, make_avatar_video
from engine.api import avatar as door
from engine.avatar.drawn import character_face, random_character
from engine.avatar.params import NUM_PARAMS
from engine.avatar.portrait.landmarks import read_landmarks
from engine.avatar.stage import staged
from engine.avatar.stage_background import Background
from engine.avatar.video import count_frames
from engine.errors import InputError
from engine.jobs import JobContext
from tests.e2e.conftest import Command

SIDE = 64
asked: list[dict[str, Any]] = []


@dataclass(frozen=True)
class GreenProcess:
    """Stands in for the process with PyTorch: pictures that grow greener."""

    folder: Path
    options: tuple[str, ...] = ()

    def pictures(
        self, vocals: Path, portrait: Path, num_frames: int, seed: int, num_steps: int | None, context: JobContext,
        landmarks: Path | None = None,
    ) -> Iterator[np.ndarray]:  # fmt: skip
        heard_s = soundfile.info(str(vocals)).duration
        placed = None if landmarks is None else read_landmarks(landmarks, 256, 256)
        asked.append({"folder": self.folder, "options": self.options, "heard_s": heard_s, "placed": placed})
        for number in range(num_frames):
            picture = np.full((SIDE, SIDE, 4), 255, np.uint8)
            picture[..., :3] = (0, 60 + 4 * number, 0)
            yield picture


@pytest.fixture
def portrait(tmp_path: Path) -> Path:
    from PIL import Image

    face = character_face(random_character(3), 256)
    picture = staged(face, 256, 256, Background(colour=(200, 200, 200))).draw(np.zeros(NUM_PARAMS, np.float32))
    Image.fromarray(picture[..., :3]).save(tmp_path / "portrait.png")
    return tmp_path / "portrait.png"


@pytest.fixture
def vocals(tmp_path: Path) -> Path:
    path = tmp_path / "vocals.wav"
    soundfile.write(str(path), 0.1 * np.sin(np.arange(48_000) / 20), 48_000)
    return path


def test_pictures_of_the_paper_become_a_video(
    portrait: Path, vocals: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "PaperProcess", GreenProcess)
    asked.clear()
    eyes_and_mouth = ((100.0, 110.0), (156.0, 110.0), (128.0, 170.0))
    request = AvatarRequest(
        vocals, tmp_path / "o.mp4", portrait=portrait, points=eyes_and_mouth, fps=Fraction(30), size=(192, 108),
        background="#000000", weights=tmp_path, device="cpu",
    )  # fmt: skip
    result = make_avatar_video(request, JobContext())
    assert (result.animator, result.exact_lips) == ("singer-paper", False)
    assert result.video.num_frames == count_frames(1.0, Fraction(30))
    (told,) = asked
    assert told["folder"] == tmp_path
    assert told["options"] == ("--device", "cpu")
    assert told["heard_s"] == pytest.approx(1.0, abs=0.01)
    assert told["placed"] is not None
    with av.open(str(result.video.path)) as container:
        frames = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    greens = [int(frame[54, 96, 1]) for frame in frames]
    assert greens[-1] > greens[0] + 50
    assert frames[0][54, 5].max() < 30  # beside the square picture


@pytest.mark.parametrize("more", [("--draft",), ("--save-motion", "m.faceparams.json"), ("--export", "rhubarb=c.tsv")])
def test_motion_cannot_be_asked_of_it(command: Command, portrait: Path, vocals: Path, more: tuple[str, ...]) -> None:
    outcome = command("avatar", vocals, "--portrait", portrait, "--weights", "w", "--out", "o.mp4", *more)
    assert outcome.code == 2
    assert "Traceback" not in outcome.err


def test_it_needs_a_portrait(vocals: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="draw portraits"):
        make_avatar_video(AvatarRequest(vocals, tmp_path / "o.mp4", weights=tmp_path), JobContext())
