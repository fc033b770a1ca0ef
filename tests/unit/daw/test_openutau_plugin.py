"""The client's whole life against a strict stand-in for the plugin."""

from __future__ import annotations

import math
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from engine.audio import Audio
from engine.errors import InputError
from plugin_host.adapters.openutau import (
    LivePart,
    OpenUtauPlugin,
    PluginServer,
    PluginState,
    TakeStore,
    Timing,
    find_plugins,
)
from plugin_host.ports import Transport
from tests.openutau_plugin import FakePlugin

QUICK = Timing(init_s=0.3, request_s=20.0, dead_s=3600.0, check_s=0.05, backoff_s=(0.02, 0.05, 0.1), debounce_s=0.02)
TRIM = np.float32(math.sqrt(0.5))
WAIT_S = 20.0


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Folders of the test's own; and no thread outlives it."""
    monkeypatch.setenv("MELISMA_DATA", str(tmp_path / "user"))
    before = set(threading.enumerate())
    yield
    assert set(threading.enumerate()) <= before


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "PluginServers"


@pytest.fixture
def fake(place: Path) -> Iterator[FakePlugin]:
    with FakePlugin(place) as plugin:
        yield plugin
        assert plugin.faults == []


def server_of(fake: FakePlugin, place: Path) -> PluginServer:
    return next(server for server in find_plugins(place) if server.port == fake.port)


def client(fake: FakePlugin, place: Path, timing: Timing = QUICK) -> closing[OpenUtauPlugin]:
    return closing(OpenUtauPlugin(server_of(fake, place), timing=timing))


def sound(seconds: float = 0.3, seed: int = 0) -> Audio:
    samples = np.random.default_rng(seed).uniform(-0.5, 0.5, (2, round(seconds * 44100)))
    return Audio(samples.astype(np.float32), 44100)


def settled(plugin: OpenUtauPlugin, fake: FakePlugin) -> bool:
    """All was sent, and has arrived."""
    return plugin.wait_settled(WAIT_S) and fake.wait(fake.complete)


def test_what_is_sent_is_what_plays(fake: FakePlugin, place: Path) -> None:
    first, second = sound(), sound(0.5, seed=1)
    with client(fake, place) as plugin:
        plugin.connect()
        plugin.update([LivePart("lead", 0.25, first), LivePart("lead", 0.4, second), LivePart("other", 0, first)])
        assert settled(plugin, fake)
    expected = np.zeros((2, 44100), np.float32)
    expected[:, 11025 : 11025 + first.num_samples] += first.samples * TRIM
    expected[:, 17640 : 17640 + second.num_samples] += second.samples * TRIM
    np.testing.assert_array_equal(fake.mix(44100), expected)
    assert [track["name"] for track in fake.tracks] == ["lead", "other"]
    assert len(fake.pulled) == 2  # the same sound is fetched once


def test_everything_is_said_in_order_on_connecting(fake: FakePlugin, place: Path) -> None:
    with client(fake, place) as plugin:
        plugin.update([LivePart("a", 0, sound())])
        plugin.connect()
    assert [kind for kind, _ in fake.heard] == ["init", "updateTracks", "updateProjectInfo", "updatePartLayout"]


def test_updates_in_a_hurry_become_one(fake: FakePlugin, place: Path) -> None:
    with client(fake, place, Timing(debounce_s=0.3, dead_s=3600)) as plugin:
        plugin.connect()
        for seed in range(8):
            plugin.update([LivePart("a", 0, sound(0.05, seed))])
        assert settled(plugin, fake)
        layouts = [payload for kind, payload in fake.heard if kind == "updatePartLayout"]
        assert len(layouts) <= 3  # on connecting, and rarely more than one later
        np.testing.assert_array_equal(fake.mix(2205), sound(0.05, 7).samples * TRIM)


def test_playback_does_not_wait_for_the_debounce(fake: FakePlugin, place: Path) -> None:
    with client(fake, place, Timing(debounce_s=3600, dead_s=3600)) as plugin:
        plugin.connect()
        plugin.update([LivePart("a", 0, sound())])
        assert not fake.parts
        fake.notify("playbackStarted", {})
        assert fake.wait(fake.complete)


def test_a_sound_that_is_there_is_not_sent_again(fake: FakePlugin, place: Path) -> None:
    with client(fake, place) as plugin:
        plugin.connect()
        part = LivePart("a", 0, sound())
        for parts in ([part], [part, LivePart("a", 5, sound(seed=1))], [LivePart("a", 9, part.audio)]):
            plugin.update(parts)
            assert settled(plugin, fake)
        assert len(fake.pulled) == 2
        assert len(fake.parts) == 1


def test_the_daw_is_heard(fake: FakePlugin, place: Path) -> None:
    told: list[Transport] = []
    news = threading.Event()

    def note(transport: Transport) -> None:
        told.append(transport)
        if transport.position_samples == 88200 and transport.bpm == 137.5:
            news.set()

    with client(fake, place) as plugin:
        plugin.on_transport(note)
        plugin.connect()
        assert plugin.transport is None
        fake.notify("ping", {})
        fake.notify("somethingNew", {"a": 1})
        fake.notify("playhead", {"positionMs": 1000.0, "playing": False})
        fake.notify("playbackStarted", {})
        fake.notify("playhead", {"positionMs": "x", "playing": True})
        fake.notify("playhead", {"positionMs": 1e300, "playing": True})
        fake.notify("bpm", {"bpm": 137.5})
        fake.notify("playhead", {"positionMs": 2000, "playing": True})
        assert news.wait(WAIT_S)
    assert [(t.position_samples, t.speed, t.bpm) for t in told] == [
        (44100, 0.0, 0.0),
        (44100, 1.0, 0.0),
        (44100, 1.0, 137.5),
        (88200, 1.0, 137.5),
    ]


def test_a_listener_that_fails_is_no_harm(fake: FakePlugin, place: Path) -> None:
    heard = threading.Event()
    with client(fake, place) as plugin:
        plugin.on_transport(lambda _: 1 / 0)
        plugin.on_transport(lambda _: heard.set())
        plugin.connect()
        fake.notify("playhead", {"positionMs": 1.0, "playing": True})
        assert heard.wait(WAIT_S)
        assert plugin.state is PluginState.CONNECTED


def test_a_listener_may_close(fake: FakePlugin, place: Path) -> None:
    closed = threading.Event()
    with client(fake, place) as plugin:

        def close(_: Transport) -> None:
            plugin.close()
            closed.set()

        plugin.on_transport(close)
        plugin.connect()
        fake.notify("playhead", {"positionMs": 1.0, "playing": True})
        assert closed.wait(WAIT_S)
        assert plugin.state is PluginState.CLOSED


def test_a_cut_in_the_middle_of_a_sound_is_mended(place: Path) -> None:
    states: list[PluginState] = []
    with FakePlugin(place, drops=2) as fake, client(fake, place) as plugin:
        plugin.on_state(states.append)
        plugin.connect()
        plugin.update([LivePart("a", 0, sound(6.0))])
        assert fake.wait(fake.complete)
        assert settled(plugin, fake)
        assert fake.connections == 3
        np.testing.assert_array_equal(fake.mix(6 * 44100), sound(6.0).samples * TRIM)
        assert fake.faults == []
    assert states[-3:] == [PluginState.RECONNECTING, PluginState.CONNECTED, PluginState.CLOSED]


def test_garbage_is_survived_on_the_same_connection(fake: FakePlugin, place: Path) -> None:
    with client(fake, place) as plugin:
        plugin.connect()
        fake.say(
            b"\x00\xff\xfe garbage\n\nresponse:nobody {}\nresponse:x [\nnotification:playhead null\nrequest:1 {}\n"
        )
        fake.say(b"audio 5 8\n12345678")
        plugin.update([LivePart("a", 0, sound())])
        assert fake.wait(fake.complete)
        assert fake.connections == 1


def test_a_broken_frame_means_a_new_connection(fake: FakePlugin, place: Path) -> None:
    with client(fake, place) as plugin:
        plugin.update([LivePart("a", 0, sound())])
        plugin.connect()
        fake.say(b"audio 5 999999999999\n")
        assert fake.wait(lambda: fake.connections == 2)
        assert settled(plugin, fake)


def test_requests_that_nobody_knows_are_refused(fake: FakePlugin, place: Path) -> None:
    with client(fake, place) as plugin:
        plugin.connect()
        asked = [fake.ask("recordMidi", {}), fake.ask("getAudio", {"hash": "1"}), fake.ask("getAudio", {"hash": 1})]
        assert fake.wait(lambda: len(fake.answers) == 3)
        answers = dict(fake.answers)
        assert [answers[request]["success"] for request in asked] == [False, False, False]
        assert all(answers[request]["error"] for request in asked)
        assert plugin.state is PluginState.CONNECTED


def test_a_plugin_that_goes_is_given_up(place: Path) -> None:
    lost = threading.Event()
    with FakePlugin(place) as fake, client(fake, place) as plugin:
        plugin.on_state(lambda state: lost.set() if state is PluginState.LOST else None)
        plugin.connect()
        fake.close()
        assert lost.wait(WAIT_S)
        assert not plugin.wait_settled(WAIT_S)
        with pytest.raises(InputError, match="not open any more"):
            plugin.connect()


def test_a_plugin_that_falls_silent_is_called_again(fake: FakePlugin, place: Path) -> None:
    with client(fake, place, Timing(dead_s=0.1, check_s=0.02, backoff_s=(0.01,) * 50)) as plugin:
        plugin.connect()
        assert fake.wait(lambda: fake.connections >= 2)


def test_connecting_again_says_everything_again(fake: FakePlugin, place: Path) -> None:
    with client(fake, place) as plugin:
        plugin.update([LivePart("a", 0, sound())])
        plugin.connect()
        assert settled(plugin, fake)
        plugin.close()
        assert fake.wait(lambda: fake.goodbyes == 1)
        plugin.connect()
        assert settled(plugin, fake)
    assert [kind for kind, _ in fake.heard].count("init") == 2
    assert len(fake.pulled) == 1  # the plugin kept it


def test_a_plugin_of_a_later_language_is_refused(place: Path) -> None:
    with FakePlugin(place, version="2.0") as fake, client(fake, place) as plugin:
        with pytest.raises(InputError, match=r"version 2\.0"):
            plugin.connect()
        assert fake.connections == 0


def test_a_plugin_that_answers_in_another_language_is_refused(place: Path) -> None:
    with FakePlugin(place) as fake, client(fake, place) as plugin:
        fake.version = "3.1"
        with pytest.raises(InputError, match=r"version 3\.1"):
            plugin.connect()
        assert plugin.state is PluginState.CLOSED


@pytest.mark.parametrize("version", ["1.0", "1.1", "1.9"])
def test_older_and_newer_plugins_hear_what_they_know(place: Path, version: str) -> None:
    with FakePlugin(place, version=version) as fake, client(fake, place) as plugin:
        plugin.update([LivePart("a", 0, sound())])
        plugin.connect()
        assert fake.wait(fake.complete)
        assert fake.faults == []


def test_a_plugin_that_does_not_answer(place: Path) -> None:
    with FakePlugin(place, mute_init=True) as fake, client(fake, place) as plugin:
        with pytest.raises(InputError, match="does not answer"):
            plugin.connect()
        assert plugin.state is PluginState.CLOSED


def test_whoever_waits_for_an_answer_learns_of_the_end(place: Path) -> None:
    """At once, not when the time for answers is over."""
    with FakePlugin(place, mute_init=True) as fake, client(fake, place, Timing(init_s=3600)) as plugin:
        failed = threading.Event()

        def connect() -> None:
            with pytest.raises(InputError, match="does not answer"):
                plugin.connect()
            failed.set()

        thread = threading.Thread(target=connect, daemon=True)
        thread.start()
        assert fake.wait(lambda: bool(fake.heard))
        fake.drop()
        assert failed.wait(WAIT_S)
        thread.join()


def test_tracks_keep_their_numbers_for_the_plugin(fake: FakePlugin, place: Path) -> None:
    """Else an instance in the DAW would play another track all at once."""
    with client(fake, place) as plugin:
        plugin.connect()
        for parts in ([LivePart("a", 0, sound()), LivePart("b", 0, sound())], [LivePart("b", 0, sound())]):
            plugin.update(parts)
            assert settled(plugin, fake)
        assert [part["trackNo"] for part in fake.parts] == [1]
        assert [track["name"] for track in fake.tracks] == ["a", "b"]


def test_a_plugin_that_serves_somebody_else(fake: FakePlugin, place: Path) -> None:
    with client(fake, place) as first, client(fake, place) as second:
        first.connect()
        with pytest.raises(InputError, match="OpenUtau"):
            second.connect()
        assert first.state is PluginState.CONNECTED


def test_two_plugins_play_what_was_prepared_once(place: Path) -> None:
    takes = TakeStore()
    audio = sound(0.5)
    with FakePlugin(place, "one") as one, FakePlugin(place, "two", track=1) as two:
        plugins = [OpenUtauPlugin(server_of(fake, place), takes, QUICK) for fake in (one, two)]
        for plugin in plugins:
            plugin.connect()
        parts = [LivePart("a", 0, audio), LivePart("b", 0.1, sound(0.2, seed=5))]
        for plugin in plugins:
            plugin.update(parts)
        assert all(settled(plugin, fake) for plugin, fake in zip(plugins, (one, two), strict=True))
        np.testing.assert_array_equal(one.mix(22050), audio.samples * TRIM)
        np.testing.assert_array_equal(two.mix(13230)[:, 4410:], sound(0.2, seed=5).samples * TRIM)
        for plugin in plugins:
            plugin.close()
        assert one.faults == two.faults == []


def test_updates_from_many_threads_end_with_one_of_them(fake: FakePlugin, place: Path) -> None:
    sounds = [sound(0.05, seed) for seed in range(4)]
    with client(fake, place) as plugin:
        plugin.connect()

        def hurry(audio: Audio) -> None:
            for _ in range(10):
                plugin.update([LivePart("a", 0, audio)])

        threads = [threading.Thread(target=hurry, args=(audio,)) for audio in sounds]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert settled(plugin, fake)
        heard = fake.mix(2205)
        assert any(np.array_equal(heard, audio.samples * TRIM) for audio in sounds)


def test_what_was_never_fetched_is_offered_again_at_playback(place: Path) -> None:
    """A plugin whose DAW has no rate yet throws away what it fetches, or does not fetch at all."""
    with FakePlugin(place) as fake, client(fake, place) as plugin:
        pull: Callable[[], None] = fake._pull

        def forget() -> None:
            fake._wanted.clear()

        fake._pull = forget  # type: ignore[method-assign]
        plugin.connect()
        plugin.update([LivePart("a", 0, sound())])
        assert fake.wait(lambda: bool(fake.parts))
        assert not plugin.wait_settled(0.05)
        fake._pull = pull  # type: ignore[method-assign]
        fake.notify("playbackStarted", {})
        assert fake.wait(fake.complete)


def test_closing_while_a_slow_plugin_takes_a_sound(place: Path) -> None:
    """Nobody reads at the other end: closing must not wait for it."""
    place.mkdir()
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(1)
        port = listener.getsockname()[1]
        plugin = OpenUtauPlugin(PluginServer("slow", port, (1, 2), place / "x.json"), timing=QUICK)
        asked = threading.Event()

        def serve() -> None:
            peer, _ = listener.accept()
            with peer, peer.makefile("rb") as stream:
                for line in stream:
                    header = line.split(b" ")[0]
                    if not header.startswith(b"request:"):
                        continue
                    peer.sendall(
                        b"response:" + header.split(b":")[1] + b' {"success": true, "data": {}, "error": null}\n'
                    )
                    if b"updatePartLayout" in header:
                        wanted = line.split(b'"audioHash":"')[1].split(b'"')[0]
                        peer.sendall(b'request:1:getAudio {"hash": "' + wanted + b'"}\n')
                        asked.set()
                        assert done.wait(WAIT_S)
                        return

        done = threading.Event()
        thread = threading.Thread(target=serve)
        thread.start()
        plugin.update([LivePart("a", 0, sound(40.0))])
        plugin.connect()
        assert asked.wait(WAIT_S)
        plugin.close()
        done.set()
        thread.join()
        assert plugin.state is PluginState.CLOSED
