"""From a recorded vocal to another voice's, through the command line, with the tiny voice."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.audio import Audio, read_bext, write_audio
from engine.audio.f0 import track_f0
from tests.e2e.conftest import Command
from tests.tiny_listening import add_listening
from tests.unit.audio.test_f0 import curve, vowel


@pytest.fixture
def listens(user_folder: Path) -> None:
    """The tiny voice in the user's folder gets a listening network."""
    add_listening(user_folder / "data" / "models" / "tiny")


def sung(seconds: float = 1.2, hz: float = 262.0) -> np.ndarray:
    """A soft vowel at 48 kHz with silence around it."""
    silence = np.zeros(12_000, np.float32)
    return np.concatenate([silence, 0.25 * vowel(curve(hz, seconds)), silence])


def write(path: Path, samples: np.ndarray, rate: int = 48_000, position: int | None = None) -> Path:
    audio = Audio(np.atleast_2d(samples).astype(np.float32), rate)
    write_audio(audio, path, subtype="FLOAT", time_reference_samples=position)
    return path


def call(command: Command, *words: object) -> dict[str, object]:
    outcome = command("resing", *words, "--voice", "tiny", "--device", "cpu", "--json")
    assert outcome.code == 0, outcome
    return outcome.facts


@pytest.mark.usefixtures("listens")
class TestSung:
    @pytest.mark.parametrize(
        ("rate", "channels"), [(8000, 1), (22_050, 2), (44_100, 1), (44_100, 2), (48_000, 2), (88_200, 1)]
    )
    def test_length_rate_and_place_are_the_recordings(
        self, command: Command, work: Path, rate: int, channels: int
    ) -> None:
        count = round(1.3 * rate) + 17
        source = np.resize(sung(), 400_000)[: round(count * 48_000 / rate) : max(1, 48_000 // rate)]
        sound = np.zeros((channels, count), np.float32)
        sound[:, : min(count, len(source))] = source[:count]
        facts = call(command, write(work / "in.wav", sound, rate, position=rate * 5 + 3), "--out", "out.wav")
        info = soundfile.info(str(work / "out.wav"))
        assert (info.samplerate, info.frames, info.channels, info.subtype) == (rate, count, 1, "PCM_24")
        stamp = read_bext(work / "out.wav")
        assert stamp is not None
        assert stamp.time_reference_samples == facts["position_samples"] == rate * 5 + 3
        assert "recording=in.wav" in stamp.description
        assert sorted(p.name for p in work.iterdir()) == ["in.wav", "out.wav"]

    def test_another_rate_keeps_time_and_place(self, command: Command, work: Path) -> None:
        count = 61_001
        path = write(work / "in.wav", np.resize(sung(), count), 44_100, position=44_100)
        facts = call(command, path, "--out", "out.wav", "--rate", 96_000)
        info = soundfile.info(str(work / "out.wav"))
        assert abs(info.frames - count * 96_000 / 44_100) <= 1
        assert facts["position_samples"] == 96_000

    @pytest.mark.parametrize("name", ["out.flac", "out.ogg", "out.mp3"])
    def test_other_formats(self, command: Command, work: Path, name: str) -> None:
        facts = call(command, write(work / "in.wav", sung()), "--out", name)
        info = soundfile.info(str(work / name))
        assert info.frames / info.samplerate == pytest.approx(facts["duration_s"], abs=0.06)

    def test_it_reads_what_ffmpeg_reads_and_no_stamp_is_no_stamp(self, command: Command, work: Path) -> None:
        samples = sung()
        soundfile.write(work / "in.ogg", samples, 48_000)
        facts = call(command, work / "in.ogg", "--out", "out.wav")
        assert facts["position_samples"] is None
        assert read_bext(work / "out.wav") is None

    def test_pitch_time_and_silence(self, command: Command, work: Path) -> None:
        call(command, write(work / "in.wav", sung()), "--out", "out.wav", "--transpose", 7, "--bits", "32f")
        samples, rate = soundfile.read(work / "out.wav", dtype="float32")
        assert (samples[:4000] == 0).all()
        assert (samples[-2000:] == 0).all()
        f0 = track_f0(samples, rate, 256).f0
        voiced = np.flatnonzero(f0)
        assert voiced[0] * 256 / rate == pytest.approx(0.25, abs=0.04)
        assert 12 * np.log2(np.median(f0[voiced]) / 262.0) == pytest.approx(7.0, abs=0.1)

    def test_seed_cache_and_knobs(self, command: Command, work: Path) -> None:
        path = write(work / "in.wav", sung())
        runs = {
            "a": (), "b": ("--no-cache",), "c": (), "d": ("--seed", 1), "e": ("--gender", 3),
            "f": ("--dynamics", "flat"),
        }  # fmt: skip
        cached = {
            name: call(command, path, "--out", f"{name}.wav", *more)["cached_pieces"] for name, more in runs.items()
        }
        assert cached == {"a": 0, "b": 0, "c": 1, "d": 0, "e": 0, "f": 0}
        sounds = {name: (work / f"{name}.wav").read_bytes() for name in runs}
        assert sounds["a"] == sounds["b"] == sounds["c"]
        assert len({sounds[name] for name in "adef"}) == 4

    def test_remarks_go_to_stderr(self, command: Command, work: Path) -> None:
        path = write(work / "low.wav", sung(hz=90.0))
        outcome = command("resing", path, "--voice", "tiny", "--device", "cpu", "--out", "a.wav")
        assert outcome.code == 0
        assert outcome.out == ""
        assert "below the range" in outcome.err
        assert "sung by tiny" in outcome.err

    @pytest.mark.parametrize(
        ("samples", "words"),
        [
            (np.zeros(48_000), "is silent"),
            (np.random.default_rng(0).normal(0, 0.1, 48_000), "No voice is to be heard"),
            (np.zeros(1), "is silent"),
        ],
        ids=["silence", "noise", "one sample"],
    )
    def test_no_voice(self, command: Command, work: Path, samples: np.ndarray, words: str) -> None:
        path = write(work / "in.wav", samples)
        outcome = command("resing", path, "--voice", "tiny", "--out", "out.wav", "-q")
        assert outcome.code == 2
        assert words in outcome.err
        assert len(outcome.err.strip().splitlines()) == 1
        assert not (work / "out.wav").exists()

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (("missing.wav", "--out", "a.wav"), "There is no file missing.wav"),
            ((".", "--out", "a.wav"), "is a folder"),
            (("text.wav", "--out", "a.wav"), "could not be read as a sound file"),
            (("in.wav", "--out", "in.wav"), "is the recording itself"),
            (("in.wav", "--out", "a.xyz"), "names no sound format"),
            (("in.wav", "--out", "none/a.wav"), "does not exist"),
            (("in.wav", "--out", "a.wav", "--gender", "9"), "gender cannot be 9"),
            (("in.wav", "--out", "a.wav", "--blend", "yuki"), "is no blend"),
            (("in.wav", "--out", "a.wav", "--blend", "yuki=0.5"), "speaker called yuki"),
            (("in.wav", "--out", "a.wav", "--voice", "nobody"), "nobody"),
            (("in.wav", "--out", "a.wav", "--transpose", "99"), "transpose"),
            (("nan.wav", "--out", "a.wav"), "values that are no numbers"),
        ],
        ids=lambda value: "" if isinstance(value, str) else " ".join(value),
    )
    def test_bad_input_is_one_sentence(self, command: Command, work: Path, words: tuple[str, ...], said: str) -> None:
        write(work / "in.wav", sung(0.3))
        (work / "text.wav").write_text("la la la\n" * 100)
        soundfile.write(work / "nan.wav", np.full(9000, np.nan, np.float32), 48_000, subtype="FLOAT")
        voice = () if "--voice" in words else ("--voice", "tiny")
        outcome = command("resing", *words, *voice)
        assert outcome.code == 2, outcome
        assert said in outcome.err
        assert "Traceback" not in outcome.err
        assert not (work / "a.wav").exists()

    @pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
    def test_ctrl_c_leaves_nothing(self, environment: dict[str, str], tmp_path: Path) -> None:
        folder = tmp_path / "long"
        folder.mkdir()
        # Each piece another pitch: equal ones are sung once, and all would be over before the signal comes.
        write(folder / "in.wav", np.concatenate([sung(1.2, 200 + 2 * number) for number in range(60)]))
        words = ["resing", "in.wav", "--out", "a.wav", "--voice", "tiny", "--steps", "1000", "--json"]
        process = subprocess.Popen(
            [sys.executable, "-m", "gui.cli.main", *words],
            cwd=folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert process.stderr is not None
        while "Singing" not in process.stderr.readline():
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
        assert process.returncode == 130
        assert '"cancelled"' in out
        assert "Traceback" not in err
        assert [path.name for path in folder.iterdir()] == ["in.wav"]


def test_a_voice_that_cannot_listen_says_so(command: Command, work: Path) -> None:
    outcome = command("resing", write(work / "in.wav", sung(0.3)), "--voice", "tiny", "--out", "a.wav")
    assert outcome.code == 2
    assert "cannot sing after a recording" in outcome.err
    assert len(outcome.err.strip().splitlines()) == 1
