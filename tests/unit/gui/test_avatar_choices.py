"""What the engine is asked for with the choices of the Avatar panel: the engine's own requests can be made of it."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest

from engine.api.avatar_request import AvatarRequest
from engine.api.avatar_show import ShowRequest
from engine.avatar.exports import EXPORTS
from engine.avatar.video_formats import FORMATS
from engine.host.coding import parse
from gui.document.settings import Settings
from gui.panels.avatar.choices import (
    MOTION_SUFFIXES,
    RATES,
    Choices,
    beside,
    file_name,
    show_args,
    video_args,
    video_results,
)
from gui.panels.avatar.remembered import remember, remembered
from gui.texts import avatar as texts

FACTS = {"show": "show-1", "vocals": "/tmp/song.melisma", "track": "t2", "frames": 10}
POINTS = ((10.0, 20.0), (30.0, 20.0), (20.0, 40.0))


def sent(args: dict) -> dict:
    """Through the pipe and back."""
    return json.loads(json.dumps(args))


def test_a_show_of_the_song_and_of_a_file():
    song = parse(ShowRequest, sent(show_args(Choices(avatar="mira", track="t1", seed=4), "{}")))
    assert (song.project, song.track, song.avatar, song.seed, song.vocals) == ("{}", "t1", "mira", 4, None)
    file = Choices(
        avatar="mira", vocals=Path("/tmp/a.wav"), portrait=Path("/tmp/me.jpg"), points=POINTS, size="720x1280"
    )
    shown = parse(ShowRequest, sent(show_args(file, "")))
    assert shown.avatar is None  # a portrait comes first
    assert (shown.portrait, shown.points, shown.size) == (file.portrait, POINTS, (720, 1280))
    assert (shown.vocals, shown.project) == (file.vocals, "")


@pytest.mark.parametrize("rate", RATES)
def test_a_video_is_written_at_the_rate_that_is_shown(rate):
    args = video_args(Choices(avatar="mira", fps=rate), FACTS, Path("/tmp/out.mp4"))
    made = parse(AvatarRequest, sent(args))
    assert isinstance(made.fps, Fraction)
    assert float(made.fps) == pytest.approx(float(rate), abs=0.001)


def test_a_video_is_made_of_what_is_looked_at():
    choices = Choices(
        avatar="mira",
        background="#203040",
        format="webm",
        subtitles="burnt",
        words=Path("/tmp/w.srt"),
        sound=Path("/tmp/mix.wav"),
        motion=("faceparams", "rhubarb", "arkit"),
    )
    made = parse(AvatarRequest, sent(video_args(choices, FACTS, Path("/tmp/out.webm"))))
    assert made.vocals == Path(FACTS["vocals"])
    assert made.sing is not None
    assert made.sing.track == "t2"
    assert (made.background, made.format, made.subtitles) == ("#203040", "webm", "burnt")
    assert (made.sound, made.subtitles_from) == (choices.sound, choices.words)
    assert made.save_motion == Path("/tmp/out.faceparams.json")
    assert [kind for kind, _ in made.exports] == ["rhubarb", "arkit"]


def test_words_that_are_not_to_be_seen_are_not_sent():
    made = video_args(Choices(avatar="mira", words=Path("/tmp/w.srt")), FACTS, Path("/tmp/out.mp4"))
    assert "subtitles_from" not in made


def test_every_kind_that_the_engine_writes_is_offered():
    assert set(MOTION_SUFFIXES) == {"faceparams", *EXPORTS} == set(texts.MOTION_KINDS) == set(texts.MOTION_SHORT)
    assert set(texts.FORMATS) == set(FORMATS)


def test_no_two_kinds_of_motion_share_a_file():
    places = [beside(Path("/tmp/out.mp4"), kind) for kind in MOTION_SUFFIXES]
    assert len(set(places)) == len(places)
    assert beside(Path("/tmp/pictures"), "vmd") == Path("/tmp/pictures.vmd")


@pytest.mark.parametrize(
    ("vocal", "figure", "kind", "expected"),
    [
        ("Night Train", "Mira", "mp4", "Night Train - Mira.mp4"),
        ('a/b:c"d', "x|y", "gif", "a_b_c_d - x_y.gif"),
        ("Night Train", "Mira", "png", "Night Train - Mira"),
    ],
)
def test_a_name_that_every_file_system_takes(vocal, figure, kind, expected):
    assert file_name(Choices(format=kind), vocal, figure) == expected


def test_the_video_comes_first_among_the_results():
    answer = {"video": {"path": "/o.mp4", "beside": ["/o.srt"]}, "written": ["/o.tsv"]}
    assert video_results(answer) == (Path("/o.mp4"), Path("/o.srt"), Path("/o.tsv"))


def test_habits_are_kept_and_what_is_broken_is_not(tmp_path):
    settings = Settings(tmp_path / "window.json")
    habit = Choices(avatar="rosa", expressive=0.9, size="1280x720", fps="29.97", format="gif", motion=("vmd",))
    remember(settings, habit)
    assert remembered(Settings(tmp_path / "window.json")) == habit
    settings.put("avatar.size", "huge")
    settings.put("avatar.fps", "-3")
    settings.put("avatar.motion", ["nonsense", "vmd"])
    found = remembered(settings)
    assert (found.size, found.fps, found.motion) == ("", "25", ("vmd",))
