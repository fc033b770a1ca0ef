"""What holds for whatever renders an avatar: so many pictures, of one size, new ones, alike when made again."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest

from engine.audio import Audio
from engine.avatar.drawn import character_face, random_character
from engine.avatar.features import FPS
from engine.avatar.line import SpokenPhone, SungLine
from engine.avatar.motion import Manner, moved_blocks
from engine.avatar.motion_renderer import Motion, MotionRenderer
from engine.avatar.params import NUM_PARAMS
from engine.avatar.portrait.portrait_face import portrait_face
from engine.avatar.renderer import AvatarRenderer, Face
from engine.avatar.rules import track_by_rule
from engine.avatar.stage import read_background, staged
from engine.errors import Cancelled
from engine.jobs import CancelToken, JobContext
from engine.models import load_manifest
from engine.models.registry import InstalledModel
from engine.models.singer_motion import build_singer_motion
from tests.tiny_animator import FakeAnimator, tiny_animator

SECONDS = 1.0
RATE = 16_000
REFERENCE = np.zeros((3, 64, 64), np.float32)
SIZE = (96, 64)


def by_rule() -> Motion:
    level = np.ones(100, np.float32)
    line = SungLine((SpokenPhone("AA", 0.1, 0.8),), 220 * level, level)
    return Motion(lambda _: [track_by_rule(line, FPS, 25).values], FPS)


def by_network(animator: object) -> Callable[[], Motion]:
    noise = 0.2 * np.random.default_rng(0).standard_normal((1, RATE))
    vocals = Audio(noise.astype(np.float32), RATE)
    return lambda: Motion(lambda context: moved_blocks(animator, vocals, REFERENCE, Manner(seed=1), context), FPS)  # type: ignore[arg-type]


def tiny() -> Motion:
    folder = tiny_animator()
    model = InstalledModel(load_manifest(folder / "manifest.json"), folder)
    return by_network(build_singer_motion(model, "cpu", 1))()  # type: ignore[arg-type]


def drawn() -> Face:
    return staged(character_face(random_character(1), 64), *SIZE, read_background("navy"))


def portrait() -> Face:
    character = character_face(random_character(2), 96)
    picture = staged(character, *SIZE, read_background("grey")).draw(np.zeros(NUM_PARAMS, np.float32))
    from engine.avatar.portrait.landmarks import landmarks_from_points

    return portrait_face(picture, landmarks_from_points((38, 26), (58, 26), (48, 42)))


MOTIONS = {"rule": by_rule, "fake": by_network(FakeAnimator(lambda window, first, z: z)), "tiny": tiny}
FACES = {"drawn": drawn, "portrait": portrait}


@pytest.fixture(scope="module", params=[(motion, face) for motion in MOTIONS for face in FACES], ids="-".join)
def renderer(request: pytest.FixtureRequest) -> AvatarRenderer:
    motion, face = request.param
    return MotionRenderer(FACES[face](), MOTIONS[motion]())


@pytest.mark.parametrize(("fps", "count"), [(Fraction(25), 25), (Fraction(30000, 1001), 30), (Fraction(12), 1)])
def test_as_many_pictures_as_asked_of_one_size(renderer: AvatarRenderer, fps: Fraction, count: int) -> None:
    pictures = list(renderer.pictures(fps, count, JobContext()))
    assert len(pictures) == count
    assert {(picture.shape, picture.dtype.name) for picture in pictures} == {((SIZE[1], SIZE[0], 4), "uint8")}
    assert not any(np.shares_memory(pictures[0], picture) for picture in pictures[1:])


def test_the_same_again_and_something_moves(renderer: AvatarRenderer) -> None:
    first, again = (np.stack(list(renderer.pictures(Fraction(25), 12, JobContext()))) for _ in range(2))
    np.testing.assert_array_equal(first, again)
    assert (first[0] != first[-1]).any()


def test_longer_than_its_vocals_it_holds_still(renderer: AvatarRenderer) -> None:
    pictures = list(renderer.pictures(Fraction(25), 30, JobContext()))
    np.testing.assert_array_equal(pictures[26], pictures[29])


def test_a_cancelled_one_stops() -> None:
    token = CancelToken()
    token.cancel()
    renderer = MotionRenderer(drawn(), MOTIONS["fake"]())
    with pytest.raises(Cancelled):
        list(renderer.pictures(Fraction(25), 25, JobContext(token=token)))
