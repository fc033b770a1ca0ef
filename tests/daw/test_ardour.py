"""The whole loop with a real Ardour: clip to sung track, mix to stems, undo, transport, and what happens when it dies.

Skipped, with the reason, where Ardour, Xvfb and dbus are not installed; `.ci/run` installs them.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.audio import Audio, read_audio, write_audio
from engine.errors import InputError
from plugin_host.adapters.ardour import ardour_adapter
from plugin_host.bridge.asks import Wishes
from plugin_host.headless import DEBIAN_LINE, HeadlessArdour, bounce_session, missing_tools
from plugin_host.headless.glides import glide_errors_s
from plugin_host.headless.onsets import vowel_onset_errors_s
from plugin_host.headless.studio import Studio
from plugin_host.osc import addresses
from plugin_host.ports import DawClip, Placement
from plugin_host.spool import SpoolAdapter
from tests.daw import ardour_session as song
from tests.daw.waiting import wait_for

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        bool(missing_tools()), reason=f"no real Ardour: {', '.join(missing_tools())} missing; {DEBIAN_LINE}"
    ),
]
BOUNCE_SAMPLES = 16 * song.RATE
_DITHER = 2e-4
"""Most that 16 bits add."""


@dataclass(frozen=True)
class Running:
    daw: HeadlessArdour
    adapter: SpoolAdapter
    folder: Path

    def regions(self, track: str) -> list[tuple[str, ...]]:
        """The regions on a track, [] when it has none."""
        try:
            records = self.adapter.spool.command("read", [("name", track)])
        except InputError:
            return []
        return [record for record in records if record[0] == "region"]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("ardour")
    home = folder / "home"
    before = os.environ.get("MELISMA_DATA")
    os.environ["MELISMA_DATA"] = str(folder / "user")
    try:
        with HeadlessArdour(song.make(folder, home), home) as daw:
            yield Running(daw, ardour_adapter(daw.spool_folder), folder)
    finally:
        if before is None:
            del os.environ["MELISMA_DATA"]
        else:
            os.environ["MELISMA_DATA"] = before


@pytest.fixture
def studio(running: Running) -> Iterator[Studio]:
    """The real bridge with a client that talks OSC; the adapter is closed with it, so it has one of its own."""
    wishes = Wishes(voice="kathleen", separator="lumen", device="cpu")
    with Studio(ardour_adapter(running.daw.spool_folder), wishes) as made:
        yield made


def test_a_named_clip_comes_with_its_tempo_map(running: Running) -> None:
    by_region, by_track = running.adapter.read_clip("melody"), running.adapter.read_clip("Melody")
    assert by_region == by_track
    assert by_region.tempo_map == song.TEMPO_MAP
    assert by_region.start_quarters == song.MELODY_QUARTER
    assert by_region.start_samples == round(song.TEMPO_MAP.seconds(song.MELODY_QUARTER) * song.RATE)
    assert [note.key for note in by_region.notes] == list(song.KEYS)
    assert [note.start for note in by_region.notes] == list(range(len(song.KEYS)))
    assert by_region.session.sample_rate == song.RATE
    assert by_region.session.folder == running.daw.session


def test_what_is_selected_is_read(running: Running) -> None:
    clip = _select_all(running)
    assert clip == running.adapter.read_clip("melody")
    sound = running.adapter.read_sound()
    assert (sound.start_samples, sound.length_samples, sound.offset_samples) == (song.MIX_START, song.MIX_SAMPLES, 0)
    assert read_audio(sound.path).samples.shape == (2, song.MIX_SAMPLES)


def test_a_clip_comes_back_sung_on_its_beats(running: Running, studio: Studio) -> None:
    facts = studio.sing("melody", song.WORDS)
    placed = facts["placed"][0]
    (region,) = running.regions(placed["track"])
    vocal = read_audio(Path(placed["path"]))
    assert int(region[5]) == placed["start_samples"]
    assert int(region[6]) == vocal.num_samples
    expected = song.TEMPO_MAP.seconds(song.MELODY_QUARTER) + facts["offset_s"]
    assert placed["start_samples"] == round(expected * song.RATE)
    bounced = _bounced(running)
    _assert_same_sound_at(bounced, vocal.samples[0], placed["start_samples"])
    errors_s = vowel_onset_errors_s(bounced, song.RATE, song.vowel_onsets_s())
    assert max(map(abs, errors_s)) < 0.030, [round(1000 * error) for error in errors_s]
    # The voice is planned to be half way to the next pitch 18 ms before a note.
    glides_s = [error for error in glide_errors_s(bounced, song.RATE, song.glides()) if error is not None]
    assert len(glides_s) >= 4
    assert all(-0.040 < error < 0.010 for error in glides_s), [round(1000 * error) for error in glides_s]


def test_a_mix_becomes_two_stems_at_its_sample(running: Running, studio: Studio) -> None:
    facts = studio.isolate("mix")
    starts = {placed["track"]: int(running.regions(placed["track"])[0][5]) for placed in facts["placed"]}
    assert len(starts) == 2
    assert set(starts.values()) == {song.MIX_START}
    stems = [running.adapter.read_sound(track) for track in starts]
    together = sum(read_audio(stem.path).samples for stem in stems)
    mix = read_audio(running.adapter.read_sound("mix").path).samples
    assert np.abs(together - mix).max() < 1e-3


def test_one_undo_takes_everything_away_and_redo_brings_it_back(running: Running) -> None:
    left, right = (_noise(running.folder / f"take {name}.wav", seed) for seed, name in enumerate(("one", "two")))
    before = running.regions("Mix")
    placements = [
        Placement(left, "Take A", 480001, beside="Melody"),
        Placement(right, "Take B", 480003, beside="Take A"),
        Placement(left, "Mix", 4 * song.RATE + 7),
    ]
    placed = running.adapter.place_audio(placements, "Melisma: both")
    assert [(p.path, p.track, p.start_samples) for p in placed] == [
        (p.path, p.track, p.start_samples) for p in placements
    ]
    tracks = ("Take A", "Take B", "Mix")
    now = [running.regions(track) for track in tracks]
    running.daw.osc("/undo")
    wait_for("the undo", lambda: [running.regions(track) for track in tracks] == [[], [], before])
    running.daw.osc("/redo")
    wait_for("the redo", lambda: [running.regions(track) for track in tracks] == now)


def test_a_second_take_silences_the_first_and_one_undo_brings_it_back(running: Running) -> None:
    """Only what we placed, and only where it is covered: not a neighbour, and nothing of the user's own."""
    at, track = 13 * song.RATE, "Takes"  # where nothing else sounds
    name = "melody_b010_q026.000_48k_{}.wav"
    first = _noise(running.folder / name.format("0de3847e"), 5, 1.2)
    second = _noise(running.folder / name.format("11111111"), 6, 1.0)
    neighbour = _noise(running.folder / name.format("22222222"), 7, 1.0)
    own = _noise(running.folder / "mine.wav", 8, 0.2)
    for path, start in ((neighbour, at - 45000), (own, at + 1000), (first, at - 2000)):
        running.adapter.place_audio([Placement(path, track, start)], "before")
    one = _bounced(running)
    assert np.abs(one[at - 1900 : at - 100]).max() > 0.01
    running.adapter.place_audio([Placement(second, track, at)], "Melisma: again")
    two = _bounced(running)
    _assert_same_sound_at(two, read_audio(second).samples[0], at)
    end = at + song.RATE
    assert np.abs(two[end + 10 : end + song.RATE // 5]).max() < _DITHER  # where the first, longer, was heard
    _assert_same_sound_at(two, read_audio(neighbour).samples[0][:44000], at - 45000)
    assert sorted(region[2] for region in running.regions(track)) == sorted(
        path.stem for path in (first, second, neighbour, own)
    )
    running.daw.osc("/undo")
    wait_for("the undo", lambda: len(running.regions(track)) == 3)
    np.testing.assert_allclose(_bounced(running), one, atol=_DITHER)
    again = running.adapter.place_audio([Placement(second, track, at)], "Melisma: once more")
    assert [placed.start_samples for placed in again] == [at]
    assert [region[2] for region in running.regions(track)].count(second.stem) == 1
    running.daw.osc("/undo")
    wait_for("the undo", lambda: len(running.regions(track)) == 3)


def test_what_cannot_be_placed_changes_nothing(running: Running) -> None:
    good = _noise(running.folder / "good.wav", 3)
    slow = running.folder / "slow.wav"
    write_audio(Audio(np.zeros((1, 100), np.float32), 44100), slow)
    for bad in (
        Placement(running.folder / "none.wav", "New", 0),
        Placement(slow, "New", 0),
        Placement(good, "Melody", 0),
    ):
        with pytest.raises(InputError, match="Ardour says"):
            running.adapter.place_audio([Placement(good, "Good", 10), bad], "no")
    assert running.regions("Good") == []


def test_asks_from_inside_carry_the_selection_and_the_words(running: Running) -> None:
    running.adapter.spool.open(9, "nobody")
    _select_all(running)
    running.daw.osc("/access_action", "LuaAction/script-1")
    (sing,) = wait_for("the ask", lambda: running.adapter.asks() or None)
    assert sing.action == "sing"
    assert sing.clips[0] == running.adapter.read_clip("melody")
    running.daw.osc("/access_action", "LuaAction/script-3")
    (isolate,) = wait_for("the ask", lambda: running.adapter.asks() or None)
    assert isolate.action == "isolate"
    assert song.MIX_START in [sound.start_samples for sound in isolate.sounds]


def test_transport_is_followed_by_clients_of_the_bridge(running: Running, studio: Studio) -> None:
    place = 6 * song.RATE
    running.daw.osc("/transport_stop")
    running.daw.osc("/locate", place, 0)
    there = wait_for("a locate", lambda: _transport(studio, lambda n: n["sample"] == place))
    assert there["daw"] == "ardour"
    assert there["bpm"] == pytest.approx(song.TEMPO_MAP.bpm_at(song.TEMPO_MAP.quarters(6.0)))
    assert running.adapter.transport().position_samples == place
    running.daw.osc("/transport_play")
    wait_for("playing", lambda: _transport(studio, lambda n: n["speed"] == 1.0 and n["sample"] > place))
    studio.notices.clear()
    running.daw.osc("/transport_stop")
    wait_for("stopping", lambda: _transport(studio, lambda n: n["speed"] == 0.0))


def test_nonsense_in_the_spool_stops_nothing(running: Running) -> None:
    folder = running.adapter.spool.folder
    for data in (b"", b"\n", b"\xff\xfe\x00", b"melisma\t1\n", b"melisma\t2\tx\tping\n", b"melisma\t1\t../x\tping\n"):
        (folder / "part").write_bytes(data)
        (folder / "part").replace(folder / "cmd")
        wait_for("its taking", lambda: not (folder / "cmd").exists())
    with pytest.raises(InputError, match="not known"):
        running.adapter.spool.command("fly")
    assert running.adapter.spool.command("ping") == []


def test_a_ramp_of_the_tempo_comes_as_steps_and_a_death_as_a_sentence(tmp_path: Path) -> None:
    """Both in one Ardour, for it takes seconds to start."""
    home, within_ramp = tmp_path / "home", 12.0
    tempi = ((0.0, 90.0), (8.0, 120.0, 60.0), (16.0, 60.0))
    with HeadlessArdour(song.make(tmp_path, home, tempi, within_ramp), home) as daw:
        adapter = ardour_adapter(daw.spool_folder)
        clip = adapter.read_clip("melody")
        assert clip.start_quarters == within_ramp
        assert clip.tempo_map.bpm_at(9.0) > clip.tempo_map.bpm_at(12.0) > clip.tempo_map.bpm_at(15.0) > 60
        assert clip.tempo_map.bpm_at(16.0) == 60
        assert abs(clip.tempo_map.seconds(within_ramp) * song.RATE - clip.start_samples) < 5
        daw.kill()
        with pytest.raises(InputError, match=r"did not answer|is not there"):
            adapter.read_clip("melody")
        wait_for("its absence", lambda: not adapter.probe())
        with pytest.raises(InputError, match="is not there"):
            adapter.place_audio([Placement(tmp_path / "mix.wav", "New", 0)], "late")


def _select_all(running: Running) -> DawClip:
    """Select every region, on all tracks; gives the first MIDI clip."""
    running.daw.osc("/access_action", "Mixer/select-none")
    running.daw.osc("/access_action", "Editor/select-all-objects")
    return wait_for("the selection", lambda: _selected(running.adapter))


def _selected(adapter: SpoolAdapter) -> DawClip | None:
    try:
        return adapter.read_clip()
    except InputError:
        return None


def _transport(studio: Studio, fits: Callable[[dict[str, Any]], bool]) -> dict[str, Any] | None:
    told = [arguments for address, arguments in studio.notices if address == addresses.DAW_TRANSPORT]
    return next((arguments for arguments in told if fits(arguments)), None)


def _noise(path: Path, seed: int, seconds: float = 1.0) -> Path:
    noise = 0.1 * np.random.default_rng(seed).standard_normal((1, round(seconds * song.RATE)))
    write_audio(Audio(noise.astype(np.float32), song.RATE), path)
    return path


def _bounced(running: Running) -> np.ndarray:
    """The left channel [N] of the saved session's first 16 s."""
    running.daw.save()
    out = running.folder / "bounce.wav"
    return read_audio(bounce_session(running.daw.session, out, 0, BOUNCE_SAMPLES, running.folder / "home2")).samples[0]


def _assert_same_sound_at(bounced: np.ndarray, placed: np.ndarray, start: int) -> None:
    """Sample for sample, but for the pan law's gain, 16 bits, and Ardour's short fades at both ends."""
    edge = 256
    kept = placed[edge:-edge].astype(float)

    def residual_db(shift: int) -> float:
        found = bounced[start + edge + shift :][: kept.size].astype(float)
        gain = float(found @ kept / (kept @ kept))
        return float(10 * np.log10(np.mean((found - gain * kept) ** 2) / np.mean((gain * kept) ** 2)))

    errors = {shift: residual_db(shift) for shift in range(-3, 4)}
    assert min(errors, key=lambda shift: errors[shift]) == 0, errors
    assert errors[0] < -60, errors
