"""REAPER's scripts under a plain Lua interpreter, driven as melisma drives them.  REAPER itself was not there."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from engine.errors import InputError
from plugin_host.adapters.reaper import reaper_adapter
from plugin_host.spool import SpoolAdapter
from tests.unit.daw.reaper_process import LUAS, ReaperProcess, until

_MELODY = """notes = {{0, 480, 60, 100}, {480, 960, 62, 80}, {960, 1920, 64, 70}},
    texts = {{0, "la-"}, {480, "la"}, {960, "lä"}}, quarters = 8"""


@pytest.fixture(params=LUAS or ("lua5.3",))
def reaper(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ReaperProcess]:
    with ReaperProcess(tmp_path, request.param) as process:
        yield process


@pytest.fixture
def adapter(reaper: ReaperProcess) -> Iterator[SpoolAdapter]:
    adapter = reaper_adapter(reaper.spool)
    reaper.connect()
    until(adapter.probe)
    yield adapter
    adapter.close()


def test_a_clip_comes_with_its_notes_and_lyrics(reaper: ReaperProcess, adapter: SpoolAdapter) -> None:
    reaper.do(f'M.midi(M.track("Vox"), {{name = "verse", position = 2, length = 2, {_MELODY}}})')
    clip = adapter.read_clip()
    assert (clip.name, clip.track, clip.start_samples) == ("verse", "Vox", 96000)
    assert (clip.start_quarters, clip.length_quarters) == pytest.approx((4, 4))
    assert [(n.start, n.duration, n.key, n.velocity, n.lyric) for n in clip.notes] == [
        (0, 0.5, 60, 100, "la-"),
        (0.5, 0.5, 62, 80, "la"),
        (1, 1, 64, 70, "lä"),
    ]


def test_keys_stay_while_clips_move_and_the_project_is_saved(reaper: ReaperProcess, adapter: SpoolAdapter) -> None:
    reaper.do(f'item = M.midi(M.track("Vox"), {{position = 2, length = 2, {_MELODY}}})')
    before = adapter.read_clip()
    assert before.session.folder is None
    reaper.do('item.values.D_POSITION = 6; M.file = "/songs/Über alles/mix 3.RPP"')
    after = adapter.read_clip()
    assert (after.key, after.session.key) == (before.key, before.session.key)
    assert (after.session.name, after.session.folder) == ("mix 3", Path("/songs/Über alles"))
    until(lambda: adapter.session() == after.session)


def test_what_does_not_sound_is_left_out_and_edges_cut(reaper: ReaperProcess, adapter: SpoolAdapter) -> None:
    # One quarter is trimmed off the left: the source begins before the item.
    reaper.do(
        """M.midi(M.track("Vox"), {position = 1, length = 1, offset = 1, quarters = 16, notes = {
        {0, 480, 59}, {480, 1440, 60}, {1440, 1920, 61, 90, muted = true}, {1920, 9600, 62}, {4000, 5000, 63}}})"""
    )
    notes = adapter.read_clip().notes
    assert [(n.key, n.start, n.duration) for n in notes] == [(60, 0, 0.5), (62, 1, 1)]


def test_a_looped_item_sings_every_pass(reaper: ReaperProcess, adapter: SpoolAdapter) -> None:
    reaper.do(
        """M.midi(M.track("Vox"), {position = 0, length = 2.25, loop = true, quarters = 2, offset = 0.5,
        notes = {{0, 480, 60}, {960, 4000, 62}}, texts = {{960, "ah"}}})"""
    )
    clip = adapter.read_clip()
    heard = [(n.key, n.start, n.duration, n.lyric) for n in clip.notes]
    # Passes of 2 quarters begin at -0.5, 1.5 and 3.5; the long note ends with its pass, the last one with the item.
    assert heard == [
        (62, 0.5, 1, "ah"),
        (60, 1.5, 0.5, ""),
        (62, 2.5, 1, "ah"),
        (60, 3.5, 0.5, ""),
    ]


def test_a_take_at_another_rate_is_read_as_it_sounds(reaper: ReaperProcess, adapter: SpoolAdapter) -> None:
    reaper.do(f'M.midi(M.track("Vox"), {{position = 0, length = 4, playrate = 0.5, {_MELODY}}})')
    assert [(n.start, n.duration) for n in adapter.read_clip().notes] == [(0, 1), (1, 1), (2, 2)]


def test_lyrics_find_notes_that_were_moved_a_little(reaper: ReaperProcess, adapter: SpoolAdapter) -> None:
    reaper.do(
        """M.midi(M.track("Vox"), {position = 0, length = 4, quarters = 8,
        notes = {{10, 480, 60}, {500, 960, 62}, {960, 1900, 64}},
        texts = {{0, "one"}, {480, "two"}, {960, "three"}, {960, "marker", 6}, {1800, "far"},
        {0, "off", muted = true}}})"""
    )
    assert [n.lyric for n in adapter.read_clip().notes] == ["one", "two", "three"]


def test_ramps_and_meters_put_every_quarter_on_its_second(reaper: ReaperProcess, adapter: SpoolAdapter) -> None:
    reaper.do(
        """M.markers = {{at = 2, bpm = 90, num = 3, denom = 4, linear = true}, {at = 10, bpm = 150},
        {at = 13, bpm = 60, num = 6, denom = 8}}"""
    )
    reaper.do(f'M.midi(M.track("Vox"), {{position = 16, length = 2, {_MELODY}}})')
    tempo_map = adapter.read_clip().tempo_map
    for second in np.linspace(0, 20, 401):
        quarter = float(reaper.do(f"return string.format('%.12f', reaper.TimeMap2_timeToQN(0, {second}))"))
        assert tempo_map.seconds(quarter) == pytest.approx(second, abs=5e-5)
    assert [meter[1:] for meter in tempo_map.meters] == [(4, 4), (3, 4), (6, 8)]
    assert all(a[0] < b[0] for a, b in itertools.pairwise(tempo_map.tempi))


def test_the_rate_is_the_devices_where_the_project_has_none(reaper: ReaperProcess, adapter: SpoolAdapter) -> None:
    reaper.do(
        f'M.rate_used = 0; M.device_rate = "44100"; M.midi(M.track("V"), {{position = 2, length = 2, {_MELODY}}})'
    )
    assert (adapter.read_clip().session.sample_rate, adapter.read_clip().start_samples) == (44100, 88200)
    reaper.do("M.device_rate = nil; M.rate = 96000")
    assert adapter.read_clip().session.sample_rate == 96000


def test_a_sound_is_the_stretch_of_its_file(reaper: ReaperProcess, adapter: SpoolAdapter) -> None:
    reaper.do('M.audio(M.track("Mix"), {path = "/a/mix.wav", seconds = 10, offset = 1.5, position = 3, length = 4})')
    sound = adapter.read_sound()
    assert (sound.path, sound.offset_samples, sound.length_samples) == (Path("/a/mix.wav"), 72000, 192000)
    assert (sound.start_samples, sound.name) == (144000, "Mix")
    with pytest.raises(InputError, match="no MIDI clip"):
        adapter.read_clip()


@pytest.mark.parametrize(
    ("fields", "heard"),
    [
        ("offset = -1, position = 3, length = 4", (0, 144000, 192000)),  # silence first
        ("offset = 8, position = 3, length = 4", (384000, 96000, 144000)),  # silence after
        ("section = 2, offset = 1, position = 0, length = 1", (144000, 48000, 0)),
    ],
)
def test_edges_of_files(reaper: ReaperProcess, adapter: SpoolAdapter, fields: str, heard: tuple[int, ...]) -> None:
    reaper.do(f'M.audio(M.track("Mix"), {{path = "/a/mix.wav", seconds = 10, {fields}}})')
    sound = adapter.read_sound()
    assert (sound.offset_samples, sound.length_samples, sound.start_samples) == heard


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ("playrate = 1.1", "stretched"),
        ("stretch = 2", "stretched"),
        ("loop = true", "repeats its file"),
        ("section = 2, reversed = true", "backwards"),
        ("offset = 11", "plays nothing"),
    ],
)
def test_what_no_file_holds_is_refused(reaper: ReaperProcess, adapter: SpoolAdapter, fields: str, why: str) -> None:
    reaper.do(f'M.audio(M.track("M"), {{path = "/a/b.wav", seconds = 10, position = 0, length = 12, {fields}}})')
    with pytest.raises(InputError, match=why):
        adapter.read_sound()


def test_names_find_items_before_tracks(reaper: ReaperProcess, adapter: SpoolAdapter) -> None:
    reaper.do(
        f"""M.midi(M.track("lead"), {{name = "a", position = 0, length = 1, selected = false, {_MELODY}}})
        M.midi(M.track("other"), {{name = "lead", position = 4, length = 1, selected = false, {_MELODY}}})"""
    )
    assert adapter.read_clip("lead").track == "other"
    assert adapter.read_clip("other").name == "lead"
    with pytest.raises(InputError, match="nobody"):
        adapter.read_clip("nobody")
    with pytest.raises(InputError, match="No item is selected"):
        adapter.read_clip()
    reaper.do("M.editor = M.tracks[1].items[1]")
    assert adapter.read_clip().name == "a"
