"""What the Isolate panel is made of and needs no window: list, folders, listening, time, pictures."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.api import log_bands
from engine.separation import batch as engine_batch
from gui.document.sound_names import SUFFIXES
from gui.panels.isolate.batch import Batch, Stems, folder_for
from gui.panels.isolate.gather import gather, may_be_songs
from gui.panels.isolate.listening import Listening, trims_db
from gui.panels.isolate.placing import daw_to_place_in, place_by
from gui.panels.isolate.song_list import told_null, told_time
from gui.widgets import spectrogram
from gui.widgets.heat_colours import heat_colours, heat_path, lightness_of
from gui.widgets.peaks import BIN
from gui.widgets.spectrogram import SpectrogramRows
from gui.widgets.time_view import TimeView, clock
from gui.widgets.wave_lane import Waveform
from plugin_host.adapters.fake import demo_adapter

STEMS = Stems(Path("v.wav"), Path("i.wav"), 10.0, -120.0, "lumen", "CPU", 0.5)


# The list


def test_each_file_is_in_the_list_once() -> None:
    batch = Batch()
    first = batch.add([Path("/a/x.wav"), Path("/a/y.wav")])
    again = batch.add([Path("/a/y.wav"), Path("/b/x.wav"), Path("/a/y.wav")])
    assert again[0] == first[1]
    assert len(batch) == 3


def test_a_song_that_is_worked_on_stays() -> None:
    batch = Batch()
    (song_id,) = batch.add([Path("/a/x.wav")])
    batch.change(song_id, state="running")
    batch.remove(song_id)
    assert len(batch) == 1
    batch.change(song_id, state="done")
    batch.remove(song_id)
    assert len(batch) == 0


@given(
    st.lists(
        st.tuples(st.sampled_from("abc"), st.sampled_from(["Song", "song", "take"]), st.sampled_from([".wav", ".mp3"])),
        unique=True,
        max_size=12,
    ),
    st.booleans(),
)
def test_no_two_songs_write_the_same_files(named: list[tuple[str, str, str]], chosen: bool) -> None:
    batch = Batch()
    batch.add([Path(f"/{folder}/{stem}{suffix}") for folder, stem, suffix in named])
    out = Path("/out") if chosen else None
    songs = list(batch)
    written = [str(folder_for(song, songs, out, "Stems") / song.path.stem).casefold() for song in songs]
    assert len(set(written)) == len(written)
    assert all(str(out or song.path.parent) in str(folder_for(song, songs, out, "Stems")) for song in songs)


def test_songs_are_what_the_engine_takes() -> None:
    assert engine_batch._SOUND_SUFFIXES == SUFFIXES


def test_folders_are_looked_into_and_our_own_results_left_out(tmp_path: Path) -> None:
    album = tmp_path / "album"
    (album / "Stems").mkdir(parents=True)
    for name in ("b.wav", "a.MP3", "a_vocals.wav", "a_Instrumental.WAV", "cover.png", ".hidden.wav", "Stems/c.wav"):
        (album / name).touch()
    (tmp_path / "empty").mkdir()
    songs, empty = gather([album, album / "b.wav", tmp_path / "empty", tmp_path / "missing.wav"])
    assert [song.name for song in songs] == ["a.MP3", "b.wav", "missing.wav"]
    assert empty == ("empty",)


def test_offers_are_judged_by_names() -> None:
    assert may_be_songs([Path("/nowhere/a.FLAC"), Path("/nowhere/folder")])
    assert not may_be_songs([Path("/nowhere/a.wav"), Path("/nowhere/clip.mid")])
    assert not may_be_songs([])


def test_times_and_nulls_are_told_for_people() -> None:
    assert [told_time(seconds) for seconds in (0.2, 59.1, 60, 3725)] == ["0:01", "1:00", "1:00", "62:05"]
    assert "−121" in told_null(-120.7)
    assert told_null(-200) != told_null(-199)


# Listening


def test_solo_is_before_mute_and_side_a_is_the_mix() -> None:
    listening = Listening()
    assert [listening.is_heard(name) for name in ("mix", "vocals", "instrumental")] == [True, False, False]
    listening = listening.with_mute("vocals", True)
    assert [listening.is_heard(name) for name in ("mix", "vocals", "instrumental")] == [False, False, True]
    listening = listening.with_solo("vocals", True)
    assert [listening.is_heard(name) for name in ("mix", "vocals", "instrumental")] == [False, True, False]
    assert listening.switched().side == "mix"


@given(st.floats(-40, 0), st.floats(-40, 0))
def test_both_sides_are_equally_loud_and_nothing_is_turned_up(mix: float, vocals: float) -> None:
    listening = Listening().with_solo("vocals", True)
    mix_db, stems_db = trims_db(listening, {"mix": mix, "vocals": vocals})
    assert max(mix_db, stems_db) == 0
    if abs(mix - vocals) <= 24:
        assert mix + mix_db == pytest.approx(vocals + stems_db)
    assert min(mix_db, stems_db) >= -24


def test_both_stems_together_are_the_mix_and_silence_is_not_matched() -> None:
    loudness = {"mix": -10.0, "vocals": -20.0, "instrumental": -12.0}
    assert trims_db(Listening(side="stems"), loudness) == (0, 0)
    soloed = Listening().with_solo("vocals", True)
    assert trims_db(soloed, loudness | {"vocals": None}) == (0, 0)
    assert trims_db(soloed, loudness) == (-10, 0)
    assert trims_db(Listening(solo=frozenset({"vocals"}), matched=False), loudness) == (0, 0)


# Time


@given(
    st.floats(0.1, 7200),
    st.lists(st.tuples(st.floats(0.1, 10), st.floats(0, 1), st.floats(-2000, 2000)), max_size=8),
)
def test_a_view_never_leaves_the_sound(duration_s: float, moves: list[tuple[float, float, float]]) -> None:
    view = TimeView()
    view.set_width(800)
    view.set_duration(duration_s)
    for factor, place, pixels in moves:
        x = place * view.width
        held = view.seconds(x)
        inside = view.start_s > 0 and view.start_s + view.shown_s < duration_s
        view.zoom(factor, x)
        if inside and view.start_s > 0 and view.start_s + view.shown_s < duration_s - 1e-6:
            assert view.seconds(x) == pytest.approx(held, abs=1e-6 * duration_s)
        view.scroll(pixels)
        assert view.start_s >= 0
        assert view.start_s + view.shown_s <= duration_s * (1 + 1e-9)
        assert view.seconds(view.x(held)) == pytest.approx(held, abs=1e-6 * duration_s)


def test_the_page_turns_with_the_cursor_and_only_then() -> None:
    view = TimeView()
    view.set_width(1000)
    view.set_duration(100)
    view.zoom(10, 0)
    view.follow(9.9)
    assert view.start_s == 0
    view.follow(10.1)
    assert view.start_s < 10.1 < view.start_s + view.shown_s
    assert view.start_s > 9


@pytest.mark.parametrize("zoom", [1, 3, 40, 900, 20_000])
def test_ticks_have_room_and_are_told_apart(zoom: float) -> None:
    view = TimeView()
    view.set_width(900)
    view.set_duration(300)
    view.zoom(zoom, 450)
    labels = [(tick.seconds, tick.label) for tick in view.ticks() if tick.label]
    assert len({label for _, label in labels}) == len(labels) > 2
    places = [view.x(seconds) for seconds, _ in labels]
    assert min(b - a for a, b in itertools.pairwise(places)) > 60


def test_clocks() -> None:
    assert clock(0, 1) == "0:00"
    assert clock(75.25, 0.01) == "1:15.25"
    assert clock(59.9996, 0.001) == "1:00.000"
    assert clock(3_723.4, 1) == "1:02:03"


# Pictures


@given(st.integers(1, 5_000), st.floats(0, 2), st.floats(1e-4, 0.05))
def test_a_waveform_shows_every_extreme(length: int, start_s: float, s_per_px: float) -> None:
    rate = 1_000
    samples = np.random.default_rng(length).uniform(-1, 1, (2, length)).astype(np.float32)
    starts = np.arange(0, length, BIN)
    peaks = np.stack((np.minimum.reduceat(samples, starts, axis=1), np.maximum.reduceat(samples, starts, axis=1)), 2)
    for known in (samples, samples[:, :0]):
        wave = Waveform(peaks, rate, known, rate)
        columns = wave.columns(start_s, s_per_px, 300)
        seen = samples[:, max(0, math.ceil(start_s * rate)) : max(0, math.floor((start_s + 300 * s_per_px) * rate))]
        if seen.shape[1] and not np.isnan(columns).all():
            assert np.nanmin(columns[:, 0]) <= seen.min()
            assert np.nanmax(columns[:, 1]) >= seen.max()
        ends = length / rate
        beyond = start_s + s_per_px * np.arange(300) > ends + BIN / rate
        assert np.isnan(columns[beyond]).all()


def test_a_spectrogram_is_the_same_from_tiles_as_at_once() -> None:
    rows = np.random.default_rng(2).integers(0, 256, (5_003, 128), np.uint8)
    drawn = SpectrogramRows(rows, 100)
    for s_per_px in (0.004, 0.01, 0.037, 0.2):
        found, left, width, complete = drawn.picture(3.0, s_per_px, 200)
        while not complete:
            found, left, width, complete = drawn.picture(3.0, s_per_px, 200)
        each = 1 << max(0, math.floor(math.log2(s_per_px * 100)))
        first = round((left * s_per_px + 3.0) * 100 + 0.5) // each
        assert left <= 0
        assert left + width >= 200 or first * each + found.shape[1] * each >= len(rows)
        for column in range(found.shape[1]):
            group = rows[(first + column) * each : (first + column + 1) * each]
            assert np.array_equal(found[:, column], group.max(axis=0)[::-1])


def test_a_spectrogram_beyond_its_end_is_nothing() -> None:
    drawn = SpectrogramRows(np.zeros((100, 128), np.uint8), 100)
    found, *_ = drawn.picture(50.0, 0.01, 100)
    assert found.shape[1] == 0


def test_window_and_engine_speak_of_the_same_bands() -> None:
    assert (spectrogram.LOWEST_HZ, spectrogram.HIGHEST_HZ) == (log_bands.LOWEST_HZ, log_bands.HIGHEST_HZ)
    middles = log_bands.band_hz()
    shares = [spectrogram.share_of(hz) for hz in middles]
    assert np.allclose(shares, np.linspace(0, 1, len(middles)))


@pytest.mark.parametrize("dark", [True, False])
def test_equal_steps_of_level_are_equal_steps_of_lightness(dark: bool) -> None:
    steps = np.diff(lightness_of(heat_path(dark)))
    assert np.allclose(steps, steps.mean(), rtol=0.02)
    assert bool(steps.mean() > 0) is dark
    assert len(heat_colours(dark)) == 256
    assert all(colour >> 24 == 0xFF for colour in heat_colours(dark))


# Placing


def test_both_stems_come_on_tracks_at_the_same_sample(tmp_path: Path) -> None:
    adapter = demo_adapter()
    rate = adapter.session().sample_rate
    stems = Stems(tmp_path / "a_vocals.wav", tmp_path / "a_instrumental.wav", 1, -120, "lumen", "CPU", 1)
    for file in (stems.vocals, stems.instrumental):
        file.touch()
    placed = place_by(adapter, stems, "Song", 8.0)
    assert placed.start_s == 8.0
    placed_on = {track: [one.start_samples for one in sounds] for track, sounds in adapter.daw.sounds_on.items()}
    assert placed_on == {"Song vocals": [8 * rate], "Song instrumental": [8 * rate]}
    assert adapter.daw.tracks.index("Song instrumental") == adapter.daw.tracks.index("Song vocals") + 1


def test_without_a_time_stamp_stems_come_where_the_daw_stands(tmp_path: Path) -> None:
    adapter = demo_adapter()
    stems = replace(STEMS, vocals=tmp_path / "v.wav", instrumental=tmp_path / "i.wav")
    for file in (stems.vocals, stems.instrumental):
        file.touch()
    placed = place_by(adapter, stems, "Song", None)
    transport = adapter.transport()
    assert placed.start_s == pytest.approx(transport.position_samples / transport.sample_rate)


def test_a_daw_must_be_there_and_take_sound() -> None:
    from gui.bridge_link.seen import DawSeen

    takes = frozenset({"place_audio"})
    absent = DawSeen("a", "A", False, takes, "Song")
    closed = DawSeen("b", "B", True, takes)
    deaf = DawSeen("c", "C", True, frozenset(), "Song")
    there = DawSeen("d", "D", True, takes, "Song")
    assert daw_to_place_in([absent, closed, deaf]) is None
    assert daw_to_place_in([absent, there]) == there
