"""From mixes to vocals and instrumentals, through the command line, with the tiny separator."""

from __future__ import annotations

import errno
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import soundfile

from engine.audio import Audio, read_bext, write_audio
from tests import tiny_separator
from tests.conftest import Melisma
from tests.e2e.conftest import Command, Outcome
from tests.separators import music, peak_db
from tests.tiny_separator import REFINED, SEPARATOR_ID

RATE = 44_100
RATES = (8000, 11_025, 22_050, 44_100, 48_000, 88_200, 96_000, 192_000)


@pytest.fixture(scope="session")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_separator.make(tmp_path_factory.mktemp("separators") / SEPARATOR_ID)


@pytest.fixture(autouse=True)
def _installed(package: Path, user_folder: Path) -> None:
    (user_folder / "data" / "models" / SEPARATOR_ID).symlink_to(package)


@pytest.fixture
def isolate(command: Command) -> Command:
    """`isolate(mix, ...)` to the folder `out`, with the tiny separator on the CPU."""

    def call(*words: object) -> Outcome:
        given = [str(word) for word in words]
        for option, value in (("--out", "out"), ("--separator", SEPARATOR_ID), ("--device", "cpu")):
            given += [] if option in given else [option, value]
        return command("isolate", *given)

    return call


def write(path: Path, samples: np.ndarray, rate: int = RATE, **how: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, samples.T, rate, **({"subtype": "FLOAT"} | how))
    return path


def read(path: Path) -> np.ndarray:
    samples, _ = soundfile.read(path, dtype="float32", always_2d=True)
    return np.ascontiguousarray(samples.T)


def results(work: Path, name: str = "mix") -> tuple[np.ndarray, np.ndarray]:
    out = work / "out"
    return read(out / f"{name}_vocals.wav"), read(out / f"{name}_instrumental.wav")


def leftovers(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if ".part" in path.name]


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("channels", [1, 2, 6])
def test_everything_stays_in_its_place(isolate: Command, work: Path, rate: int, channels: int) -> None:
    mix = music(channels, round(0.73 * rate) | 1, rate) * np.float32(1.5)
    write(work / "mix.wav", mix, rate)
    (facts,) = isolate("mix.wav", "--json").facts["files"]
    vocals, instrumental = results(work)
    assert vocals.shape == instrumental.shape == mix.shape
    info = soundfile.info(str(work / "out" / "mix_vocals.wav"))
    assert (info.samplerate, info.subtype) == (rate, "FLOAT")
    assert peak_db(mix - vocals - instrumental) < -120
    assert facts["null_peak_db"] < -120
    assert (facts["sample_rate"], facts["channels"]) == (rate, channels)
    assert facts["duration_s"] == pytest.approx(mix.shape[1] / rate, abs=1e-9)
    pairs = mix if channels == 1 else mix.reshape(-1, 2, mix.shape[1]).mean(axis=1).repeat(2, axis=0)
    inner = slice(rate // 10, -rate // 10)  # an abrupt start rings in a resampler
    np.testing.assert_allclose(vocals[:, inner], REFINED * pairs[:, inner], atol=2e-3)


@pytest.mark.parametrize("length", [1, 100, 8192, 100_001])
def test_odd_lengths(isolate: Command, work: Path, length: int) -> None:
    for rate in (44_100, 48_000, 192_000):
        mix = music(2, length, rate)
        write(work / "mix.wav", mix, rate)
        assert isolate("mix.wav").code == 0
        vocals, instrumental = results(work)
        assert vocals.shape == mix.shape
        assert peak_db(mix - vocals - instrumental) < -120


@pytest.mark.parametrize(
    ("name", "how"),
    [
        ("mix.flac", {"subtype": "PCM_24"}),
        ("mix.aiff", {"subtype": "PCM_16"}),
        ("mix.ogg", {"subtype": "VORBIS"}),
        ("mix.mp3", {"subtype": "MPEG_LAYER_III"}),
        ("mix.wav", {"format": "RF64"}),
    ],
)
def test_formats(isolate: Command, work: Path, name: str, how: dict[str, Any]) -> None:
    write(work / name, music(2, 15_000), **how)
    mix = read(work / name)
    assert isolate(name).code == 0
    vocals, instrumental = results(work)
    assert vocals.shape == mix.shape
    assert peak_db(mix - vocals - instrumental) < -120


@pytest.mark.parametrize(("bits", "subtype", "null_db"), [("16", "PCM_16", -90), ("24", "PCM_24", -130)])
def test_integers_null_even_where_a_stem_is_over_full_scale(
    isolate: Command, work: Path, bits: str, subtype: str, null_db: float
) -> None:
    """Left is loud and right its negative but for the middle: what is taken away from them is over full scale."""
    mix = np.stack([np.full(20_000, 0.999), np.full(20_000, -0.999)]).astype(np.float32)
    mix[1, 10_000:] = np.linspace(-1, 1, 10_000)
    write(work / "mix.wav", mix, subtype=subtype)
    mix = read(work / "mix.wav")
    assert isolate("mix.wav", "--bits", bits, "--refine", "none").code == 0
    assert soundfile.info(str(work / "out" / "mix_vocals.wav")).subtype == subtype
    vocals, instrumental = results(work)
    assert peak_db(mix - vocals - instrumental) < null_db


def test_silence_in_silence_out(isolate: Command, work: Path) -> None:
    write(work / "mix.wav", np.zeros((2, 50_000), np.float32), 48_000)
    (facts,) = isolate("mix.wav", "--json").facts["files"]
    assert not any(stem.any() for stem in results(work))
    assert facts["null_peak_db"] == -200


def test_the_time_stamp_stays_and_is_not_made_up(isolate: Command, work: Path) -> None:
    write_audio(Audio(music(2, 20_000), RATE), work / "stamped.wav", time_reference_samples=987_654_321_000)
    write(work / "plain.wav", music(2, 20_000))
    assert isolate("stamped.wav", "plain.wav", "--seed", 5).code == 0
    for stem in ("vocals", "instrumental"):
        stamp = read_bext(work / "out" / f"stamped_{stem}.wav")
        assert stamp is not None
        assert stamp.time_reference_samples == 987_654_321_000
        assert stamp.description == f"melisma separator={SEPARATOR_ID} 1 seed=5 mix=stamped.wav"
        assert read_bext(work / "out" / f"plain_{stem}.wav") is None


def test_settings_reach_the_separator(isolate: Command, work: Path) -> None:
    mix = music(2, 20_000)
    write(work / "mix.wav", mix)
    middle = mix.mean(axis=0)
    for options, share in [((), REFINED), (("--refine", "none", "--steps", 1, "--eta", 1), 1.0)]:
        assert isolate("mix.wav", *options).code == 0
        np.testing.assert_allclose(results(work)[0], np.stack([share * middle] * 2), atol=1e-4)


def test_json_is_one_object(isolate: Command, work: Path) -> None:
    write(work / "mix.wav", music(2, 20_000))
    facts = isolate("mix.wav", "--json").facts
    assert set(facts) == {"files", "failed", "remarks"}
    (file,) = facts["files"]
    assert set(file) == {
        *("input", "vocals", "instrumental", "duration_s", "sample_rate", "channels", "separator", "provider"),
        *("elapsed_s", "real_time_factor", "null_peak_db"),
    }
    assert (file["separator"], file["input"]) == (SEPARATOR_ID, "mix.wav")
    assert Path(file["vocals"]) == Path("out") / "mix_vocals.wav"


def test_remarks_go_to_stderr_and_quiet_is_quiet(isolate: Command, work: Path) -> None:
    write(work / "mix.wav", music(2, 20_000))
    said = isolate("mix.wav")
    assert said.out == ""
    assert f"isolated by {SEPARATOR_ID}" in said.err
    assert "Loading the separator" in said.err  # progress at once, not after a second
    assert isolate("mix.wav", "--quiet").err == ""


def test_a_batch_goes_on_behind_a_failure(isolate: Command, work: Path) -> None:
    for name in ("a/one.wav", "a/two.wav", "b/one.wav", "a/old_vocals.wav"):
        write(work / name, music(2, 9000))
    (work / "a" / "onf.wav").write_bytes(b"dear diary" * 100)
    (work / "empty").mkdir()
    outcome = isolate("a", "b", "empty", "missing.wav", "--json")
    assert outcome.code == 2
    facts = outcome.facts
    names = [Path(file["vocals"]).name for file in facts["files"]]
    assert names == ["one_vocals.wav", "two_vocals.wav", "one-2_vocals.wav"]
    assert [Path(failure["input"]).name for failure in facts["failed"]] == ["empty", "onf.wav", "missing.wav"]
    assert {failure["kind"] for failure in facts["failed"]} == {"input"}
    assert len(facts["remarks"]) == 2
    assert len(list((work / "out").iterdir())) == 6
    spoken = isolate("a", "b", "empty", "missing.wav", "--quiet")
    assert spoken.code == 2
    assert len(spoken.err.splitlines()) == 3


def nothing(_: Path) -> None:
    """There is no such file."""


def with_a_nan(path: Path) -> None:
    samples = music(2, 2 * RATE)
    samples[0, RATE + RATE // 2] = np.nan
    write(path, samples)


BAD: dict[str, tuple[Any, str]] = {
    "text": (lambda path: path.write_bytes(b"dear diary, this is no music\n" * 30), "could not be read"),
    "empty": (Path.touch, "is empty"),
    "no-samples": (lambda path: write(path, np.zeros((2, 0))), "holds no sound"),
    "nan": (with_a_nan, "no numbers, the first at 1.500 s"),
    "nothing": (nothing, "There is no file"),
    "folder": (Path.mkdir, "has no sound file"),
}


def check_refused(outcome: Outcome, code: int = 2) -> None:
    assert outcome.code == code
    assert outcome.out == ""
    (line,) = outcome.err.splitlines()
    assert line.endswith(".")
    assert len(line) < 400


@pytest.mark.parametrize("name", BAD)
def test_bad_mixes_are_refused_in_a_sentence(isolate: Command, work: Path, name: str) -> None:
    make, words = BAD[name]
    make(work / "mix.wav")
    outcome = isolate("mix.wav", "--quiet")
    check_refused(outcome)
    assert words in outcome.err
    assert list(work.glob("out/*")) == []
    assert isolate("mix.wav", "--json").facts["error"]["kind"] == "input"


@pytest.mark.parametrize("name", BAD)
def test_older_results_survive_a_failure(isolate: Command, work: Path, name: str) -> None:
    BAD[name][0](work / "mix.wav")
    (work / "out").mkdir()
    for stem in ("vocals", "instrumental"):
        (work / "out" / f"mix_{stem}.wav").write_bytes(b"dear old take")
    assert isolate("mix.wav").code == 2
    assert {path.read_bytes() for path in (work / "out").iterdir()} == {b"dear old take"}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--separator", "tiny"), "is a voice, not a separator"),
        (("--separator", "nobody"), "no separator called nobody"),
        (("--out", "mix.wav"), "is a file, not a folder"),
        (("--out", "/proc/nowhere"), "cannot be written to"),
        (("--seed", 2**64), "seed"),
        (("--device", "cuda"), ""),
    ],
)
def test_options_that_cannot_be(isolate: Command, work: Path, options: tuple[Any, ...], words: str) -> None:
    if "/proc/nowhere" in options and not Path("/proc").is_dir():
        pytest.skip("there is no folder that nobody can write to")
    write(work / "mix.wav", music(2, 9000))
    outcome = isolate("mix.wav", "--quiet", *options)
    if "cuda" in options and outcome.code == 0:
        pytest.skip("there is a CUDA device here")
    check_refused(outcome)
    assert words in outcome.err
    assert not leftovers(work)


def test_a_full_disk_is_known_before_the_work(isolate: Command, work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(work / "mix.wav", music(2, RATE))
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=100_000))
    outcome = isolate("mix.wav", "--quiet")
    check_refused(outcome)
    assert "not enough space" in outcome.err


def test_a_disk_that_fills_up_leaves_no_stump(isolate: Command, work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(work / "a.wav", music(2, 9000))
    write(work / "b.wav", music(2, RATE))

    def full(self: Any, block: np.ndarray, done: Any = None) -> None:
        if (work / "out" / "a_vocals.wav").exists():
            raise OSError(errno.ENOSPC, "No space left on device")
        self._file.write(np.ascontiguousarray(block.T).tobytes())
        self._frames += block.shape[1]

    monkeypatch.setattr("engine.audio.WavWriter.write", full)
    outcome = isolate("a.wav", "b.wav", "--quiet")
    check_refused(outcome, code=1)
    assert "No space left" in outcome.err
    assert sorted(path.name for path in (work / "out").iterdir()) == ["a_instrumental.wav", "a_vocals.wav"]


def test_a_network_gone_wrong_is_our_fault(isolate: Command, work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(work / "mix.wav", music(2, 9000))
    broken = "engine.separation.latent_diffusion.LatentDiffusionSeparator.separate_segment"
    monkeypatch.setattr(broken, lambda self, mix, start, context: mix * np.float32(np.nan))
    outcome = isolate("mix.wav", "--quiet")
    check_refused(outcome, code=1)
    assert list((work / "out").iterdir()) == []


def test_a_real_process(melisma: Melisma, tmp_path: Path) -> None:
    write(tmp_path / "mix.wav", music(2, 20_000))
    done = melisma("isolate", "mix.wav", "--out", "out", "--separator", SEPARATOR_ID, "--json")
    assert (done.returncode, done.stdout.count("\n")) == (0, 1)
    assert "Warning" not in done.stderr
    assert soundfile.info(str(tmp_path / "out" / "mix_vocals.wav")).frames == 20_000


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_ctrl_c_keeps_what_is_done_and_leaves_no_stump(environment: dict[str, str], tmp_path: Path) -> None:
    write(tmp_path / "a.wav", music(2, 9000))
    write(tmp_path / "b.wav", np.tile(music(2, RATE), 60))
    words = ["a.wav", "b.wav", "--out", "out", "--separator", SEPARATOR_ID, "--steps", "200", "--json"]
    process = subprocess.Popen(
        [sys.executable, "-m", "gui.cli.main", "isolate", *words],
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    while "b.wav (2 of 2)" not in process.stderr.readline():
        assert process.poll() is None
    assert leftovers(tmp_path)
    process.send_signal(signal.SIGINT)
    started = time.monotonic()
    out, err = process.communicate(timeout=30)
    assert time.monotonic() - started < 20
    assert process.returncode == 130
    assert '"cancelled"' in out
    assert "Traceback" not in err
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["a_instrumental.wav", "a_vocals.wav"]
