"""Whatever is handed to `melisma avatar` and `face`: a sentence and exit 2, and nothing left behind."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from PIL import Image

from tests.e2e.conftest import Command, Outcome
from tests.midi import midi, row
from tests.tiny_animator import ANIMATOR_ID, tiny_animator

RATE = 16_000
Sing = Callable[..., Outcome]


@pytest.fixture
def avatar(command: Command, user_folder: Path) -> Sing:
    shutil.copytree(tiny_animator(), user_folder / "data" / "models" / ANIMATOR_ID)

    def call(*words: object) -> Outcome:
        who = () if {"--portrait", "--avatar"} & set(words) else ("--avatar", "inga")
        return command("avatar", *words, *who, "--animator", ANIMATOR_ID, "--device", "cpu")

    return call


@pytest.fixture
def given(tmp_path: Path) -> Path:
    """A folder of good things: v.wav, clip.mid, photo.png (no face), l.txt, l.srt."""
    folder = tmp_path / "given"
    folder.mkdir()
    noise = 0.1 * np.random.default_rng(0).standard_normal(RATE // 4)
    soundfile.write(folder / "v.wav", noise, RATE)
    (folder / "clip.mid").write_bytes(midi(row(2, ticks=120)))
    Image.new("RGB", (200, 200), "teal").save(folder / "photo.png")
    (folder / "l.txt").write_text("la la")
    (folder / "l.srt").write_text("1\n00:00:00,000 --> 00:00:01,000\nla")
    (folder / "none.srt").write_text("la la")
    return folder


def check_refused(outcome: Outcome, work: Path, saying: str = "") -> None:
    assert (outcome.code, outcome.out) == (2, ""), outcome
    lines = [line for line in outcome.err.splitlines() if " of " not in line or line.endswith(".")]
    assert len(lines) == 1, outcome.err
    assert lines[0].endswith((".", "'"))
    assert len(lines[0]) < 400
    assert saying in lines[0], lines[0]
    assert list(work.iterdir()) == []


def not_numbers(path: Path) -> None:
    samples = np.zeros(RATE, np.float32)
    samples[RATE // 2] = np.nan
    soundfile.write(path, samples, RATE, subtype="FLOAT")


def torn(path: Path) -> None:
    soundfile.write(path, np.zeros(RATE), RATE)
    path.write_bytes(path.read_bytes()[:30])


VOCALS: dict[str, tuple[Callable[[Path], object], str]] = {
    "missing": (lambda path: None, "There is no file"),
    "empty": (Path.touch, ""),
    "folder": (Path.mkdir, "folder"),
    "text": (lambda path: path.write_text("dear diary, this is no music\n" * 50), ""),
    "noise": (lambda path: path.write_bytes(b"RIFF" + np.random.default_rng(0).bytes(5000)), ""),
    "torn": (torn, ""),
    "no-samples": (lambda path: soundfile.write(path, np.zeros(0), RATE), "no sound"),
    "not-numbers": (not_numbers, "no numbers"),
    "picture": (lambda path: Image.new("RGB", (99, 99)).save(path, "PNG"), ""),
}


@pytest.mark.parametrize("name", VOCALS)
@pytest.mark.parametrize("as_mix", [False, True])
def test_vocals_and_mixes_that_are_none(
    avatar: Sing, work: Path, tmp_path: Path, given: Path, name: str, as_mix: bool
) -> None:
    path = tmp_path / "bad.wav"
    make, saying = VOCALS[name]
    make(path)
    words = (given / "v.wav", "--audio", path) if as_mix else (path,)
    check_refused(avatar(*words, "--out", "a.mp4", "--size", 64, "--save-motion", "m.json"), work, saying)


OPTIONS: dict[str, tuple[str, str]] = {
    "fps": ("v.wav --out a.mp4 --fps 0", "0 pictures"),
    "fps-many": ("v.wav --out a.mp4 --fps 1000", "1000"),
    "fps-word": ("v.wav --out a.mp4 --fps fast", "no rate"),
    "size": ("v.wav --out a.mp4 --size big", "no size"),
    "size-small": ("v.wav --out a.mp4 --size 8", "8 x 8"),
    "size-large": ("v.wav --out a.mp4 --size 99999x99999", "99999"),
    "points": ("v.wav --out a.mp4 --portrait photo.png --points 1,2", "two eyes"),
    "points-in-line": ("v.wav --out a.mp4 --portrait photo.png --points 1,1_2,2_3,3", "no face"),
    "points-nan": ("v.wav --out a.mp4 --portrait photo.png --points nan,1_2,2_3,9", "no face"),
    "points-for-nobody": ("v.wav --out a.mp4 --points 1,2_9,2_5,9", "for a portrait"),
    "points-and-landmarks": ("v.wav --out a.mp4 --portrait photo.png --points 1,2_9,2_5,9 --landmarks x", "one of"),
    "landmarks-missing": ("v.wav --out a.mp4 --portrait photo.png --landmarks none.json", "none.json"),
    "landmarks-text": ("v.wav --out a.mp4 --portrait photo.png --landmarks l.txt", "l.txt"),
    "export": ("v.wav --out a.mp4 --export gltf=x", "gltf"),
    "export-nowhere": ("v.wav --out a.mp4 --export vmd=no/where.vmd", "does not exist"),
    "export-twice": ("v.wav --out a.mp4 --export vmd=x --export vowels=x", "one file"),
    "motion-over-video": ("v.wav --out a.mp4 --save-motion a.mp4", "one file"),
    "background": ("v.wav --out a.mp4 --background nocolour", "nocolour"),
    "background-mp4": ("v.wav --out a.mp4 --background transparent", "transparency"),
    "background-text": ("v.wav --out a.mp4 --background l.txt", "l.txt"),
    "both": ("v.wav --out a.mp4 --portrait photo.png --avatar mira", "Choose one"),
    "nobody": ("v.wav --out a.mp4 --avatar nobody", "nobody"),
    "avatar-file": ("v.wav --out a.mp4 --avatar none.json", "none.json"),
    "no-face": ("v.wav --out a.mp4 --portrait photo.png", "by hand"),
    "no-picture": ("v.wav --out a.mp4 --portrait l.txt", "not a picture"),
    "no-portrait": ("v.wav --out a.mp4 --portrait gone.jpg", "gone.jpg"),
    "words-unknown": ("v.wav --out a.mp4 --subtitles soft", "not known"),
    "words-without-times": ("v.wav --out a.mp4 --subtitles soft --lyrics l.txt", "when"),
    "words-empty": ("v.wav --out a.mp4 --subtitles soft --lyrics none.srt", "no words"),
    "words-missing": ("v.wav --out a.mp4 --subtitles soft --lyrics gone.srt", "gone.srt"),
    "words-unasked": ("v.wav --out a.mp4 --lyrics l.srt", "not to be seen"),
    "voice-for-a-recording": ("v.wav --out a.mp4 --voice tiny", "recording"),
    "draft-of-a-recording": ("v.wav --out a.mp4 --draft", "no clip"),
    "name": ("v.wav --out a.avi", "a.avi"),
    "name-and-format": ("v.wav --out a.mp4 --format gif", "gif"),
    "out-nowhere": ("v.wav --out no/where/a.mp4", "does not exist"),
    "out-folder": ("v.wav --out given.mp4", "is a folder"),
    "pictures-over-others": ("v.wav --out . --format png", ""),
    "motion-missing": ("v.wav --out a.mp4 --motion gone.json", "gone.json"),
    "motion-text": ("v.wav --out a.mp4 --motion l.txt", "l.txt"),
    "track": ("clip.mid --out a.mp4 --draft --voice tiny --track 9", "9"),
    "language": ("clip.mid --out a.mp4 --draft --voice tiny --language xx", "xx"),
    "unknown-voice": ("clip.mid --out a.mp4 --draft --voice nobody", "nobody"),
}


@pytest.mark.parametrize("name", OPTIONS)
def test_options_that_cannot_be(
    avatar: Sing, work: Path, given: Path, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (given / "given.mp4").mkdir()
    monkeypatch.chdir(given)
    before = {path.name for path in given.iterdir()}
    line, saying = OPTIONS[name]
    outcome = avatar(*(word.replace("_", " ") for word in line.split()))
    check_refused(outcome, work, saying)
    assert {path.name for path in given.iterdir()} == before


def test_an_unknown_animator_is_said_before_anything_is_sung(command: Command, work: Path, given: Path) -> None:
    outcome = command("avatar", given / "clip.mid", "--out", "a.mp4", "--voice", "tiny", "--animator", "nobody")
    assert outcome.code in (1, 2)  # ours, where none is installed at all
    assert "animator" in outcome.err
    assert "Singing" not in outcome.err
    assert list(work.iterdir()) == []


def test_errors_in_json(avatar: Sing, given: Path) -> None:
    outcome = avatar(given / "v.wav", "--out", "a.mp4", "--avatar", "nobody", "--json")
    assert outcome.code == 2
    assert outcome.facts["error"]["kind"] == "input"


FACES: dict[str, tuple[str, str]] = {
    "no-face": ("photo.png --out l.json", "by hand"),
    "no-picture": ("l.txt --out l.json", "not a picture"),
    "nothing": ("gone.png --out l.json", "gone.png"),
    "nowhere": ("photo.png --out no/l.json --points 50,50_150,50_100,150", "does not exist"),
    "show-nowhere": ("photo.png --out l.json --points 50,50_150,50_100,150 --show no/s.png", "does not exist"),
    "show-jpeg": ("photo.png --out l.json --points 50,50_150,50_100,150 --show s.jpg", ".png"),
    "points": ("photo.png --out l.json --points 50,50", "two eyes"),
}


@pytest.mark.parametrize("name", FACES)
def test_faces_that_cannot_be(
    command: Command, work: Path, given: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(given)
    before = {path.name for path in given.iterdir()}
    line, saying = FACES[name]
    check_refused(command("face", *(word.replace("_", " ") for word in line.split())), work, saying)
    assert {path.name for path in given.iterdir()} == before
