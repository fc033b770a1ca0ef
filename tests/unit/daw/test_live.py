"""Live's remote script under a stand-in for Live, driven as melisma drives it.  Live itself was not there."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from engine.errors import InputError
from plugin_host.adapters.live import live_adapter
from plugin_host.ports import Action, Placement
from plugin_host.spool import SpoolAdapter
from plugin_host.spool.records import pack
from tests.unit.daw.live_model import Clip, LiveProgram, Note, OldTrack, Song
from tests.unit.daw.reaper_process import until, write_wav

_MELODY = [Note(60, 0, 1), Note(62, 1, 0.5), Note(127, 1.5, 2)]


@pytest.fixture
def live(tmp_path: Path) -> Iterator[LiveProgram]:
    program = LiveProgram(tmp_path)
    yield program
    program.close()


@pytest.fixture
def song(live: LiveProgram) -> Song:
    return live.song()


@pytest.fixture
def adapter(live: LiveProgram) -> Iterator[SpoolAdapter]:
    adapter = live_adapter(live.spool)
    adapter.spool.open(9, "token")
    live.start()
    until(adapter.probe)
    yield adapter
    adapter.close()


def _audio(song: Song, **fields: object) -> Clip:
    song.create_audio_track(1)
    clip = Clip(name="mix", is_midi_clip=False, file_path="/a/mix.wav", sample_length=480000, **fields)  # type: ignore[arg-type]
    song.tracks[1].add(clip)
    song.select(clip)
    return clip


def _heard(adapter: SpoolAdapter) -> list[tuple[int, float, float]]:
    return [(n.key, n.start, n.duration) for n in adapter.read_clip().notes]


def test_a_clip_of_the_arrangement(song: Song, adapter: SpoolAdapter) -> None:
    song.tempo, song.signature_numerator = 90.0, 3
    song.select(song.tracks[0].add(Clip("verse", start_time=16, end_time=20, notes=_MELODY)))
    clip = adapter.read_clip()
    assert (clip.name, clip.track, clip.start_quarters, clip.length_quarters) == ("verse", "1-MIDI", 16, 4)
    assert clip.start_samples == pytest.approx(clip.tempo_map.seconds(16) * 48000, abs=0.5)
    assert clip.tempo_map.bpm_at(99) == 90
    assert clip.tempo_map.meters == ((0, 3, 4),)
    # The highest key counts too.
    assert _heard(adapter) == [(60, 0, 1), (62, 1, 0.5), (127, 1.5, 2)]


def test_what_does_not_sound_is_left_out(song: Song, adapter: SpoolAdapter) -> None:
    notes = [Note(60, 0.5, 2), Note(61, 1, 1), Note(62, 2, 9), Note(63, 2, 1, mute=True), Note(64, 3, 1)]
    song.select(song.tracks[0].add(Clip(start_time=8, end_time=10, start_marker=1, end_marker=3, notes=notes)))
    assert _heard(adapter) == [(61, 0, 1), (62, 1, 1)]


def test_a_looped_clip_sings_every_pass(song: Song, adapter: SpoolAdapter) -> None:
    notes = [Note(60, 0, 0.5), Note(62, 1, 5), Note(64, 3, 1)]
    clip = Clip(start_time=0, end_time=4.5, start_marker=1, looping=True, loop_start=0, loop_end=2, notes=notes)
    song.select(song.tracks[0].add(clip))
    assert _heard(adapter) == [(62, 0, 1), (60, 1, 0.5), (62, 2, 1), (60, 3, 0.5), (62, 4, 0.5)]


def test_a_session_clip_is_one_pass_at_the_playheads_bar(song: Song, adapter: SpoolAdapter) -> None:
    song.current_song_time = 10.7
    clip = song.tracks[0].launch(0, Clip("hook", looping=True, start_marker=0, loop_end=2, end_marker=8, notes=_MELODY))
    song.view.highlighted_clip_slot = song.tracks[0].clip_slots[0]
    read = adapter.read_clip()
    assert (read.start_quarters, read.length_quarters, len(read.notes)) == (8, 2, 3)
    assert adapter.read_clip(clip.name).key == read.key


def test_keys_stay_while_a_clip_moves(song: Song, adapter: SpoolAdapter) -> None:
    clip = song.tracks[0].add(Clip("verse", start_time=16, end_time=20, notes=_MELODY))
    other = song.tracks[0].add(Clip("verse", start_time=32, end_time=36, notes=_MELODY))
    song.select(clip)
    before = adapter.read_clip()
    clip.start_time, clip.end_time, song.file_path = 24, 28, "/sets/My Song Project/My Song.als"
    after = adapter.read_clip()
    assert (before.key, before.session.key) == (after.key, after.session.key)
    assert (after.session.name, after.session.folder) == ("My Song", Path("/sets/My Song Project"))
    song.select(other)
    assert adapter.read_clip().key != before.key


def test_sounds(song: Song, adapter: SpoolAdapter) -> None:
    clip = _audio(song, start_time=8, end_time=12, start_marker=1.5, end_marker=3.5)
    sound = adapter.read_sound()
    assert (sound.path, sound.track) == (Path("/a/mix.wav"), "2-Audio")
    assert (sound.start_samples, sound.offset_samples, sound.length_samples) == (192000, 72000, 96000)
    # Warped, but to the set's own tempo: beat 1 of the clip is half a second into the file.
    clip.warping, clip.start_marker = True, 3
    clip.warp_markers = tuple(SimpleNamespace(beat_time=b, sample_time=0.5 * b) for b in (0, 4, 16))
    assert adapter.read_sound().offset_samples == 72000
    with pytest.raises(InputError, match="no MIDI clip"):
        adapter.read_clip()


@pytest.mark.parametrize("times", [(0, 2.1, 4.2), (0, 1.5, 4), (0,)])
def test_stretched_sounds_are_refused(song: Song, adapter: SpoolAdapter, times: tuple[float, ...]) -> None:
    clip = _audio(song, warping=True)
    clip.warp_markers = tuple(SimpleNamespace(beat_time=4 * i, sample_time=t) for i, t in enumerate(times))
    with pytest.raises(InputError, match=r"warped.*Consolidate"):
        adapter.read_sound()


def test_nothing_selected_and_unknown_names(song: Song, adapter: SpoolAdapter) -> None:
    with pytest.raises(InputError, match="No clip is selected"):
        adapter.read_clip()
    with pytest.raises(InputError, match="nobody"):
        adapter.read_clip("nobody")


def test_placing_is_one_step_of_undo(song: Song, adapter: SpoolAdapter, tmp_path: Path) -> None:
    song.tracks[0].name = "Vox"
    song.tracks.append(song.track_type(song, "Bass"))
    sounds = [Placement(write_wav(tmp_path / f"{n}.wav", 44100, 44100), n, 48000 * 3 + 1, "Vox") for n in ("A", "B")]
    placed = adapter.place_audio(sounds, "melisma")
    assert [(p.track, p.start_samples) for p in placed] == [("A", 144001), ("B", 144001)]
    assert [track.name for track in song.tracks] == ["Vox", "B", "A", "Bass"]
    (clip,) = song.tracks[2].arrangement_clips
    assert (clip.start_time, clip.warping, clip.name) == (pytest.approx(144001 / 24000), False, "A")
    assert (len(song.undo), song.unprotected) == (1, False)
    adapter.place_audio(sounds[:1], "again")
    assert len(song.tracks) == 4
    song.undo_once()
    song.undo_once()
    assert [track.name for track in song.tracks] == ["Vox", "Bass"]


def test_a_clip_lands_on_its_bar_when_the_tempo_was_turned(song: Song, adapter: SpoolAdapter, tmp_path: Path) -> None:
    song.select(song.tracks[0].add(Clip("verse", start_time=16, end_time=20, notes=_MELODY)))
    start = adapter.read_clip().start_samples
    song.tempo = 133.0
    adapter.place_audio([Placement(write_wav(tmp_path / "a.wav"), "A", start)], "x")
    assert song.tracks[1].arrangement_clips[0].start_time == pytest.approx(16)


def test_half_a_result_is_taken_back(song: Song, adapter: SpoolAdapter, tmp_path: Path) -> None:
    words = tmp_path / "words.wav"
    words.write_text("not a sound", encoding="utf-8")
    song.create_audio_track(1)
    song.tracks[1].name = "A"
    good = write_wav(tmp_path / "a.wav")
    with pytest.raises(InputError, match="Not a valid audio file"):
        adapter.place_audio([Placement(good, "A", 0), Placement(good, "C", 0), Placement(words, "B", 0)], "x")
    assert [(t.name, t.arrangement_clips) for t in song.tracks[1:]] == [("A", [])]
    with pytest.raises(InputError, match="is not there"):
        adapter.place_audio([Placement(tmp_path / "missing.wav", "B", 0)], "x")
    assert not song.in_step


def test_a_live_that_is_too_old_says_so(tmp_path: Path) -> None:
    live = LiveProgram(tmp_path / "old", Song(OldTrack), (11, 3, 2))
    adapter = live_adapter(live.spool)
    try:
        live.start()
        until(adapter.probe)
        with pytest.raises(InputError, match=r"12\.0\.5"):
            adapter.place_audio([Placement(write_wav(tmp_path / "a.wav"), "A", 0)], "x")
        assert len(live.song().tracks) == 1
    finally:
        live.close()


def test_renaming_a_clip_asks(live: LiveProgram, song: Song, adapter: SpoolAdapter) -> None:
    clip = song.tracks[0].add(Clip("verse", start_time=16, end_time=20, notes=_MELODY))
    song.select(clip)
    live.tick()
    clip.name = "Melisma: A-ma-zing grace"
    until(lambda: clip.name == "verse")
    asks: list[object] = []
    until(lambda: asks.extend(adapter.asks()) or asks)
    (ask,) = asks
    assert (ask.action, ask.lyrics, ask.clips[0].name) == (Action.SING, "A-ma-zing grace", "verse")  # type: ignore[attr-defined]
    adapter.answer(ask.id, "It is on the track below.")  # type: ignore[attr-defined]
    until(lambda: "melisma: It is on the track below." in live.shown)
    sound = _audio(song, end_time=2)
    live.tick()
    sound.name = "melisma:"
    asks.clear()
    until(lambda: asks.extend(adapter.asks()) or asks)
    assert (asks[0].action, len(asks[0].sounds), asks[0].lyrics) == (Action.ISOLATE, 1, None)  # type: ignore[attr-defined]


def test_without_melisma_a_wish_is_refused(live: LiveProgram, song: Song, adapter: SpoolAdapter) -> None:
    adapter.spool.close()
    clip = song.tracks[0].add(Clip("verse", notes=_MELODY))
    song.select(clip)
    live.tick()
    clip.name = "melisma:"
    until(lambda: "melisma is not there. Start it and try again." in live.shown)
    assert not list(live.spool.glob("ask-*"))


def test_a_wish_that_nobody_hears_is_taken_back_and_said(
    live: LiveProgram, song: Song, adapter: SpoolAdapter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Melisma was killed: its sign is still there."""
    assert adapter.probe()
    monkeypatch.setattr("Melisma.bridge._UNHEARD_S", 0.05)
    clip = song.tracks[0].add(Clip("verse", notes=_MELODY))
    song.select(clip)
    live.tick()
    clip.name = "melisma:"
    until(lambda: "melisma does not answer. Start it and try again." in live.shown)
    assert not list(live.spool.glob("ask-*"))


def test_a_command_for_another_session_is_left_alone(live: LiveProgram, adapter: SpoolAdapter) -> None:
    assert live.spool.is_dir()
    with pytest.raises(InputError, match="did not answer"):
        adapter.spool.command("ping", timeout_s=0.3, session="of another Live")
    assert adapter.spool.command("ping", session=adapter.session().key) == []


def test_it_goes_where_melisma_came_last(live: LiveProgram, tmp_path: Path) -> None:
    """Installed in a terminal, started at login: two runtime folders."""
    other = tmp_path / "other"
    other.mkdir()
    (live.scripts / "Melisma" / "spool.txt").write_text(f"{live.spool}\n{other}\n", encoding="utf-8")
    (live.spool / "bridge").write_bytes(pack(["bridge", "9", "token", "1", "1000"]))  # of one that was killed
    adapter = live_adapter(other)
    adapter.spool.open(9, "token")
    live.start()
    until(adapter.probe)


def test_a_tempo_that_changes_is_said(live: LiveProgram, song: Song, adapter: SpoolAdapter) -> None:
    song.select(song.tracks[0].add(Clip(notes=_MELODY)))
    song.master_track.mixer_device.song_tempo.automation_state = 1
    adapter.read_clip()
    assert any("changes its tempo" in line for line in live.shown)


def test_transport_is_asked_and_told(live: LiveProgram, song: Song) -> None:
    from pythonosc.osc_message import OscMessage

    adapter = live_adapter(live.spool)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as inbox:
        inbox.bind(("127.0.0.1", 0))
        inbox.settimeout(20)
        adapter.spool.open(inbox.getsockname()[1], "sécret")
        live.start()
        first = OscMessage(inbox.recv(9000))
        assert (first.address, list(first)) == ("/melisma/1/daw/transport", ["sécret", "live", 0, 0.0, 120.0])
        with live.lock:
            song.is_playing, song.current_song_time = True, 8.5
        assert list(OscMessage(inbox.recv(9000)))[2:] == [204000, 1.0, 120.0]
    transport = adapter.transport()
    assert (transport.position_samples, transport.speed, transport.bpm) == (204000, 1, 120)


def test_errors_never_reach_live(live: LiveProgram, song: Song, adapter: SpoolAdapter) -> None:
    (live.spool / "cmd").write_bytes(b"\xff\n")
    with live.lock:
        song.tempo = None  # type: ignore[assignment]
    with pytest.raises(InputError, match="Live refused"):
        adapter.transport()
    with live.lock:
        song.tempo = 100.0
    assert adapter.transport().bpm == 100
    with pytest.raises(InputError, match="does not know dance"):
        adapter.spool.command("dance")
    live.close()
    assert live.disconnected
    assert not adapter.probe()


def test_a_script_that_was_copied_by_hand_says_so(live: LiveProgram) -> None:
    (live.scripts / "Melisma" / "spool.txt").unlink()
    live.load()
    live.tick()
    assert any("melisma install live" in line for line in live.shown)
