"""The real process with its own ops and the tiny voice, as the window talks to it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from engine.audio import Audio, write_audio
from engine.host.messages import join
from tests.conftest import ROOT
from tests.tiny_listening import add_listening
from tests.unit.audio.test_f0 import curve, vowel

CLIP = ROOT / "presets" / "clips" / "amazing-grace.mid"


class Host:
    """One process; `ask` waits for the end of a request."""

    def __init__(self, environment: dict[str, str], folder: Path) -> None:
        self.cache = Path(environment["MELISMA_DATA"]) / "cache"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "engine.host"],
            cwd=folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self.ready = self.hear()
        self.parts: list[dict[str, Any]] = []
        self.loads: list[dict[str, Any]] = []
        self._number = 0

    def hear(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        message: dict[str, Any] = json.loads(self.process.stdout.readline())
        return message

    def say(self, op: str, **args: Any) -> str:
        self._number += 1
        assert self.process.stdin is not None
        line = json.dumps({"id": str(self._number), "op": op, "args": args}) + "\n"
        self.process.stdin.write(line.encode())
        self.process.stdin.flush()
        return str(self._number)

    def ask(self, op: str, **args: Any) -> dict[str, Any]:
        name, self.parts = self.say(op, **args), []
        pieces: list[dict[str, Any]] = []
        while True:
            message = self.hear()
            if message["event"] == "loaded":  # of no request: it stays loaded for others
                self.loads.append(message)
                continue
            assert message["id"] == name
            if message["event"] == "more":
                pieces.append(message)
            elif message["event"] == "part":
                self.parts.append(join(message["part"], pieces))
                pieces = []
            elif message["event"] in ("done", "failed", "cancelled"):
                return message

    def result(self, op: str, **args: Any) -> dict[str, Any]:
        message = self.ask(op, **args)
        assert message["event"] == "done", message
        answer: dict[str, Any] = message["result"]
        return answer

    def close(self) -> int:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        code = self.process.wait(30)
        self.process.stdout.close()
        return code


@pytest.fixture
def host(environment: dict[str, str], tmp_path: Path) -> Iterator[Host]:
    host = Host(environment, tmp_path)
    yield host
    if host.process.poll() is None:
        host.process.kill()
        host.process.communicate()


def _song(host: Host, **fields: Any) -> dict[str, Any]:
    """Amazing Grace, sung by the tiny voice."""
    project = json.loads(host.result("project.new", clip=str(CLIP), voice="tiny")["project"])
    project["tracks"][0] |= fields
    found: dict[str, Any] = project
    return found


def test_a_song_is_sung_phrase_by_phrase_and_then_to_a_file(host: Host, tmp_path: Path) -> None:
    song = _song(host)
    track = song["tracks"][0]
    answer = host.result("live", project=json.dumps(song), track=track["id"], device="cpu")
    plan, sounds = host.parts[0]["plan"], host.parts[1:]
    assert plan["voice"] == "tiny"
    assert [note for phrase in plan["phrases"] for note in phrase["notes"]] == [note["id"] for note in track["notes"]]
    assert answer == {"sung": len(sounds), "cached": 0}
    for sound in sounds:
        path = Path(sound["path"])
        assert path.is_relative_to(host.cache)
        samples = np.fromfile(path, "<f4")
        assert len(samples) == sound["samples"] * sound["channels"]
        assert 0 < np.abs(samples).max() <= 1

    assert {load["model"] for load in host.loads} == {"tiny"}
    assert {(load["device"], load["provider"], load["reason"]) for load in host.loads} == {
        ("cpu", "the CPU", "the CPU was asked for")
    }

    track["notes"][0]["key"] += 1
    known = [sound["phrase"] for sound in sounds]
    assert host.result("live", project=json.dumps(song), track=track["id"], known=known, device="cpu") == {
        "sung": 1,
        "cached": 0,
    }

    out = tmp_path / "song.wav"
    sung = host.result("sing", project=json.dumps(song), out=str(out), device="cpu")
    assert sung["out"] == str(out)
    assert sung["cached_phrases"] == sung["phrases"] == len(sounds)
    shown = host.result("peaks", path=str(out))
    peaks = np.fromfile(shown["bin"], "<f4").reshape(shown["channels"], -1, 2)
    assert peaks.shape[1] == -(-shown["samples"] // 256)
    scratch = Path(shown["bin"]).parent
    assert host.close() == 0
    assert not scratch.exists()
    assert [path.name for path in host.cache.iterdir()] == ["phrases"]


def test_questions_are_answered(host: Host, tmp_path: Path) -> None:
    facts = host.result("facts", device="cpu")
    assert (facts["device"], facts["problem"]) == ("cpu", "")
    lacks = {device["id"]: device["lacks"] for device in facts["devices"]}
    assert lacks["auto"] == lacks["cpu"] == ""
    assert set(lacks) == {"auto", "cpu", "cuda", "directml", "coreml"}
    assert lacks["coreml"] or lacks["directml"]  # no machine has both
    assert host.loads == []  # a test is no model
    assert facts["cores"] >= 1
    assert host.result("facts", device="abacus")["problem"]
    models = {model["id"]: model for model in host.result("models")["models"]}
    tiny = models["tiny"]
    assert (tiny["role"], tiny["included"], tiny["languages"]) == ("voice", False, ["en", "ja", "la"])
    assert tiny["listens"] is False
    assert tiny["bytes"] > 10_000
    assert "Random weights" in tiny["card"]
    assert host.result("models.verify", id="tiny")["ok"]
    assert host.result("models.remove", id="tiny")["id"] == "tiny"
    assert "tiny" not in {model["id"] for model in host.result("models")["models"]}
    missing = host.ask("project.read", path=str(tmp_path / "no.melisma"))
    assert (missing["event"], missing["kind"]) == ("failed", "input")
    tone = np.sin(np.arange(48_000) / 48_000 * 2 * np.pi * 440, dtype=np.float32)[None] * 0.5
    write_audio(Audio(tone, 48_000), tmp_path / "tone.wav", subtype="FLOAT")
    first = host.result("spectrogram", path=str(tmp_path / "tone.wav"))
    rows = np.fromfile(first["path"], np.uint8).reshape(first["frames"], first["bands"])
    assert rows[50].max() > 200
    assert host.result("spectrogram", path=str(tmp_path / "tone.wav")) == first
    sound = host.result("sound", path=str(tmp_path / "tone.wav"))
    assert sound["samples"] == 48_000
    assert host.ask("peaks", path="")["kind"] == "ours"
    assert host.ask("isolate", mixes=str(tmp_path), out="x")["kind"] == "ours"
    assert host.ask("isolate", mixes=[str(tmp_path / "no.wav")], out=str(tmp_path))["kind"] == "input"


def test_a_recording_is_sung_again_by_a_voice_that_listens(host: Host, user_folder: Path, tmp_path: Path) -> None:
    recording, out = tmp_path / "lead.wav", tmp_path / "again.wav"
    write_audio(Audio(0.25 * vowel(curve(262.0, 0.6))[None].astype(np.float32), 48_000), recording)
    asked = {"recording": str(recording), "out": str(out), "voice": "tiny", "device": "cpu"}
    deaf = host.ask("resing", **asked)
    assert (deaf["kind"], out.exists()) == ("input", False)
    add_listening(user_folder / "data" / "models" / "tiny")
    assert next(model for model in host.result("models")["models"] if model["id"] == "tiny")["listens"]
    told = host.result("resing", **asked)
    assert (told["out"], told["sample_rate"]) == (str(out), 48_000)
    assert soundfile.info(str(out)).frames == soundfile.info(str(recording)).frames


def test_the_end_of_input_ends_it_in_the_middle_of_a_render(host: Host) -> None:
    song = _song(host, num_steps=1000)  # minutes of work
    host.say("live", project=json.dumps(song), track=song["tracks"][0]["id"], device="cpu")
    while host.hear()["event"] != "part":
        pass
    assert host.close() == 0
    assert [path.name for path in host.cache.iterdir() if path.name != "phrases"] == []


def test_a_kill_leaves_a_folder_that_the_next_one_sweeps(
    host: Host, environment: dict[str, str], tmp_path: Path
) -> None:
    song = _song(host)
    host.result("live", project=json.dumps(song), track=song["tracks"][0]["id"], device="cpu")
    sound = Path(host.parts[-1]["path"])
    host.process.kill()
    host.process.communicate()
    assert sound.exists()
    second = Host(environment, tmp_path)
    answer = second.result("live", project=json.dumps(song), track=song["tracks"][0]["id"], device="cpu")
    assert not sound.exists()
    assert answer["sung"] == 0  # what was sung before the kill is in the cache
    second.close()


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_a_terminate_tidies_up_and_an_interrupt_is_the_windows_business(host: Host) -> None:
    import signal

    _song(host)
    host.process.send_signal(signal.SIGINT)
    assert host.result("avatars")["figures"]
    host.process.send_signal(signal.SIGTERM)
    assert host.process.wait(30) == 0
    assert not any(path.name.startswith("window-") for path in host.cache.iterdir())
