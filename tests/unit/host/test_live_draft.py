"""What is heard of an edited phrase before it is sung as a whole, with the tiny voice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.api.live import LiveRequest, LiveSinger, LiveSound
from engine.api.live_voices import LiveVoices
from engine.errors import Cancelled
from engine.jobs import CancelToken, JobContext
from engine.models.hidden_singer import HiddenSinger
from engine.project.model import NamedTake, PhraseTakes, Project, Track, TrackNote
from engine.score import Curve, NoteId
from tests.unit.host.live_songs import WORDS, song, with_key

Ask = Callable[[Project], list[LiveSound]]
MIDDLE = "n10"
"""It sounds from 5 s to 5.5 s."""


@pytest.fixture
def singer(user_folder: Path, monkeypatch: pytest.MonkeyPatch, tiny_singer: HiddenSinger) -> LiveSinger:
    monkeypatch.setenv("MELISMA_DATA", str(user_folder))
    return LiveSinger(LiveVoices(lambda *_: tiny_singer))


@pytest.fixture
def ask(singer: LiveSinger) -> Ask:
    def sung(project: Project) -> list[LiveSound]:
        sounds: list[LiveSound] = []
        singer.sing(LiveRequest(project, "t1", device="cpu"), JobContext(), lambda plan: None, sounds.append)
        return sounds

    return sung


def long_song(count: int = 18, **fields: object) -> Project:
    """One phrase of half-second notes."""
    notes = tuple(TrackNote(NoteId(f"n{i}"), float(i), 1.0, 60 + i % 5, WORDS[i % len(WORDS)]) for i in range(count))
    return song(Track("t1", "Lead", voice="tiny", language="en", notes=notes, **fields))  # type: ignore[arg-type]


def level(sound: LiveSound, begin_s: float, end_s: float, rate: int) -> float:
    first, last = (round((at - sound.start_s) * rate) for at in (begin_s, end_s))
    return float(np.abs(sound.samples[0, first:last]).max())


def test_an_edit_is_heard_as_a_draft_then_whole(ask: Ask, tiny_singer: HiddenSinger) -> None:
    (before,) = ask(long_song())
    draft, whole = ask(with_key(long_song(), MIDDLE, 67))
    assert (before.draft, draft.draft, whole.draft) == (False, True, False)
    assert (draft.key, draft.start_s, draft.samples.shape) == (whole.key, whole.start_s, whole.samples.shape)
    rate = tiny_singer.codec.sample_rate
    begin, end = round((5.0 - draft.start_s) * rate), round((5.5 - draft.start_s) * rate)
    room = round(0.4 * rate)
    np.testing.assert_array_equal(draft.samples[:, : begin - room], before.samples[:, : begin - room])
    np.testing.assert_array_equal(draft.samples[:, end + room :], before.samples[:, end + room :])
    assert np.abs(draft.samples[:, begin:end] - before.samples[:, begin:end]).max() > 1e-3
    assert level(draft, 5.0, 5.5, rate) == pytest.approx(level(whole, 5.0, 5.5, rate), rel=0.5)


def test_a_draft_is_never_kept(ask: Ask) -> None:
    ask(long_song())
    song_now = with_key(long_song(), MIDDLE, 67)
    _, whole = ask(song_now)
    (kept,) = ask(song_now)
    assert not kept.draft
    np.testing.assert_array_equal(kept.samples, whole.samples)


def test_edits_that_replace_each_other_draft_from_what_last_sounded(singer: LiveSinger, ask: Ask) -> None:
    ask(long_song())
    token, sounds = CancelToken(), list[LiveSound]()

    def cancel(sound: LiveSound) -> None:
        sounds.append(sound)
        token.cancel()

    once = with_key(long_song(), MIDDLE, 67)
    with pytest.raises(Cancelled):
        singer.sing(LiveRequest(once, "t1", device="cpu"), JobContext(token=token), lambda plan: None, cancel)
    assert [sound.draft for sound in sounds] == [True]
    assert [sound.draft for sound in ask(with_key(once, "n11", 69))] == [True, False]


def edited(project: Project, note: str, **fields: object) -> Project:
    track = project.tracks[0]
    notes = tuple(replace(one, **fields) if one.id == note else one for one in track.notes)  # type: ignore[arg-type]
    return project.with_track(replace(track, notes=notes))


def test_little_is_drafted_and_much_is_not(ask: Ask) -> None:
    project = long_song()
    track = project.tracks[0]
    swell = Curve(((4.0, 0.0), (5.0, 6.0), (6.0, 0.0)))
    joined = (*track.notes[:8], replace(track.notes[8], duration=2.0), *track.notes[10:])
    other = PhraseTakes("2", (NamedTake("2", 5, 6),))
    edits = {
        "a word": edited(project, "n6", lyric="blue"),
        "a shorter note": edited(project, "n6", duration=0.7),
        "the first note": edited(project, "n0", key=63),
        "one note less": project.with_track(replace(track, notes=joined)),
        "a knob": project.with_track(replace(track, curves={"dynamics": swell})),
    }
    for name, song_now in edits.items():
        assert [sound.draft for sound in ask(project)] == [False]
        draft, whole = ask(song_now)
        assert (draft.draft, whole.draft) == (True, False), name
        assert draft.samples.shape == whole.samples.shape, name
    whole_edits = {
        "all of it": project.with_track(replace(track, transpose=2)),
        "both ends": edited(edited(project, "n1", key=65), "n16", key=65),
        "another take": project.with_track(replace(track, takes={"n0": other})),
    }
    for name, song_now in whole_edits.items():
        assert [sound.draft for sound in ask(project)] == [False]
        assert [sound.draft for sound in ask(song_now)] == [False], name


def test_a_short_phrase_is_sung_at_once(ask: Ask) -> None:
    ask(long_song(6))
    assert [sound.draft for sound in ask(with_key(long_song(6), "n3", 67))] == [False]
