"""Bridge plugins as a DAW."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from engine.audio import Audio, write_audio
from engine.errors import InputError
from plugin_host.adapters.openutau import OpenUtauAdapter, Timing
from plugin_host.ports import Capability, DawAdapter, Placement, Transport
from tests.openutau_plugin import FakePlugin

QUICK = Timing(init_s=0.3, check_s=0.05, backoff_s=(0.02, 0.05), debounce_s=0.02)
TRIM = np.float32(math.sqrt(0.5))


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MELISMA_DATA", str(tmp_path / "user"))


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "PluginServers"


@pytest.fixture
def adapter(place: Path) -> Iterator[OpenUtauAdapter]:
    with closing(OpenUtauAdapter(place, QUICK)) as found:
        yield found


def wav(tmp_path: Path, name: str, seed: int = 0) -> tuple[Path, np.ndarray]:
    samples = np.random.default_rng(seed).uniform(-0.5, 0.5, (2, 4410)).astype(np.float32)
    write_audio(Audio(samples, 44100), tmp_path / name, subtype="FLOAT")
    return tmp_path / name, samples * TRIM


def test_it_is_a_daw_that_plays_and_tells(adapter: OpenUtauAdapter) -> None:
    daw: DawAdapter = adapter
    assert daw.capabilities == {Capability.PLACE_AUDIO, Capability.TRANSPORT}
    assert daw.asks() == ()
    daw.answer("x", "y")
    for call in (daw.read_clip, daw.read_sound):
        with pytest.raises(InputError, match="cannot read"):
            call("name")


def test_without_a_plugin_it_says_so(adapter: OpenUtauAdapter, tmp_path: Path) -> None:
    assert not adapter.probe()
    path, _ = wav(tmp_path, "a.wav")
    for call in (adapter.session, adapter.transport, lambda: adapter.place_audio([Placement(path, "t", 0)], "x")):
        with pytest.raises(InputError, match="No bridge plugin is open"):
            call()


def test_sounds_are_placed_to_the_sample(adapter: OpenUtauAdapter, place: Path, tmp_path: Path) -> None:
    first, heard_first = wav(tmp_path, "a.wav")
    second, heard_second = wav(tmp_path, "b.wav", seed=1)
    with FakePlugin(place, "one") as one, FakePlugin(place, "two", track=1) as two:
        assert adapter.probe()
        assert adapter.session().sample_rate == 44100
        placements = (Placement(first, "lead", 12345), Placement(second, "choir", 4411))
        assert adapter.place_audio(placements, "Sing") == placements
        assert one.wait(one.complete)
        assert two.wait(two.complete)
        np.testing.assert_array_equal(one.mix(20000)[:, 12345 : 12345 + 4410], heard_first)
        assert not one.mix(12345).any()
        np.testing.assert_array_equal(two.mix(20000)[:, 4411 : 4411 + 4410], heard_second)
        adapter.close()
        assert one.faults == two.faults == []


def test_a_new_take_replaces_the_old_one(adapter: OpenUtauAdapter, place: Path, tmp_path: Path) -> None:
    old, _ = wav(tmp_path, "a.wav")
    new, heard = wav(tmp_path, "b.wav", seed=1)
    other, _ = wav(tmp_path, "c.wav", seed=2)
    with FakePlugin(place) as fake:
        adapter.place_audio([Placement(old, "lead", 44100), Placement(other, "lead", 441000)], "x")
        adapter.place_audio([Placement(new, "lead", 44100 - 3000)], "x")  # a longer first consonant
        assert fake.wait(fake.complete)
        np.testing.assert_array_equal(fake.mix(60000)[:, 41100 : 41100 + 4410], heard)
        assert sorted(part["startMs"] for part in fake.parts) == [pytest.approx(41100 / 44.1), 10000.0]
        adapter.place_audio([Placement(old, "other", 44100)], "x")
        assert len(fake.parts) == 3


def test_a_placement_that_fails_changes_nothing(adapter: OpenUtauAdapter, place: Path, tmp_path: Path) -> None:
    path, heard = wav(tmp_path, "a.wav")
    with FakePlugin(place) as fake:
        adapter.place_audio([Placement(path, "lead", 0)], "x")
        with pytest.raises(InputError):
            adapter.place_audio([Placement(tmp_path / "none.wav", "lead", 0)], "x")
        with pytest.raises(InputError, match="before the timeline"):
            adapter.place_audio([Placement(path, "lead", -1)], "x")
        adapter.place_audio([Placement(path, "b", 0)], "x")
        assert fake.wait(fake.complete)
        np.testing.assert_array_equal(fake.mix(4410), heard)


def test_a_plugin_that_is_opened_again_gets_everything(adapter: OpenUtauAdapter, place: Path, tmp_path: Path) -> None:
    path, heard = wav(tmp_path, "a.wav")
    with FakePlugin(place, "before"):
        adapter.place_audio([Placement(path, "lead", 0)], "x")
    with FakePlugin(place, "after") as after:
        assert adapter.session().name == "after"
        assert after.wait(after.complete)
        np.testing.assert_array_equal(after.mix(4410), heard)


def test_the_transport_is_the_plugins(adapter: OpenUtauAdapter, place: Path) -> None:
    moved = threading.Event()
    told: list[Transport] = []

    def note(transport: Transport) -> None:
        told.append(transport)
        if transport.bpm:
            moved.set()

    adapter.on_transport(note)
    with FakePlugin(place) as fake:
        with pytest.raises(InputError, match="has not told"):
            adapter.transport()
        fake.notify("playhead", {"positionMs": 500.0, "playing": True})
        fake.notify("bpm", {"bpm": 90.0})
        assert moved.wait(20)
        assert adapter.transport() == told[-1] == Transport(22050, 44100, 1.0, 90.0)


def test_a_plugin_that_serves_somebody_else_is_not_pestered(
    adapter: OpenUtauAdapter, place: Path, tmp_path: Path
) -> None:
    path, _ = wav(tmp_path, "a.wav")
    with FakePlugin(place, mute_init=True) as fake:
        for _ in range(3):
            with pytest.raises(InputError, match="does not answer"):
                adapter.transport()
        assert fake.connections == 1
        with pytest.raises(InputError, match="does not answer"):
            adapter.place_audio([Placement(path, "lead", 0)], "x")
        assert fake.wait(lambda: fake.connections == 2)


def test_a_take_that_was_deleted_does_not_silence_the_others(
    adapter: OpenUtauAdapter, place: Path, tmp_path: Path
) -> None:
    old, _ = wav(tmp_path, "a.wav")
    new, heard = wav(tmp_path, "b.wav", seed=1)
    with FakePlugin(place) as fake:
        adapter.place_audio([Placement(old, "lead", 441000)], "x")
        old.unlink()
        adapter.place_audio([Placement(new, "lead", 0)], "x")
        assert fake.wait(fake.complete)
        np.testing.assert_array_equal(fake.mix(4410), heard)
