"""`melisma plugin` as a producer uses it, with plugins in processes of their own."""

from __future__ import annotations

import json
import math
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.audio import Audio, write_audio
from tests.conftest import ROOT, Melisma

TRIM = np.float32(math.sqrt(0.5))
WAIT_S = 60.0
START = 44100


class Plugin:
    """The stand-in, in a process of its own."""

    def __init__(self, temporary: Path, environment: dict[str, str], *words: str) -> None:
        folder = temporary / "OpenUtau" / "PluginServers"
        command = [sys.executable, "-m", "tests.openutau_plugin", str(folder), *words]
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self.port = self._answer()["port"]

    def tell(self, command: str) -> dict[str, Any]:
        assert self.process.stdin is not None
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        return self._answer()

    def mix(self, num_frames: int, path: Path) -> np.ndarray:
        self.tell(f"mix {num_frames} {path}")
        return np.load(path, allow_pickle=False)

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.communicate("quit\n", timeout=WAIT_S)

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()

    def _answer(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        found = json.loads(self.process.stdout.readline())
        assert isinstance(found, dict)
        return found


class Running:
    """`melisma ...` while it runs; its lines come as they are printed."""

    def __init__(self, environment: dict[str, str], folder: Path, *words: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-u", "-m", "gui.cli.main", *words],
            cwd=folder,
            env=environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        self.lines: list[str] = []
        self._news = threading.Condition()
        self._ended = False
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def until(self, text: str, times: int = 1) -> None:
        """Wait for so many lines with `text` in them."""

        def seen() -> bool:
            return sum(text in line for line in self.lines) >= times

        with self._news:
            self._news.wait_for(lambda: seen() or self._ended, WAIT_S)
            assert seen(), f"{text!r} is not among {self.lines}"

    def end(self) -> int:
        """Ctrl-C."""
        self.process.send_signal(signal.SIGINT)
        return self.code()

    def code(self) -> int:
        code = self.process.wait(WAIT_S)
        self._reader.join()
        return code

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            with self._news:
                self.lines.append(line.rstrip("\n"))
                self._news.notify_all()
        with self._news:
            self._ended = True
            self._news.notify_all()


Open = Callable[..., Plugin]
Start = Callable[..., Running]


@pytest.fixture
def temporary(tmp_path: Path, environment: dict[str, str]) -> Path:
    """Where plugins announce themselves, for this test alone."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    environment |= {"TMPDIR": str(folder), "TMP": str(folder)}
    return folder


@pytest.fixture
def open_plugin(temporary: Path, environment: dict[str, str]) -> Iterator[Open]:
    opened: list[Plugin] = []

    def call(*words: str) -> Plugin:
        opened.append(Plugin(temporary, environment, *words))
        return opened[-1]

    yield call
    for plugin in opened:
        plugin.close()


@pytest.fixture
def start(temporary: Path, environment: dict[str, str], tmp_path: Path) -> Iterator[Start]:
    started: list[Running] = []

    def call(*words: object) -> Running:
        started.append(Running(environment, tmp_path, *map(str, words)))
        return started[-1]

    yield call
    for running in started:
        running.process.kill()
        running.process.wait()


def sound(path: Path, seed: int, rate: int = 44100) -> np.ndarray:
    """Two phrases with a rest between them, stamped to begin a second into the song; what is to be heard of them."""
    chance = np.random.default_rng(seed)
    phrases = [chance.uniform(-0.5, 0.5, (2, rate)), np.zeros((2, rate)), chance.uniform(-0.5, 0.5, (2, rate // 2))]
    samples = np.concatenate(phrases, axis=1).astype(np.float32)
    write_audio(Audio(samples, rate), path, subtype="FLOAT", time_reference_samples=rate)
    return samples * TRIM


@pytest.mark.usefixtures("temporary")
def test_without_plugins_it_is_said_what_to_do(melisma: Melisma, tmp_path: Path) -> None:
    listed = melisma("plugin", "list")
    assert listed.returncode == 0
    assert "No bridge plugin is open. Load OpenUtau Bridge as an instrument" in listed.stdout
    assert json.loads(melisma("plugin", "list", "--json").stdout) == {"plugins": []}
    sound(tmp_path / "a.wav", 0)
    played = melisma("plugin", "play", "a.wav")
    assert played.returncode == 2
    assert played.stderr.startswith("No bridge plugin is open.")


def test_open_plugins_are_listed(melisma: Melisma, open_plugin: Open, temporary: Path) -> None:
    one, two = open_plugin("--name", "Lead"), open_plugin("--name", "Choir")
    stale = temporary / "OpenUtau" / "PluginServers" / f"OpenUtau Bridge {two.port}.json"
    two.kill()
    assert stale.exists()
    found = json.loads(melisma("plugin", "list", "--json").stdout)["plugins"]
    assert found == [{"name": "Lead", "port": one.port, "version": "1.2", "compatible": True}]
    assert f"Lead  port {one.port}  version 1.2" in melisma("plugin", "list").stdout
    assert not stale.exists()


def test_what_cannot_be_played_is_said(melisma: Melisma, open_plugin: Open, tmp_path: Path) -> None:
    plugin = open_plugin("--name", "Lead")
    sound(tmp_path / "a.wav", 0)
    (tmp_path / "b.wav").write_bytes(b"RIFF nonsense")
    for words, sentence in (
        (("a.wav", "--name", "Choir"), "No open plugin is called 'Choir'. These are open: Lead."),
        (("none.wav",), "There is no file none.wav."),
        (("b.wav", "--at", "1"), "b.wav could not be read as a sound file."),
        (("a.wav", "--at", "-1"), "Invalid value"),
    ):
        answer = melisma("plugin", "play", *words)
        assert answer.returncode == 2
        assert sentence in answer.stderr
        assert "Traceback" not in answer.stderr
    assert plugin.tell("facts")["connections"] <= 1


def test_a_song_in_two_plugins_follows_its_file(open_plugin: Open, start: Start, tmp_path: Path) -> None:
    one, two = open_plugin("--name", "Lead"), open_plugin("--name", "Lead 2")
    length = START + 44100 * 3
    expected = sound(tmp_path / "a.wav", 0)
    running = start("plugin", "play", "a.wav", "--track", "Vocals")
    running.until("plays a.wav on Vocals from 1.000 s", times=2)
    for plugin in (one, two):
        assert plugin.tell("complete") == {"complete": True}
        heard = plugin.mix(length, tmp_path / "heard.npy")
        np.testing.assert_array_equal(heard[:, START : START + expected.shape[1]], expected)
        assert not heard[:, :START].any()
        assert plugin.tell("facts")["parts"] == 2  # the rest is not sent
    one.tell("garbage")
    one.tell('notify bpm {"bpm": 128.0}')
    one.tell('notify playhead {"positionMs": 1500.0, "playing": true}')
    two.tell('notify playhead {"positionMs": 9999.0, "playing": true}')
    one.tell('notify playhead {"positionMs": 1600.0, "playing": true}')
    one.tell('notify playhead {"positionMs": 2500.0, "playing": false}')
    running.until("Stopped at 2.500 s at 128 BPM")
    assert [line for line in running.lines if "Playing" in line] == ["Playing at 1.500 s at 128 BPM"]

    expected = sound(tmp_path / "b.wav", 7)
    (tmp_path / "b.wav").replace(tmp_path / "a.wav")
    running.until("sent anew")
    for plugin in (one, two):
        assert plugin.tell("pulled 4") == {"pulled": True}
        heard = plugin.mix(length, tmp_path / "heard.npy")
        np.testing.assert_array_equal(heard[:, START : START + expected.shape[1]], expected)
    assert running.end() == 0
    assert running.lines[-1].startswith("Disconnected.")
    for plugin in (one, two):
        assert plugin.tell("left") == {"left": True}
        facts = plugin.tell("facts")
        assert facts["faults"] == []
        assert facts["connections"] == 1
        assert facts["tracks"] == ["Vocals"]


def test_a_connection_that_breaks_within_a_sound(open_plugin: Open, start: Start, tmp_path: Path) -> None:
    plugin = open_plugin("--drops", "2")
    expected = sound(tmp_path / "a.wav", 3)
    running = start("plugin", "play", "a.wav", "--at", "0.5")
    running.until("The connection to Fake Bridge broke", times=2)
    running.until("Connected to Fake Bridge", times=3)
    assert plugin.tell("complete") == {"complete": True}
    heard = plugin.mix(44100 * 4, tmp_path / "heard.npy")
    np.testing.assert_array_equal(heard[:, 22050 : 22050 + expected.shape[1]], expected)
    assert running.end() == 0
    facts = plugin.tell("facts")
    assert facts["faults"] == []
    assert facts["connections"] == 3


def test_a_daw_that_crashes(open_plugin: Open, start: Start, tmp_path: Path) -> None:
    plugin = open_plugin()
    sound(tmp_path / "a.wav", 3)
    running = start("plugin", "play", "a.wav")
    running.until("plays a.wav")
    plugin.kill()
    assert running.code() == 2
    assert running.lines[-1] == "The plugin is gone. Open it in the DAW again, then start anew."
