"""`melisma bounce` and `melisma chains` as users type them."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from engine.audio import Audio, read_audio, read_bext, write_audio
from tests.e2e.conftest import Command
from tests.midi import midi, row
from tests.unit.rendergraph.sounds import RATE, voice

LOUD = ("--gain-db", "9", "--json")


@pytest.fixture
def sung(work: Path) -> Path:
    write_audio(Audio(voice(1.5) * np.float32(3), RATE), work / "sung.wav", time_reference_samples=24000)
    return work / "sung.wav"


@pytest.fixture
def backing(work: Path) -> Path:
    write_audio(Audio(voice(3.0, 44100, seed=3), 44100), work / "backing.wav")
    return work / "backing.wav"


def test_a_sung_file_over_a_backing(command: Command, sung: Path, backing: Path, work: Path) -> None:
    outcome = command("bounce", sung, "--chain", "pop-lead", "--backing", backing, "--out", "mix.wav", *LOUD)
    assert outcome.code == 0
    facts = outcome.facts
    audio = read_audio(work / "mix.wav")
    assert (audio.sample_rate, audio.channels) == (44100, 2)
    assert audio.duration_s == pytest.approx(facts["duration_s"])
    assert audio.num_samples >= 3 * 44100
    assert facts["true_peak_db"] <= -1.0 < facts["mix_peak_db"]
    assert -40 < facts["loudness_lufs"] < 0
    assert facts["offset_s"] == 0.0
    assert any("dBTP" in remark for remark in facts["remarks"])


def test_a_clip_is_sung_first(command: Command, backing: Path, work: Path) -> None:
    (work / "clip.mid").write_bytes(midi(row(3), words=None))
    words = ("--voice", "tiny", "--device", "cpu", "--backing", backing, "--out", "mix.wav", "--chain", "choir")
    outcome = command("bounce", "clip.mid", *words)
    assert outcome.code == 0
    assert "No note has a lyric" in outcome.err
    stamp = read_bext(work / "mix.wav")
    assert stamp is not None
    assert "melisma bounce song=clip.mid chain=choir" in stamp.description


def test_a_project_is_sung_first_and_lies_where_it_lies_in_the_daw(command: Command, work: Path) -> None:
    (work / "clip.mid").write_bytes(midi(row(2)))
    new = ("project", "new", "clip.mid", "--voice", "tiny", "--at", 10, "--out", "song.melisma")
    assert command(*new).code == 0
    assert command("project", "set", "song.melisma", "pan=-1").code == 0
    sung = command("sing", "song.melisma", "--out", "sung.wav", "--bits", "32f", "--device", "cpu", "--json").facts
    own = ("--device", "cpu", "--bits", "32f", "--safety", "off", "--tail", 0, "--json")
    facts = command("bounce", "song.melisma", *own, "--out", "bounce.wav").facts
    assert facts["offset_s"] == pytest.approx(10 + sung["offset_s"])
    before, after = read_audio(work / "sung.wav").samples, read_audio(work / "bounce.wav").samples
    np.testing.assert_allclose(after[:, : before.shape[1]], before, atol=1e-6)
    # Quarters of a curve count from the clip's start: from its second note on nothing is heard.
    quiet = ("--automate", "voice:gain_db=0.99:0,1:-60", "--out", "quiet.wav")
    assert command("bounce", "song.melisma", *own, *quiet).code == 0
    found = read_audio(work / "quiet.wav").samples
    parted = round((0.5 - sung["offset_s"]) * 48_000)
    assert np.abs(found[:, parted + 480 :]).max() < 0.01 * np.abs(before[:, parted + 480 :]).max()
    np.testing.assert_allclose(found[:, : parted - 480], before[:, : parted - 480], atol=1e-6)
    assert command("bounce", "none.melisma", "--out", "x.wav").code == 2


def test_stems_and_a_double(command: Command, sung: Path, backing: Path, work: Path) -> None:
    """Each with its own chain and fader; the voices at the stems' rate."""
    write_audio(Audio(voice(1.5, seed=8), RATE), work / "double take.wav", time_reference_samples=24000)
    words = ("--chain", "pop-lead", "--chain", "none", "--backing", f"{backing}:-6", "--backing", "bass.wav:-60")
    write_audio(Audio(voice(2.0, seed=9)[:1], RATE), work / "bass.wav")
    facts = command("bounce", sung, "double take.wav:-9", *words, "--out", "mix.wav", "--json").facts
    assert facts["sample_rate"] == 44100
    assert facts["chain"] == "pop-lead"
    louder = command("bounce", sung, "double take.wav:9", *words, "--out", "mix.wav", "--json").facts
    assert louder["mix_peak_db"] > facts["mix_peak_db"] + 3


def test_what_was_done_is_said_once(command: Command, sung: Path) -> None:
    outcome = command("bounce", sung, "--out", "o.wav", "--gain-db", "6", "--safety", "limit")
    assert outcome.code == 0
    assert outcome.out == ""
    assert "a limiter took up to" in outcome.err
    assert "LUFS" in outcome.err
    assert command("bounce", sung, "--out", "p.wav", "-q").err == ""


def test_knobs_from_the_command_line(command: Command, sung: Path, work: Path) -> None:
    plain = command("bounce", sung, "--chain", "choir", "--out", "a.wav", "--json").facts
    words = (
        "--set",
        "reverb:level_db=-60",
        "--set",
        "doubling:level_db=-60",
        "--automate",
        "voice:gain_db=0s:-40,2s:-40",
    )
    other = command("bounce", sung, "--chain", "choir", "--out", "b.wav", *words, "--json").facts
    assert other["loudness_lufs"] < plain["loudness_lufs"] - 30


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("bounce", "no.wav", "--out", "o.wav"), "no file"),
        (("bounce", "sung.wav", "--out", "o.wav", "--chain", "quire"), "There is no chain 'quire'"),
        (("bounce", "sung.wav", "--out", "o.wav", "--plugin", "Reverb"), "names no plugin"),
        (("bounce", "sung.wav", "--out", "o.wav", "--set", "x"), "sets nothing"),
        (("bounce", "sung.wav", "--out", "o.wav", "--automate", "x=1"), "no automation"),
        (("bounce", "sung.wav", "--out", "o.wav", "--tempo", "2000"), "no tempo"),
        (("bounce", "sung.wav", "--out", "o.wav", "--tempo", "fast"), "fast"),
        (("bounce", "sung.wav", "--out", "o.doc"), "no sound format"),
        (("bounce", "sung.wav", "--out", "o.wav", "--state", "nope"), "no plugin"),
        (("bounce", "sung.wav", "--out", "o.wav", "--backing", "x.wav:40"), "gain of 40 dB"),
        (("bounce", "sung.wav", "--out", "o.wav", "--backing", "sung.wav:-3", "--backing", "x.wav"), "no file"),
        (("bounce", "sung.wav", "--out", "o.wav", "--chain", "choir", "--chain", "none"), "2 chains for 1 song"),
        (("chains", "show", "quire"), "There is no chain"),
        (("chains", "plugin", "/nowhere/X.vst3"), "There is no plugin"),
    ],
)
def test_bad_input_is_a_sentence(command: Command, sung: Path, work: Path, words: tuple[str, ...], said: str) -> None:
    outcome = command(*words)
    assert outcome.code == 2
    assert said in outcome.err
    assert "Traceback" not in outcome.err
    assert [path.name for path in work.iterdir()] == ["sung.wav"]


def test_silence_is_valid_json(command: Command, work: Path) -> None:
    write_audio(Audio(np.zeros((1, RATE), np.float32), RATE), work / "silent.wav")
    facts = command("bounce", "silent.wav", "--chain", "ballad", "--out", "o.wav", "--json").facts
    assert facts["loudness_lufs"] is None


def test_chains_are_listed_and_shown(command: Command, user_folder: Path) -> None:
    folder = user_folder / "data" / "chains"
    folder.mkdir(parents=True)
    (folder / "mine.toml").write_text('about = "Mine."\n[[effect]]\ntype = "gain"\ngain_db = -3\n')
    (folder / "bad.toml").write_text("[[effect]]\n")
    outcome = command("chains")
    assert outcome.code == 0
    assert "telephone" in outcome.out
    assert "(yours)" in outcome.out
    assert "bad.toml" in outcome.err
    listed = command("chains", "--json").facts
    assert {"mine", "choir"} <= {chain["id"] for chain in listed["chains"]}
    shown = command("chains", "show", "mine", "--json").facts
    assert shown["effects"] == [{"type": "gain", "bypass": False, "gain_db": -3.0}]
    assert "-24 to 24 dB" in command("chains", "show", "telephone").out


def test_ctrl_c_leaves_nothing_behind(environment: dict[str, str], tmp_path: Path) -> None:
    write_audio(Audio(voice(60.0), RATE), tmp_path / "long.wav")
    line = [sys.executable, "-m", "gui.cli.main", "bounce", "long.wav", "--chain", "choir", "--out", "o.wav"]
    child = subprocess.Popen(line, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True)
    assert child.stderr is not None
    deadline = time.monotonic() + 60
    for text in child.stderr:
        assert time.monotonic() < deadline
        if "Bouncing" in text:
            break
    child.send_signal(signal.SIGINT)
    _, said = child.communicate(timeout=60)
    assert (child.returncode, "Cancelled." in said) == (130, True) or child.returncode == 0
    if child.returncode == 130:
        assert not [path for path in tmp_path.iterdir() if path.name in ("o.wav",) or ".part" in path.name]
