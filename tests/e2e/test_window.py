"""An evening with the window on a real screen, beside a real Ardour, by mouse and keyboard alone.

A clip is dropped, words are typed, the take is dragged into the DAW, a mix is parted, a video is made.  Pictures of
each step go to the folder MELISMA_WINDOW_PICTURES.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import av
import mido
import numpy as np
import pytest
import soundfile

from engine.errors import InputError
from engine.folders import presets_folder
from engine.score import TempoMap
from gui.viewmodels.clock_text import clock
from plugin_host.adapters.ardour import ardour_adapter
from plugin_host.headless import HeadlessArdour, NewSession, NewTrack, make_session
from plugin_host.headless import missing_tools as missing_for_ardour
from plugin_host.headless.onsets import is_measurable, vowel_onset_errors_s
from plugin_host.headless.tools import environment
from plugin_host.spool import SpoolAdapter
from tests.daw.waiting import wait_for
from tests.e2e.sung_measures import cents, f0_track, level_db
from tests.e2e.window_asked import WindowUnderTest
from tests.e2e.window_desk import DEBIAN_LINE, HERE, Desk, is_running, middle, missing_tools
from tests.e2e.window_source import HIGH, WIDE

_MISSING = (*missing_for_ardour(), *missing_tools())
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(_MISSING), reason=f"no desk: {', '.join(_MISSING)} missing; {DEBIAN_LINE}"),
]
BPM = 100.0
TEMPO_MAP = TempoMap(((0.0, BPM),), ((0.0, 4, 4),))
RATE = 48_000
SCREEN = "1920x1080"
FILES = (20, 900)
"""Where the file manager lies."""
BAR_ONE = (232, 700)
"""Over Ardour's empty canvas, some pixels behind where its time begins; a bar is 56 pixels wide."""
SING_S = 120.0
OPEN_MOUTH_S = 3.3
"""Amid the vowel of "fall"."""
VIBRATO_TOOL, POINTER_TOOL = "7", "1"
SWAY_PIXELS = 24
FIRST = 4.0
"""Quarters of rest before the first note."""
WORDS = ("Stars", "fall", "so", "soft", "sing", "to", "the", "shore")
KEYS = (64, 66, 67, 69, 71, 69, 67, 64)


@dataclass(frozen=True)
class Evening:
    """Ardour at the left, the window at the right, and a file manager below."""

    daw: HeadlessArdour
    desk: Desk
    window: WindowUnderTest
    clip: Path
    mix: Path


@pytest.fixture
def evening(tmp_path: Path) -> Iterator[Evening]:
    home = tmp_path / "home"
    clip, mix = _clip(tmp_path / "night.mid"), _mix(tmp_path / "band.wav")
    session = NewSession("Evening", RATE, TEMPO_MAP.tempi, tracks=(NewTrack("Keys", channels=2),))
    album = Path(os.environ.get("MELISMA_WINDOW_PICTURES") or tmp_path / "pictures")
    with (
        HeadlessArdour(make_session(session, tmp_path, home), home, RATE, SCREEN) as daw,
        Desk(environment(home) | daw.screen(), album, tmp_path) as desk,
    ):
        desk.start("openbox")
        desk.put(desk.window("Evening - Ardour"), 0, 0, 1920, 1050)
        # The grid of bars, and regions that come to it.
        daw.osc("/access_action", "Snap/grid-type-bar")
        daw.osc("/access_action", "Editor/cycle-snap-mode")
        window = WindowUnderTest(desk, "--theme", "dark")
        desk.put(window.number("Melisma$"), 676, 40, 1240, 980)
        desk.start(sys.executable, HERE / "window_source.py", *map(str, FILES), clip, mix)
        desk.window("Files")
        yield Evening(daw, desk, window, clip, mix)


def test_an_evening(evening: Evening, tmp_path: Path) -> None:
    _drop_the_clip(evening)
    _type_the_words(evening)
    _sway_the_last_note(evening)
    take = _render(evening)
    _check_the_singing(take)
    _drag_into_ardour(evening, take)
    _follow_ardour(evening)
    _isolate(evening)
    _mix_with_the_band(evening, take)
    _make_a_video(evening, take, tmp_path / "night.mp4")
    _leave(evening)


def _drop_the_clip(evening: Evening) -> None:
    desk, window = evening.desk, evening.window
    desk.picture("empty")
    desk.drag(_row_of(evening.clip, evening), middle(window.place("window")), lambda: desk.picture("clip-held"))
    assert len(window.until("the clip's notes", "notes")) == len(KEYS)


def _type_the_words(evening: Evening) -> None:
    desk, window = evening.desk, evening.window
    desk.click(window.ask("notes")[0]["at"])
    window.until("the first note chosen", "panels.sing.view.selected")
    desk.keys("Return")
    for number, word in enumerate(WORDS):
        window.until(f"the field on note {number + 1}", "focus", partial(_is_field_on, window, number))
        desk.type(word)
        if word == "sing":
            desk.picture("typing")
        desk.keys("Return" if number == len(WORDS) - 1 else "Tab")
    window.until("the words", "notes", lambda notes: [note["lyric"] for note in notes] == list(WORDS))
    window.until("the sound of all phrases", "panels.sing.waiting", lambda waiting: waiting == "", SING_S)
    desk.settled_picture("sung")


def _is_field_on(window: WindowUnderTest, number: int, focus: Any) -> bool:
    left = window.ask("notes")[number]["at"][0]
    return bool(focus) and focus["kind"] == "LyricEditor" and focus["at"][0] == left


def _sway_the_last_note(evening: Evening) -> None:
    """By the handle over it."""
    desk, window = evening.desk, evening.window
    desk.click(window.ask("notes")[-1]["at"])
    desk.keys(VIBRATO_TOOL)
    before = window.until("the handles", "vibrato")
    x, y = before["handles"]["depth"]
    desk.drag((x, y), (x, y - SWAY_PIXELS))
    window.until("a deeper vibrato", "vibrato", lambda now: now["depth"] > before["depth"] + 20)
    window.until("the sound of all phrases", "panels.sing.waiting", lambda waiting: waiting == "", SING_S)
    desk.settled_picture("swaying")
    desk.keys(POINTER_TOOL)


def _render(evening: Evening) -> Path:
    """The finished WAV that the grip offers."""
    desk, window = evening.desk, evening.window
    desk.keys("ctrl+r")
    window.until("the take", "panels.sing.top.handle", lambda grip: grip["enabled"], SING_S)
    (file,) = (evening.daw.home / "melisma" / "data" / "renders").glob("*@*.wav")
    assert file.stem == "night @ 1.1 00m00.000s"
    return file


def _check_the_singing(take: Path) -> None:
    """Every word on its note, at its place of the second and third bar; before and after it silence."""
    sound, rate = soundfile.read(take, dtype="float32")
    assert (sound.ndim, rate) == (1, RATE)
    starts_s = [TEMPO_MAP.seconds(FIRST + number) for number in range(len(KEYS) + 1)]
    for key, start_s, end_s in zip(KEYS, starts_s, starts_s[1:], strict=False):
        edge_s = 0.3 * (end_s - start_s)
        vowel = sound[round((start_s + edge_s) * rate) : round((end_s - edge_s) * rate)]
        assert level_db(vowel) > -40
        near_hz = 440 * 2 ** ((key - 69) / 12)
        margin = len(vowel) // 10
        assert abs(np.median(cents(f0_track(vowel, rate, near_hz)[margin:-margin], key))) < 50
    onsets_s = [at_s for at_s, word in zip(starts_s, WORDS, strict=False) if is_measurable(word)]
    assert np.abs(vowel_onset_errors_s(sound, rate, onsets_s)).max() < 0.05
    assert level_db(sound[: round((starts_s[0] - 0.5) * rate)]) < -60
    assert 0 < len(sound) / rate - starts_s[-1] < 0.6
    assert level_db(sound[-rate // 20 :]) < -50


def _drag_into_ardour(evening: Evening, take: Path) -> None:
    """Let go a little behind the first bar line, it lies on that line."""
    desk, window, daw = evening.desk, evening.window, evening.daw
    grip = window.place("panels.sing.top.handle")
    desk.drag(middle(grip), BAR_ONE, lambda: desk.picture("take-held"))
    with closing(ardour_adapter(daw.spool_folder)) as adapter:
        region = wait_for("the region in Ardour", lambda: _region(adapter, take.stem), 60)
    window.until("no notice over it", "notices", lambda notices: not notices)
    desk.settled_picture("take-in-ardour")
    _, _, name, _, kind, position, length, *_ = region
    assert (name, kind, int(position)) == (take.stem, "audio", 0)
    assert int(length) == soundfile.info(str(take)).frames
    daw.save()
    stored = next((daw.session / "interchange").rglob(take.name))
    np.testing.assert_allclose(soundfile.read(stored)[0], soundfile.read(take)[0], atol=2**-22)


def _follow_ardour(evening: Evening) -> None:
    """While Ardour plays the cursor goes along, in front of the notes and over them; it stays where Ardour stops."""
    desk, window, daw = evening.desk, evening.window, evening.daw
    daw.osc("/transport_stop")
    daw.osc("/locate", 0, 0)
    daw.osc("/transport_play")
    cursor = "panels.sing.view.cursor_s"
    first = window.until("the cursor on its way", cursor, lambda seconds: seconds > 0.5)
    window.until("the cursor over the notes", cursor, lambda seconds: seconds > TEMPO_MAP.seconds(FIRST + 2))
    assert window.ask(cursor) > first
    desk.picture("following")
    daw.osc("/transport_stop")
    window.until("its halt", "daw", lambda now: not now["playing"])
    stopped = window.ask(cursor)
    assert abs(stopped - window.ask("daw")["position_s"]) < 0.3
    assert window.ask("window.transport.time.text") == clock(stopped)


def _region(adapter: SpoolAdapter, name: str) -> tuple[str, ...] | None:
    with suppress(InputError):
        return next(line for line in adapter.spool.command("read", [("name", name)]) if line[0] == "region")
    return None


def _isolate(evening: Evening) -> None:
    desk, window = evening.desk, evening.window
    desk.keys("ctrl+2")
    window.until("the Isolate panel", "pages.current", lambda current: current == "isolate")
    desk.drag(_row_of(evening.mix, evening), middle(window.place("window")), lambda: desk.picture("mix-held"))
    desk.click(window.place("panels.isolate.side.start"))
    mixed, vocals, instrumental = (soundfile.read(path)[0] for path in (evening.mix, *_files(window, "isolate")))
    assert np.abs(vocals + instrumental - mixed).max() < 10 ** (-90 / 20)
    assert min(level_db(vocals), level_db(instrumental)) > -45
    window.until("what the stems sound and look like", "panels.isolate.waiting", lambda waiting: waiting == "")
    assert "Null" in window.ask("panels.isolate.stage.result_bar.null")["text"]
    window.until("no notice over it", "notices", lambda notices: not notices)
    desk.settled_picture("isolated")


def _mix_with_the_band(evening: Evening, take: Path) -> None:
    """The take, and the band dropped on the dialog: both are in the mix, as long as the longer one."""
    desk, window = evening.desk, evening.window
    desk.keys("ctrl+1")
    window.until("the Sing panel", "pages.current", lambda current: current == "sing")
    desk.keys("ctrl+shift+b")
    dialog = window.until("the dialog", "dialog")
    desk.drag(_row_of(evening.mix, evening), middle(dialog["at"]), lambda: desk.picture("band-held"))
    window.place("dialog.start")
    desk.settled_picture("mixing")
    desk.click(window.place("dialog.start"))
    (mixed,) = _files(window, "mix")
    assert mixed.parent == take.parent
    voice, band = soundfile.info(str(take)), soundfile.info(str(evening.mix))
    sound, rate = soundfile.read(mixed, always_2d=True)
    assert rate == band.samplerate
    assert len(sound) / rate >= max(voice.duration, band.duration) - 0.01
    early = soundfile.read(evening.mix, always_2d=True)[0][: rate // 2].sum(1)  # before the voice begins
    np.testing.assert_allclose(np.corrcoef(early, sound[: rate // 2].sum(1))[0, 1], 1.0, atol=1e-3)
    assert level_db(sound[round(band.duration * rate) :]) > level_db(sound[-rate // 50 :]) + 10
    window.until("no notice over it", "notices", lambda notices: not notices)


def _make_a_video(evening: Evening, take: Path, out: Path) -> None:
    desk, window = evening.desk, evening.window
    desk.keys("ctrl+3")
    window.until("the Avatar panel", "pages.current", lambda current: current == "avatar")
    window.place("panels.avatar.video.export")
    left, top, width, height = window.place("panels.avatar.stage.scrubber")
    duration_s = soundfile.info(str(take)).duration
    desk.click((left, top, round(2 * width * OPEN_MOUTH_S / duration_s), height))
    frame = "panels.avatar.stage.scrubber.frame"
    window.until("the picture there", frame, lambda number: abs(number / 25 - OPEN_MOUTH_S) < 0.2)
    window.until("the show", "panels.avatar.waiting", lambda waiting: waiting == "", SING_S)
    desk.settled_picture("avatar")
    desk.keys("ctrl+shift+m")
    window.until("the dialog", "dialog")
    desk.keys("ctrl+a")
    desk.type(str(out))
    desk.picture("save-as")
    desk.keys("Return")
    (video,) = _files(window, "avatar", 240)
    desk.settled_picture("video")
    assert video == out
    with av.open(str(video)) as file:
        pictures = [frame.to_ndarray(format="gray") for frame in file.decode(video=0)]
        assert abs((file.duration or 0) / av.time_base - duration_s) < 0.1
        assert file.streams.audio
    assert max(float(np.abs(one - pictures[0].astype(float)).max()) for one in pictures) > 20, "nothing moves"


def _files(window: WindowUnderTest, kind: str, within_s: float = 120) -> list[Path]:
    """What a job of this kind wrote, once it is done."""
    jobs = window.until(kind, "jobs", lambda jobs: any(job["kind"] == kind and job["over"] for job in jobs), within_s)
    job = next(job for job in jobs if job["kind"] == kind)
    assert job["state"] == "done", job
    return [Path(file) for file in job["files"]]


def _leave(evening: Evening) -> None:
    """It asks, for the song was never saved; told not to save it goes, and takes its processes along."""
    desk, window = evening.desk, evening.window
    others = [window.ask(f"window.studio.{name}.pid") for name in ("engine", "bridge")]
    assert all(map(is_running, others))
    desk.keys("ctrl+q")
    window.until("the question", "dialog")
    desk.settled_picture("leaving")
    desk.keys("shift+Tab", "space")
    assert wait_for("its end", lambda: window.ended, 60) == (0,)
    assert not any(map(is_running, others))


def _row_of(file: Path, evening: Evening) -> tuple[int, int]:
    number = (evening.clip, evening.mix).index(file)
    return FILES[0] + WIDE // 2, FILES[1] + round((number + 0.5) * HIGH)


def _clip(path: Path) -> Path:
    """The melody, without a word."""
    file = mido.MidiFile(type=0, ticks_per_beat=480)
    track = mido.MidiTrack([mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(BPM))])
    for number, key in enumerate(KEYS):
        rest = 0 if number else round(FIRST * 480)
        track.append(mido.Message("note_on", note=key, velocity=90, time=rest))
        track.append(mido.Message("note_off", note=key, time=480))
    file.tracks.append(track)
    file.save(str(path))
    return path


def _mix(path: Path) -> Path:
    """A voice over chords, six seconds."""
    voice, rate = soundfile.read(presets_folder() / "probe" / "singing.ogg", always_2d=True)
    voice = voice.mean(1, keepdims=True)[: 6 * rate]
    time = np.arange(len(voice)) / rate
    chords = sum(np.sin(2 * np.pi * 220 * ratio * time) * np.exp(-4 * (time % 0.5)) for ratio in (1, 1.25, 1.5))
    mixed = 0.5 * voice / np.abs(voice).max() + 0.1 * chords[:, None] * np.array([[1.0, 0.8]])
    soundfile.write(path, mixed, rate, subtype="PCM_24")
    return path
