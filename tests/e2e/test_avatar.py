"""From a vocal and a face to a video, through the command line, with the tiny voice and the tiny animator."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
import soundfile
from PIL import Image

from engine.api import SingRequest
from engine.api.avatar_vocals import sung
from engine.avatar.faceparams_file import read_faceparams
from engine.avatar.figures import avatar_files
from engine.avatar.lips import NUM_LIPS
from engine.avatar.params import NUM_PARAMS
from engine.avatar.rules import track_by_rule
from engine.avatar.video import count_frames
from engine.jobs import JobContext
from tests.e2e.conftest import Command, Outcome
from tests.midi import midi, row
from tests.tiny_animator import ANIMATOR_ID, install, usual_words

RATE = 44_100
REST = np.zeros(NUM_PARAMS, np.float32)
Sing = Callable[..., Outcome]


@pytest.fixture
def avatar(command: Command, user_folder: Path) -> Sing:
    """`avatar(vocals, "--out", "a.mp4")`: small pictures, made by the tiny ones on the CPU."""
    install(user_folder)
    return lambda vocals, *words: command(*usual_words(vocals, *words))


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """Three short notes with words."""
    path = tmp_path / "clip.mid"
    path.write_bytes(midi(row(3, ticks=160)))
    return path


def sound(path: Path, seconds: float, hz: float = 220.0, channels: int = 1, loud: float = 0.3) -> Path:
    """A buzz with a tremolo."""
    time = np.arange(round(seconds * RATE)) / RATE
    buzz = loud * np.sign(np.sin(2 * np.pi * hz * time)) * (0.6 + 0.4 * np.sin(2 * np.pi * 3 * time))
    soundfile.write(path, np.repeat(buzz[:, None], channels, axis=1), RATE)
    return path


@pytest.fixture
def vocals(tmp_path: Path) -> Path:
    return sound(tmp_path / "vocals.wav", 0.7)


def streams(path: Path) -> dict[str, Any]:
    with av.open(str(path)) as container:
        return {stream.type: stream.codec_context.name for stream in container.streams}


def pictures(path: Path) -> np.ndarray:
    """[F, H, W, 3]"""
    if path.is_dir():
        return np.stack([np.asarray(Image.open(file).convert("RGB")) for file in sorted(path.glob("*.png"))])
    with av.open(str(path)) as container:
        return np.stack([frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)])


def heard(path: Path) -> np.ndarray:
    """[C, N]"""
    with av.open(str(path)) as container:
        return np.concatenate([frame.to_ndarray() for frame in container.decode(audio=0)], axis=1)


def test_a_clip_sings_with_exact_lips_and_its_words(avatar: Sing, work: Path, clip: Path) -> None:
    more = (
        "--subtitles",
        "soft",
        "--save-motion",
        "m.faceparams.json",
        "--export",
        "rhubarb=r.tsv",
        "--export",
        "VMD=v",
    )
    outcome = avatar(clip, "--out", "a.mp4", *more, "--json")
    assert outcome.code == 0, outcome
    facts = outcome.facts
    assert (facts["figure"], facts["animator"], facts["exact_lips"]) == ("inga", ANIMATOR_ID, True)
    assert facts["written"] == ["m.faceparams.json", "r.tsv", "v"]
    assert 0 < facts["first_picture_s"] <= facts["elapsed_s"]
    assert streams(work / "a.mp4") == {"video": "h264", "audio": "aac", "subtitle": "mov_text"}
    assert {path.name for path in work.iterdir()} == {"a.mp4", "m.faceparams.json", "r.tsv", "v"}

    performance = sung(SingRequest(clip, work / "x.wav", voice="tiny", device="cpu"), work.parent, JobContext())
    count = count_frames(performance.duration_s, Fraction(25))
    assert facts["video"]["num_frames"] == count == len(pictures(work / "a.mp4"))
    assert performance.line is not None
    by_rule = track_by_rule(performance.line, 25, count, 0, 0.6)
    track = read_faceparams(work / "m.faceparams.json").track
    np.testing.assert_allclose(track.values[:, :NUM_LIPS], by_rule.values[:, :NUM_LIPS], atol=1e-3)
    assert track.values[:, NUM_LIPS:].std(axis=0).max() > 0.01
    cues = [line.split("\t") for line in (work / "r.tsv").read_text().splitlines()]
    assert float(cues[0][0]) == 0
    assert float(cues[-1][0]) == pytest.approx(count / 25, abs=0.01)
    assert [word.text for word in performance.words] == ["la shine twin"]


@pytest.mark.parametrize(("fps", "seconds"), [("24", 0.7), ("29.97", 0.52), ("30", 0.36), ("60", 0.2), ("12.5", 0.5)])
def test_as_many_pictures_as_the_vocal_is_long(
    avatar: Sing, work: Path, tmp_path: Path, fps: str, seconds: float
) -> None:
    path = sound(tmp_path / "v.wav", seconds)
    facts = avatar(path, "--out", "a.mp4", "--fps", fps, "--json").facts
    rate = {"29.97": Fraction(30000, 1001)}.get(fps, Fraction(fps))
    expected = count_frames(Fraction(soundfile.info(str(path)).frames, RATE), rate)
    assert facts["video"]["num_frames"] == expected == len(pictures(work / "a.mp4"))
    assert (facts["exact_lips"], facts["animator"]) == (False, ANIMATOR_ID)
    with av.open(str(work / "a.mp4")) as container:
        assert container.streams.video[0].average_rate == rate
        assert float(container.duration / av.time_base) == pytest.approx(seconds, abs=1 / float(rate))


def test_the_mix_is_heard_and_the_vocal_moves(avatar: Sing, work: Path, tmp_path: Path, vocals: Path) -> None:
    mix = sound(tmp_path / "mix.flac", 0.7, hz=1760, channels=2)
    for name, more in (("own", ()), ("mix", ("--audio", mix))):
        assert avatar(vocals, "--out", f"{name}.mp4", "--save-motion", f"{name}.faceparams.json", *more).code == 0
    peaks = {}
    for name in ("own", "mix"):
        samples = heard(work / f"{name}.mp4")
        peaks[name] = (len(samples), np.abs(np.fft.rfft(samples[0][: 48_000 // 2])).argmax() * 2)
    assert peaks["own"] == (1, pytest.approx(220, abs=4))
    assert peaks["mix"] == (2, pytest.approx(1760, abs=4))
    own, mixed = (read_faceparams(work / f"{name}.faceparams.json").track.values for name in ("own", "mix"))
    np.testing.assert_array_equal(own, mixed)


def test_beside_a_mix_a_clip_begins_on_its_first_beat(avatar: Sing, work: Path, tmp_path: Path, clip: Path) -> None:
    """Alone, the video begins with the consonants before it."""
    offset_s = sung(SingRequest(clip, work / "x.wav", voice="tiny", device="cpu"), tmp_path, JobContext()).clip_start_s
    assert offset_s > 0.02
    mix = sound(tmp_path / "mix.wav", 0.8)
    for name, more in (("alone", ()), ("mixed", ("--audio", mix))):
        assert (
            avatar(clip, "--out", f"{name}.mp4", "--draft", "--fps", 100, "--save-motion", f"{name}.json", *more).code
            == 0
        )
    alone, mixed = (read_faceparams(work / f"{name}.json").track.at("open") for name in ("alone", "mixed"))
    late = round(offset_s * 100)
    assert len(alone) - len(mixed) in (late - 1, late, late + 1)
    sooner = {
        shift: np.abs(alone[shift:][: len(mixed) - 6] - mixed[: len(alone) - shift][: len(mixed) - 6]).mean()
        for shift in range(late + 5)
    }
    assert abs(min(sooner, key=lambda shift: sooner[shift]) - late) <= 4  # tracks are 25 a second


@pytest.mark.parametrize("size", ["256", "96x160", "160x96", "97x65"])
def test_sizes(avatar: Sing, work: Path, tmp_path: Path, size: str) -> None:
    path = sound(tmp_path / "v.wav", 0.12)
    assert avatar(path, "--out", "a.mp4", "--size", size, "--background", "#102030").code == 0
    width, height = (int(part) for part in (size if "x" in size else f"{size}x{size}").split("x"))
    found = pictures(work / "a.mp4")
    assert found.shape == (3, height + height % 2, width + width % 2, 3)
    assert np.abs(found[:, :4, :4].astype(int) - (16, 32, 48)).max() < 12
    assert np.abs(found[0, -height // 4 :].astype(int) - (16, 32, 48)).max() > 60  # somebody stands there


def test_shorts_are_720_by_1280(avatar: Sing, work: Path, tmp_path: Path) -> None:
    path = sound(tmp_path / "v.wav", 0.1)
    facts = avatar(path, "--out", "a.mp4", "--size", "720x1280", "--avatar", "mira", "--json").facts
    assert (facts["video"]["width"], facts["video"]["height"], facts["video"]["num_frames"]) == (720, 1280, 3)
    assert facts["figure"] == "mira"


@pytest.mark.parametrize("name", ["a.webm", "a.mov", "pictures"])
def test_transparent(avatar: Sing, work: Path, tmp_path: Path, name: str) -> None:
    path = sound(tmp_path / "v.wav", 0.12)
    more = () if "." in name else ("--format", "png")
    assert avatar(path, "--out", name, "--background", "transparent", *more).code == 0
    if more:
        files = sorted(file.name for file in (work / name).iterdir())
        assert len(files) == 4
        assert "pictures.wav" in files
        alpha = np.asarray(Image.open(sorted((work / name).glob("*.png"))[0]))[..., 3]
    else:
        alpha = _alpha(work / name)
    assert alpha[:6, :6].max() < 10
    assert alpha[40:, 28:36].min() > 245


def _alpha(path: Path) -> np.ndarray:
    """Of the first picture, 0 to 255.  FFmpeg's own VP9 decoder drops it; the library's does not."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        context: Any = stream.codec_context
        if path.suffix == ".webm":
            context = av.CodecContext.create("libvpx-vp9", "r")
        for packet in container.demux(stream):
            for frame in context.decode(packet):
                return np.asarray(frame.to_ndarray(format="rgba"))[..., 3]
    raise AssertionError("no picture")


def test_a_draft_is_silent_and_needs_no_animator(avatar: Sing, work: Path, clip: Path, user_folder: Path) -> None:
    shutil.rmtree(user_folder / "data" / "models" / ANIMATOR_ID)
    outcome = avatar(clip, "--out", "a.mp4", "--draft", "--subtitles", "burnt", "--json")
    assert outcome.code == 0, outcome
    assert (outcome.facts["animator"], outcome.facts["exact_lips"]) == (None, True)
    assert set(streams(work / "a.mp4")) == {"video"}
    assert outcome.facts["video"]["sound_s"] is None


def test_burnt_words_are_on_the_pictures_while_they_are_sung(avatar: Sing, work: Path, tmp_path: Path) -> None:
    path = sound(tmp_path / "v.wav", 0.8)
    words = tmp_path / "words.srt"
    words.write_text("1\n00:00:00,400 --> 00:00:00,800\nSHINE\n")
    assert avatar(path, "--out", "plain", "--format", "png", "--size", 128).code == 0
    assert (
        avatar(
            path, "--out", "worded", "--format", "png", "--size", 128, "--lyrics", words, "--subtitles", "burnt"
        ).code
        == 0
    )
    differs = (pictures(work / "plain") != pictures(work / "worded")).any(axis=(1, 2, 3))
    assert differs.tolist() == [number >= 10 for number in range(20)]


def test_an_edited_cue_moves_the_mouth_and_nothing_else(avatar: Sing, work: Path, clip: Path) -> None:
    for_all = ("--format", "png", "--size", 128, "--background", "white", "--draft")
    assert avatar(clip, "--out", "first", *for_all, "--save-motion", "m.faceparams.json").code == 0
    file = work / "m.faceparams.json"
    assert avatar(clip, "--out", "again", *for_all, "--motion", file).code == 0
    facts = json.loads(file.read_text())
    cue = max(facts["cues"], key=lambda cue: cue["end_s"] - cue["start_s"])
    cue["shape"] = "F" if cue["shape"] != "F" else "D"
    file.write_text(json.dumps(facts))
    outcome = avatar(clip, "--out", "edited", *for_all, "--motion", file, "--save-motion", "n.json", "--json")
    assert (outcome.code, outcome.facts["animator"], outcome.facts["exact_lips"]) == (0, None, False)
    first, again, edited = (pictures(work / name) for name in ("first", "again", "edited"))
    assert np.abs(first.astype(int) - again).max() <= 8  # numbers in the file are rounded
    changed = (again != edited).any(axis=(1, 2, 3))
    inside = [cue["start_s"] - 1e-6 <= number / 25 < cue["end_s"] for number in range(len(changed))]
    assert changed.any()
    assert not changed[~np.array(inside)].any()
    rows = np.flatnonzero((again != edited).any(axis=(0, 2, 3)))
    assert rows.min() > 30  # not the hair, not the eyes
    assert any(c["shape"] == cue["shape"] for c in json.loads((work / "n.json").read_text())["cues"])


def test_a_seed_is_a_take(avatar: Sing, work: Path, vocals: Path) -> None:
    for name, seed in (("a", 3), ("b", 3), ("c", 4)):
        assert avatar(vocals, "--out", f"{name}.mp4", "--seed", seed, "--save-motion", f"{name}.json").code == 0
    a, b, c = (read_faceparams(work / f"{name}.json").track.values for name in "abc")
    np.testing.assert_array_equal(a, b)
    assert np.abs(a - c).max() > 0.01
    np.testing.assert_array_equal(pictures(work / "a.mp4"), pictures(work / "b.mp4"))


def test_a_tenth_of_a_second(avatar: Sing, work: Path, tmp_path: Path) -> None:
    facts = avatar(sound(tmp_path / "v.wav", 0.1), "--out", "a.mp4", "--json").facts
    assert facts["video"]["num_frames"] == 3  # 2.5, half up


def test_less_than_a_picture(avatar: Sing, work: Path, tmp_path: Path) -> None:
    facts = avatar(sound(tmp_path / "v.wav", 0.001), "--out", "a.mp4", "--json").facts
    assert facts["video"]["num_frames"] == 1


def test_a_silent_vocal_leaves_the_mouth_closed(avatar: Sing, work: Path, tmp_path: Path) -> None:
    assert avatar(sound(tmp_path / "v.wav", 1.0, loud=0.0), "--out", "a.mp4", "--save-motion", "m.json").code == 0
    assert not read_faceparams(work / "m.json").track.values[:, :NUM_LIPS].any()


def test_remarks_go_to_stderr(avatar: Sing, work: Path, vocals: Path) -> None:
    outcome = avatar(vocals, "--out", "a.gif", "--save-motion", "m.json")
    assert outcome.out == ""
    assert f"moved by {ANIMATOR_ID} on the CPU" in outcome.err
    assert "m.json" in outcome.err
    assert set(streams(work / "a.gif")) == {"video"}


def test_the_characters_are_listed(command: Command) -> None:
    assert command("avatars").out.split() == sorted(avatar_files())
    assert len(command("avatars", "--json").facts["avatars"]) >= 6
