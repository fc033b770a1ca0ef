"""`melisma avatar`, `avatars` and `face` in front of a fake engine: every option arrives, every answer is said."""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.api.avatar import AvatarResult
from engine.api.avatar_request import AvatarRequest
from engine.api.portraits import LocatedFace
from engine.api.sing import SingRequest
from engine.avatar.video import VideoFacts
from engine.errors import Cancelled, InputError
from engine.jobs import JobContext
from engine.score import Problem
from gui.cli.avatar_words import parse_export, parse_fps, parse_points, parse_size
from gui.cli.main import run


class Faces:
    """What the commands asked the engine for, and what they get."""

    def __init__(self) -> None:
        self.requests: list[AvatarRequest] = []
        self.located: list[tuple[Any, ...]] = []
        self.failure: BaseException | None = None
        self.problems: tuple[Problem, ...] = ()

    def make(self, request: AvatarRequest, context: JobContext) -> AvatarResult:
        self.requests.append(request)
        context.step("Drawing the video", 1, 2)
        if self.failure is not None:
            raise self.failure
        facts = VideoFacts(request.out, "mp4", 512, 640, 50, request.fps, 2.0, 12345, (Path("a.srt"),))
        return AvatarResult(
            facts, (Path("m.faceparams.json"),), "mira", "mime", "the CPU", True, self.problems, 0.5, 4.0, 2.0
        )

    def locate(self, *asked: Any) -> LocatedFace:
        self.located.append(asked)
        return LocatedFace(asked[1], ((10.2, 20.0), (30.0, 20.4), (20.0, 40.0)), 100, 120)


@pytest.fixture
def faces(api: Any, monkeypatch: pytest.MonkeyPatch) -> Faces:
    faces, module = Faces(), sys.modules["engine.api"]
    for name, value in {
        "AvatarRequest": AvatarRequest,
        "SingRequest": SingRequest,
        "make_avatar_video": faces.make,
        "locate_face": faces.locate,
        "list_avatars": lambda: ("hana", "mira"),
    }.items():
        monkeypatch.setattr(module, name, value, raising=False)
    return faces


def test_every_option_arrives(faces: Faces) -> None:
    words = (
        "avatar a.mid --out b.webm --portrait p.jpg --landmarks l.json --fps 29.97 --size 720x1280"
        " --background transparent --expressive 0.25 --seed 18446744073709551615 --audio mix.flac --steps 4"
        " --subtitles burnt --lyrics w.txt --motion m.json --save-motion s.json --export rhubarb=r.tsv"
        " --export vmd=v.vmd --draft --voice v --track 2 --transpose -3 --language la --animator x --format webm"
        " --device cpu"
    )
    assert run(words.split()) == 0
    (request,) = faces.requests
    assert (request.vocals, request.out) == (Path("a.mid"), Path("b.webm"))
    assert (request.portrait, request.avatar, request.landmarks) == (Path("p.jpg"), None, Path("l.json"))
    assert (request.fps, request.size, request.background) == (Fraction(30000, 1001), (720, 1280), "transparent")
    assert (request.expressive, request.seed, request.num_steps) == (0.25, 2**64 - 1, 4)
    assert (request.sound, request.draft, request.motion) == (Path("mix.flac"), True, Path("m.json"))
    assert (request.save_motion, request.subtitles, request.subtitles_from) == (Path("s.json"), "burnt", None)
    assert request.exports == (("rhubarb", Path("r.tsv")), ("vmd", Path("v.vmd")))
    assert (request.animator, request.format, request.device) == ("x", "webm", "cpu")
    sing = request.sing
    assert sing is not None
    assert (sing.clip, sing.lyrics, sing.voice, sing.track) == (Path("a.mid"), Path("w.txt"), "v", "2")
    assert (sing.transpose, sing.language, sing.device) == (-3, "la", "cpu")


def test_an_avatar_points_and_words_with_times(faces: Faces) -> None:
    words = ["avatar", "a.wav", "--out", "b.mp4", "--avatar", "mira", "--points", "1,2 3,4 5.5,6"]
    assert run([*words, "--lyrics", "W.SRT", "--subtitles", "soft"]) == 0
    (request,) = faces.requests
    assert (request.avatar, request.points) == ("mira", ((1, 2), (3, 4), (5.5, 6)))
    assert (request.subtitles_from, request.sing.lyrics) == (Path("W.SRT"), None)  # type: ignore[union-attr]


def test_what_is_not_said_is_left_to_the_engine(faces: Faces) -> None:
    assert run(["avatar", "a.wav", "--out", "b.mp4"]) == 0
    (request,) = faces.requests
    plain = AvatarRequest(Path("a.wav"), Path("b.mp4"), sing=request.sing)
    assert request == plain


def test_the_answer_in_words(faces: Faces, capsys: pytest.CaptureFixture[str]) -> None:
    faces.problems = (Problem("overlap", "two notes overlap.", None, 3, 2.0),)
    assert run(["avatar", "a.mid", "--out", "b.mp4"]) == 0
    out, err = capsys.readouterr()
    assert out == ""
    lines = [line for line in err.splitlines() if not line.startswith("Drawing")]
    assert lines[0] == "warning: Bar 3, beat 2: two notes overlap."
    assert lines[1] == (
        "b.mp4: 2.0 s, 512 x 640 at 25 pictures a second, mira moved by mime on the CPU, lips from the score, in 4.0 s."
    )
    assert lines[2:] == ["a.srt", "m.faceparams.json"]


def test_the_answer_in_json_is_one_object(faces: Faces, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["avatar", "a.mid", "--out", "b.mp4", "--fps", "24", "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["video"]["path"] == "b.mp4"
    assert (facts["video"]["fps"], facts["video"]["num_frames"]) == (24.0, 50)
    assert facts["video"]["duration_s"] == pytest.approx(50 / 24)
    assert (facts["figure"], facts["animator"], facts["exact_lips"]) == ("mira", "mime", True)
    assert facts["written"] == ["m.faceparams.json"]
    assert facts["problems"] == []


def test_quiet_says_nothing(faces: Faces, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["avatar", "a.mid", "--out", "b.mp4", "--quiet"]) == 0
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("failure", "code", "kind"), [(InputError("No face.", "Place it."), 2, "input"), (Cancelled(), 130, "cancelled")]
)
def test_failures(
    faces: Faces, capsys: pytest.CaptureFixture[str], failure: BaseException, code: int, kind: str
) -> None:
    faces.failure = failure
    assert run(["avatar", "a.mid", "--out", "b.mp4", "--json"]) == code
    assert json.loads(capsys.readouterr().out)["error"]["kind"] == kind


@pytest.mark.parametrize(
    "words",
    [
        "avatar",
        "avatar a.wav",
        "avatar a.wav --out b.mp4 --expressive 1.5",
        "avatar a.wav --out b.mp4 --seed -1",
        "avatar a.wav --out b.mp4 --seed 18446744073709551616",
        "avatar a.wav --out b.mp4 --steps 0",
        "avatar a.wav --out b.mp4 --format avi",
        "avatar a.wav --out b.mp4 --subtitles loud",
        "face p.jpg",
    ],
)
def test_wrong_usage(faces: Faces, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(words.split()) == 2
    assert "--help" in capsys.readouterr().err
    assert faces.requests == []


@pytest.mark.parametrize(
    "option",
    [
        ("--fps", "fast"),
        ("--fps", "1/0"),
        ("--fps", "1e9"),
        ("--fps", "9" * 400),
        ("--size", "big"),
        ("--size", "512x"),
        ("--points", "1,2 3,4"),
        ("--points", "a,b c,d e,f"),
        ("--export", "rhubarb"),
        ("--export", "=x.tsv"),
    ],
)
def test_words_that_mean_nothing(faces: Faces, option: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["avatar", "a.wav", "--out", "b.mp4", *option]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.endswith((".", "'."))
    assert faces.requests == []


def test_avatars_are_listed(faces: Faces, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["avatars"]) == 0
    assert capsys.readouterr().out == "hana\nmira\n"
    assert run(["avatars", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"avatars": ["hana", "mira"]}


def test_a_face_is_found_or_placed(faces: Faces, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["face", "p.jpg", "--out", "l.json"]) == 0
    assert capsys.readouterr() == ("", "l.json: eyes at 10,20 and 30,20, mouth at 20,40.\n")
    assert run(["face", "p.jpg", "--out", "l.json", "--points", "1,2 3,4 5,6", "--show", "s.png", "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert (facts["landmarks"], facts["width"], facts["height"]) == ("l.json", 100, 120)
    assert facts["points"] == [[10.2, 20.0], [30.0, 20.4], [20.0, 40.0]]
    assert faces.located == [
        (Path("p.jpg"), Path("l.json"), None, None),
        (Path("p.jpg"), Path("l.json"), ((1, 2), (3, 4), (5, 6)), Path("s.png")),
    ]


@pytest.mark.parametrize(
    ("text", "size"), [("512", (512, 512)), ("720x1280", (720, 1280)), (" 1920X1080 ", (1920, 1080)), ("9:16", (9, 16))]
)
def test_sizes(text: str, size: tuple[int, int]) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize(
    ("text", "fps"),
    [
        ("24", Fraction(24)),
        ("23.976", Fraction(24000, 1001)),
        ("29.97", Fraction(30000, 1001)),
        ("30000/1001", Fraction(30000, 1001)),
        ("12.5", Fraction(25, 2)),
    ],
)
def test_rates(text: str, fps: Fraction) -> None:
    assert parse_fps(text) == fps


def test_exports_keep_what_follows_the_first_sign() -> None:
    assert parse_export("Rhubarb=a=b.tsv") == ("rhubarb", Path("a=b.tsv"))


@given(st.text(max_size=30))
def test_nonsense_is_refused_in_words(text: str) -> None:
    for parse in (parse_size, parse_fps, parse_points, parse_export):
        with suppress(InputError):
            parse(text)
