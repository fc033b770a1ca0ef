"""Videos as people have them become takes: even pictures, the sound that belongs to them, a square around the face."""

from __future__ import annotations

import wave
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
import torch

pytest.importorskip("diffusers")

from engine.avatar.portrait import Landmarks
from engine.avatar.portrait.shape import MEAN
from engine.errors import InputError
from engine.jobs import JobContext
from engine.train.avatar.networks.paper import LATENT_SCALE, build_vae
from engine.train.avatar.networks.paper_hearing import build_hearing
from engine.train.avatar.paper_faces import Recogniser, prepare_face, square_around
from engine.train.avatar.paper_footage import open_footage, picture_near, pictures_at, read_sound, vocals_beside
from engine.train.avatar.paper_networks import MINIATURE
from engine.train.avatar.videos import Eyes, encode_pictures, find_videos, prepare_videos

CONFIG = MINIATURE.networks
WIDTH, HEIGHT = 160, 120


def numbered(number: int) -> np.ndarray:
    """A picture that says its number by how bright it is; its upper left quarter is red."""
    picture = np.full((HEIGHT, WIDTH, 3), 2 * number, np.uint8)
    picture[: HEIGHT // 2, : WIDTH // 2] = (255, 0, 0)
    return picture


def number_of(picture: np.ndarray) -> int:
    return round(float(picture[-20:, -20:].mean()) / 2)


def write_video(
    path: Path, times_s: list[float], tone_from_s: float | None = 0.0, turned: int = 0, aspect: int = 1
) -> Path:
    """Pictures at any times; a sound of as long that is silent until `tone_from_s` (None: no sound at all)."""
    with av.open(str(path), "w") as container:
        video = container.add_stream("ffv1", rate=1000)
        video.width, video.height, video.pix_fmt = WIDTH, HEIGHT, "bgr0"
        video.codec_context.time_base = Fraction(1, 1000)
        video.codec_context.sample_aspect_ratio = Fraction(aspect, 1)
        if turned:
            video.set_display_rotation(turned)
        audio = None if tone_from_s is None else container.add_stream("pcm_s16le", rate=16_000)
        for number, time_s in enumerate(times_s):
            frame = av.VideoFrame.from_ndarray(numbered(number), format="rgb24").reformat(format="bgr0")
            frame.pts, frame.time_base = round(time_s * 1000), Fraction(1, 1000)
            container.mux(video.encode(frame))
        container.mux(video.encode(None))
        if audio is not None:
            time = np.arange(round((times_s[-1] + 0.04) * 16_000)) / 16_000
            tone = np.where(time >= tone_from_s, 0.5 * np.sin(2 * np.pi * 440 * time), 0)
            frame = av.AudioFrame.from_ndarray((tone * 32767).astype(np.int16)[None], format="s16", layout="mono")
            frame.sample_rate = 16_000
            container.mux(audio.encode(frame))
            container.mux(audio.encode(None))
    return path


def even(seconds: float, fps: float) -> list[float]:
    return [number / fps for number in range(round(seconds * fps))]


@pytest.mark.parametrize("fps", [12.5, 25.0, 30.0, 50.0])
def test_pictures_come_at_an_even_rate_whatever_the_cameras(fps: float, tmp_path: Path) -> None:
    footage = open_footage(write_video(tmp_path / "a.mkv", even(2, fps)))
    found = [number_of(picture) for picture in pictures_at(footage, 25)]
    assert 49 <= len(found) <= 50  # how long the last one is shown, this kind of file does not say
    assert found == [int(number / 25 * fps + 1e-6) for number in range(len(found))]


def test_a_rate_that_changes_and_a_gap_keep_the_time(tmp_path: Path) -> None:
    times_s = [0.0, 0.04, 0.08, 0.5, 0.52, 0.9]  # stands still, as screens do
    footage = open_footage(write_video(tmp_path / "a.mkv", times_s))
    found = [number_of(picture) for picture in pictures_at(footage, 25)]
    assert found[:23] == [max(n for n, at_s in enumerate(times_s) if at_s <= i / 25 + 1e-6) for i in range(23)]


def test_phones_are_turned_and_wide_pixels_stretched(tmp_path: Path) -> None:
    upright = next(pictures_at(open_footage(write_video(tmp_path / "t.mp4", even(0.2, 25), turned=90)), 25))
    assert upright.shape == (WIDTH, HEIGHT, 3)
    assert upright[-10, 10, 0] > 200  # what was above on the left, a quarter turn against the clock
    assert upright[10, 10, 0] < 50
    wide = next(pictures_at(open_footage(write_video(tmp_path / "w.mp4", even(0.2, 25), aspect=2)), 25))
    assert wide.shape == (HEIGHT, 2 * WIDTH, 3)


def test_pictures_are_found_by_their_time(tmp_path: Path) -> None:
    footage = open_footage(write_video(tmp_path / "a.mkv", even(2, 25)))
    for at_s in (0.0, 0.5, 1.32, 99.0):
        picture = picture_near(footage, at_s)
        assert picture is not None
        assert abs(number_of(picture) - min(49, at_s * 25)) <= 1


def test_the_sound_begins_with_the_first_picture(tmp_path: Path) -> None:
    """The pictures begin 0.4 s after the sound, which is silent for 1 s."""
    late = [0.4 + at_s for at_s in even(1.5, 25)]
    footage = open_footage(write_video(tmp_path / "a.mkv", late, tone_from_s=1.0))
    sound = read_sound(footage, JobContext())
    assert np.flatnonzero(np.abs(sound) > 0.1)[0] / 16_000 == pytest.approx(0.6, abs=0.005)


def test_vocals_beside_are_heard_instead(tmp_path: Path) -> None:
    video = write_video(tmp_path / "a.mkv", even(1, 25), tone_from_s=None)
    with pytest.raises(InputError, match="has no sound"):
        open_footage(video)
    with wave.open(str(vocals_beside(video)), "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(np.full(8000, 9000, np.int16).tobytes())
    sound = read_sound(open_footage(video), JobContext())
    assert len(sound) == 16_000
    assert np.median(sound) == pytest.approx(9000 / 32768, abs=0.01)


def face_at(x: float, y: float, unit: float) -> Landmarks:
    return np.asarray(MEAN * unit + (x, y), np.float32)


def test_the_square_holds_the_head_in_all_its_places() -> None:
    faces = [face_at(300, 200, 40), face_at(340, 210, 42)]
    square = square_around(faces, 640, 480)
    for face in faces:
        placed = square.within(face, 512)
        assert placed.min() > 40
        assert placed.max() < 472
        height = placed[:, 1].max() - placed[:, 1].min()
        assert 0.3 < height / 512 < 0.6
    picture = np.zeros((480, 640, 3), np.uint8)
    assert square.cut(picture, 512).shape == (512, 512, 3)


@pytest.mark.parametrize("place", [(20, 20), (150, 110), (80, 60)])
def test_the_square_stays_in_the_picture(place: tuple[int, int]) -> None:
    square = square_around([face_at(*place, 30)], WIDTH, HEIGHT)
    assert square.side <= HEIGHT
    assert min(square.x, square.y) >= 0
    assert square.x + square.side <= WIDTH
    assert square.y + square.side <= HEIGHT


def test_masks_share_the_picture_among_all_face_and_lips() -> None:
    face = face_at(256, 220, 100)
    prepared = prepare_face([face], 512, 64, np.zeros(512, np.float32))
    rest, inner, lips = prepared.masks.astype(np.float32)
    assert prepared.located.shape == (512, 512)
    assert prepared.masks.min() >= 0
    assert prepared.masks.max() <= 1
    assert lips[round(329 / 8), 32] > 0.9  # between the lips
    assert lips[round(220 / 8), 32] < 0.4  # between the eyes
    assert rest[2, 2] > 0.9
    assert rest[round(270 / 8), 32] < 0.2
    assert inner[round(220 / 8), 32] > inner[2, 2]
    moved = prepare_face([face, np.add(face, (60, 0))], 512, 64, np.zeros(512, np.float32))
    assert (moved.masks[2] >= prepared.masks[2] - 0.05).all()  # where the lips are in any picture


def test_without_a_recogniser_faces_are_zeros() -> None:
    embedding = Recogniser(None, 512).embedding(np.zeros((64, 64, 3), np.uint8), face_at(32, 30, 12))
    assert embedding.shape == (512,)
    assert not embedding.any()


def recogniser_file(path: Path, size: int) -> Path:
    """Looks at the sum of each colour's upper half: enough to see what it was given."""
    onnx = pytest.importorskip("onnx")
    helper, kinds = onnx.helper, onnx.TensorProto
    weight = np.random.default_rng(0).standard_normal((3 * 112 * 112, size)).astype(np.float32)
    graph = helper.make_graph(
        [helper.make_node("Flatten", ["x"], ["flat"]), helper.make_node("MatMul", ["flat", "w"], ["y"])],
        "recogniser",
        [helper.make_tensor_value_info("x", kinds.FLOAT, [1, 3, 112, 112])],
        [helper.make_tensor_value_info("y", kinds.FLOAT, [1, size])],
        [onnx.numpy_helper.from_array(weight, "w")],
    )
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9), path)
    return path


def test_a_recogniser_sees_the_face_wherever_it_is(tmp_path: Path) -> None:
    recogniser = Recogniser(recogniser_file(tmp_path / "face.onnx", 8), 8)
    rng = np.random.default_rng(1)
    face = np.kron(rng.integers(0, 255, (24, 24, 3)), np.ones((5, 5, 1))).astype(np.uint8)
    picture = np.zeros((240, 240, 3), np.uint8)
    picture[20:140, 30:150] = face
    moved = np.roll(picture, (40, 50), axis=(0, 1))
    landmarks = face_at(90, 60, 30)
    first, second = recogniser.embedding(picture, landmarks), recogniser.embedding(moved, np.add(landmarks, (50, 40)))
    np.testing.assert_allclose(first, second, rtol=0.05, atol=2)
    assert np.abs(first).max() > 1
    with pytest.raises(InputError, match="by 8 numbers, and the networks take 512"):
        Recogniser(tmp_path / "face.onnx", 512)


class Finder:
    """Finds the face where it is told; counts how often it was asked."""

    def __init__(self, *faces: Landmarks | None) -> None:
        self.faces, self.asked = faces, 0

    def __call__(self, picture: np.ndarray) -> Landmarks:
        assert picture.shape == (HEIGHT, WIDTH, 4)
        face = self.faces[self.asked % len(self.faces)]
        self.asked += 1
        if face is None:
            raise InputError("No face was found in the picture.", "")
        return face


def eyes_of(find: Finder) -> Eyes:
    torch.manual_seed(0)
    vae, hearing = build_vae(CONFIG).eval(), build_hearing(MINIATURE.hearing)
    return Eyes(CONFIG, vae, hearing, Recogniser(None, CONFIG.face_embedding), "key", find)


def test_takes_hold_pictures_sound_and_face_of_the_same_moments(tmp_path: Path) -> None:
    videos, said = tmp_path / "videos", []
    (videos / "deeper").mkdir(parents=True)
    write_video(videos / "deeper" / "a.mkv", even(1, 25))
    finder = Finder(face_at(80, 50, 16))
    eyes = eyes_of(finder)
    (take,) = prepare_videos(videos, tmp_path / "work", eyes, said.append, JobContext())
    side = CONFIG.latent_side
    assert take.latents.shape == (25, 4, side, side)
    assert take.heard.shape == (25, CONFIG.audio_layers, CONFIG.audio_width)
    assert take.face.masks.shape == (3, side, side)
    square = square_around([finder.faces[0]], WIDTH, HEIGHT)
    expected = encode_pictures(eyes.vae, [square.cut(numbered(7), CONFIG.side)])[0]
    np.testing.assert_allclose(take.latents[7], expected, atol=0.02)
    assert abs(float(expected.std()) / LATENT_SCALE) > 0
    assert said == []
    # A second time nothing is looked at, and a changed video is.
    asked = finder.asked
    (again,) = prepare_videos(videos, tmp_path / "work", eyes, said.append, JobContext())
    assert finder.asked == asked
    np.testing.assert_array_equal(again.latents, take.latents)
    write_video(videos / "deeper" / "a.mkv", even(0.6, 25))
    (shorter,) = prepare_videos(videos, tmp_path / "work", eyes, said.append, JobContext())
    assert len(shorter) == 15


def test_what_cannot_be_used_is_left_out_with_a_sentence(tmp_path: Path) -> None:
    videos, said = tmp_path / "videos", []
    videos.mkdir()
    write_video(videos / "a.mkv", even(1, 25))
    write_video(videos / "mute.mkv", even(1, 25), tone_from_s=None)
    write_video(videos / "short.mkv", even(0.16, 25))
    (videos / "broken.mp4").write_bytes(b"no video at all")
    (videos / "notes.txt").write_text("not a video")
    eyes = eyes_of(Finder(face_at(80, 50, 16)))
    takes = prepare_videos(videos, tmp_path / "work", eyes, said.append, JobContext())
    assert [take.name for take in takes] == ["a.mkv"]
    assert len(said) == 3
    for words in ("broken.mp4 could not be read", "mute.mkv has no sound", "short.mkv lasts 4 pictures"):
        assert any(words in sentence for sentence in said)
    again: list[str] = []
    prepare_videos(videos, tmp_path / "work", eyes, again.append, JobContext())
    assert again == said


@pytest.mark.parametrize(
    ("faces", "words"),
    [
        ((None,), "No face was found"),
        ((face_at(40, 50, 12), face_at(120, 60, 12)), "not always in one place"),
        ((face_at(80, 50, 16), None), "not always in one place"),
        ((face_at(80, 50, 2),), "too small"),
    ],
)
def test_videos_without_one_steady_face_are_left_out(faces: tuple, words: str, tmp_path: Path) -> None:
    videos, said = tmp_path / "videos", []
    videos.mkdir()
    write_video(videos / "a.mkv", even(1, 25))
    with pytest.raises(InputError, match="None of the 1 videos"):
        prepare_videos(videos, tmp_path / "work", eyes_of(Finder(*faces)), said.append, JobContext())
    assert len(said) == 1
    assert words in said[0]


def test_a_folder_without_videos_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no videos"):
        find_videos(tmp_path)
    with pytest.raises(InputError, match="not a folder"):
        find_videos(tmp_path / "none")
