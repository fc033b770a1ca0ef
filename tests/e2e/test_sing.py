"""From a clip to a sound file, through the command line, with the tiny voice."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from engine.score import read_score
from tests.conftest import ROOT, Melisma
from tests.e2e.conftest import Command
from tests.midi import midi, row

CLIPS = sorted((ROOT / "presets" / "clips").glob("*.mid"))
LANGUAGES = {"adeste-fideles": ("--language", "la")}
"""A MIDI file does not say it, and letters alone do not tell Latin from English."""


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    path = tmp_path / "clip.mid"
    path.write_bytes(midi(row(5)))
    return path


def test_there_are_clips() -> None:
    assert len(CLIPS) >= 4


@pytest.mark.parametrize("path", CLIPS, ids=lambda path: path.stem)
def test_every_demo_clip_is_sung(command: Command, work: Path, path: Path) -> None:
    language = LANGUAGES.get(path.stem, ())
    outcome = command("sing", path, "--out", "song.wav", "--steps", 1, "--json", *language)
    assert outcome.code == 0, outcome
    facts = outcome.facts
    assert [p for p in facts["problems"] if p["kind"] != "out_of_range"] == []
    assert facts["offset_s"] < 0
    samples, rate = soundfile.read(work / "song.wav", dtype="float32")
    assert rate == facts["sample_rate"] == 48_000
    assert soundfile.info(str(work / "song.wav")).subtype == "PCM_24"
    assert len(samples) / rate == pytest.approx(facts["duration_s"], abs=1e-6)
    score = read_score(path)
    assert score.duration_s <= facts["duration_s"] + facts["offset_s"] < score.duration_s + 0.6
    assert np.abs(samples).max() > 1e-3
    assert [p.name for p in work.iterdir()] == ["song.wav"]


def test_a_seed_gives_the_same_file_and_another_another(command: Command, work: Path, clip: Path) -> None:
    for name, seed, more in [("a", 3, ()), ("b", 3, ("--no-cache",)), ("c", 3, ()), ("d", 4, ())]:
        assert command("sing", clip, "--out", f"{name}.wav", "--seed", seed, *more).code == 0
    a, b, c, d = ((work / f"{name}.wav").read_bytes() for name in "abcd")
    assert a == b == c
    assert len(d) == len(a)
    assert d != a


def test_the_cache_is_used_and_can_be_left_alone(command: Command, clip: Path, user_folder: Path) -> None:
    phrases = user_folder / "cache" / "phrases"
    assert command("sing", clip, "--out", "a.wav", "--no-cache", "--json").facts["cached_phrases"] == 0
    assert not phrases.exists()
    assert command("sing", clip, "--out", "a.wav", "--json").facts["cached_phrases"] == 0
    assert len(list(phrases.iterdir())) == 1
    assert command("sing", clip, "--out", "a.wav", "--json").facts["cached_phrases"] == 1


@pytest.mark.parametrize(
    ("name", "options", "subtype", "rate"),
    [
        ("a.flac", (), "PCM_24", 48_000),
        ("a.ogg", (), "VORBIS", 48_000),
        ("a.mp3", (), "MPEG_LAYER_III", 48_000),
        ("a.wav", ("--bits", "32f", "--rate", 44_100), "FLOAT", 44_100),
        ("a.wav", ("--bits", 16, "--rate", 96_000), "PCM_16", 96_000),
        ("A.WAV", (), "PCM_24", 48_000),
    ],
)
def test_formats_and_rates(
    command: Command, work: Path, clip: Path, name: str, options: tuple[Any, ...], subtype: str, rate: int
) -> None:
    facts = command("sing", clip, "--out", name, *options, "--json").facts
    info = soundfile.info(str(work / name))
    assert (info.subtype, info.samplerate, info.channels) == (subtype, rate, 1)
    assert facts["sample_rate"] == rate
    assert facts["duration_s"] == pytest.approx(info.frames / rate, abs=0.06)  # MP3 pads
    samples, _ = soundfile.read(work / name)
    assert np.abs(samples).max() > 1e-3


@pytest.mark.parametrize("rate", [44_100, 22_050, 96_000])
def test_another_rate_keeps_the_length(command: Command, work: Path, clip: Path, rate: int) -> None:
    for name, more in [("own.wav", ()), ("asked.wav", ("--rate", rate))]:
        assert command("sing", clip, "--out", name, *more).code == 0
    own, asked = soundfile.info(str(work / "own.wav")), soundfile.info(str(work / "asked.wav"))
    assert abs(asked.frames - own.frames * rate / own.samplerate) <= 1


def test_the_file_says_who_sang_and_where_it_begins(command: Command, work: Path, clip: Path) -> None:
    facts = command("sing", clip, "--out", "a.wav", "--seed", 5, "--json").facts
    head = (work / "a.wav").read_bytes()[:2000]
    assert b"bext" in head
    assert f"voice=tiny 1 seed=5 clip=clip.mid offset_s={facts['offset_s']:.6f}".encode() in head


def test_words_from_a_text_file(command: Command, tmp_path: Path) -> None:
    silent = tmp_path / "silent.mid"
    silent.write_bytes(midi(row(3), words=None))
    without = command("sing", silent, "--out", "a.wav", "--json").facts
    assert "no_lyrics" in {p["kind"] for p in without["problems"]}
    words = tmp_path / "words.txt"
    words.write_text("twinkle star\n", encoding="utf-8")
    assert command("sing", silent, "--lyrics", words, "--out", "b.wav", "--json").facts["problems"] == []


def test_remarks_go_to_stderr_and_quiet_is_quiet(command: Command, clip: Path) -> None:
    outcome = command("sing", clip, "--out", "a.wav")
    assert outcome.out == ""
    assert "sung by tiny" in outcome.err
    assert command("sing", clip, "--out", "a.wav", "--quiet").err == ""


def test_a_real_process(melisma: Melisma, clip: Path, tmp_path: Path) -> None:
    done = melisma("sing", clip, "--out", "a.wav", "--voice", "tiny", "--json")
    assert (done.returncode, done.stdout.count("\n")) == (0, 1)
    assert soundfile.info(str(tmp_path / "a.wav")).frames > 48_000


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_ctrl_c_leaves_nothing(environment: dict[str, str], tmp_path: Path) -> None:
    work = tmp_path / "work"
    work.mkdir()
    (tmp_path / "long.mid").write_bytes(midi(row(200)))
    words = ["sing", "../long.mid", "--out", "a.wav", "--voice", "tiny", "--steps", "1000", "--json"]
    process = subprocess.Popen(
        [sys.executable, "-m", "gui.cli.main", *words],
        cwd=work,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    assert "Singing" in process.stderr.readline()  # in the middle of it
    process.send_signal(signal.SIGINT)
    started = time.monotonic()
    out, err = process.communicate(timeout=30)
    assert time.monotonic() - started < 20
    assert process.returncode == 130
    assert '"cancelled"' in out
    assert "Traceback" not in err
    assert list(work.iterdir()) == []
    assert not [path for path in tmp_path.rglob("*") if ".part" in path.name]
