"""A track that is sung while it is edited, with the tiny voice."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest

from engine.api.live import LivePlan, LiveRequest, LiveResult, LiveSinger, LiveSound
from engine.api.live_voices import LiveVoices
from engine.api.sing import SingRequest, render_clip
from engine.audio import read_audio
from engine.errors import Cancelled, InputError
from engine.jobs import CancelToken, JobContext
from engine.models.hidden_singer import HiddenSinger
from engine.project.file import write_project
from engine.project.model import NamedTake, PhraseTakes, Project, Tempi, TrackChoir
from tests.unit.host.live_songs import lead, song, with_key


@dataclass
class Heard:
    plans: list[LivePlan] = field(default_factory=list)
    sounds: list[LiveSound] = field(default_factory=list)
    result: LiveResult | None = None

    @property
    def plan(self) -> LivePlan:
        return self.plans[0]

    @property
    def order(self) -> list[int]:
        """Numbers of the phrases, as they sounded."""
        numbers = {phrase.key: phrase.number for phrase in reversed(self.plan.phrases)}
        return [numbers[sound.key] for sound in self.sounds]


Sing = Callable[..., Heard]


@pytest.fixture
def loads() -> list[str]:
    """Every loading of a voice."""
    return []


@pytest.fixture
def singer(
    user_folder: Path, monkeypatch: pytest.MonkeyPatch, tiny_singer: HiddenSinger, loads: list[str]
) -> LiveSinger:
    monkeypatch.setenv("MELISMA_DATA", str(user_folder))

    def load(model: object, device: str) -> HiddenSinger:
        loads.append(device)
        return tiny_singer

    return LiveSinger(LiveVoices(load))


@pytest.fixture
def live(singer: LiveSinger) -> Sing:
    def ask(project: Project, known: frozenset[str] = frozenset(), near_s: float = 0.0, track: str = "t1") -> Heard:
        heard = Heard()
        request = LiveRequest(project, track, known, near_s, "cpu")
        heard.result = singer.sing(request, JobContext(), heard.plans.append, heard.sounds.append)
        assert len(heard.plans) == 1
        return heard

    return ask


def test_the_sum_of_the_sounds_is_what_the_file_holds(live: Sing, tmp_path: Path) -> None:
    project = song()
    heard = live(project)
    write_project(project, tmp_path / "song.melisma")
    request = SingRequest(tmp_path / "song.melisma", tmp_path / "song.wav", device="cpu", subtype="FLOAT")
    result = render_clip(request, JobContext())
    wanted = read_audio(tmp_path / "song.wav").samples[0]
    found = np.zeros_like(wanted)
    starts = {phrase.key: phrase.start_s for phrase in heard.plan.phrases}
    for sound in heard.sounds:
        assert sound.start_s == starts[sound.key]
        at = round((sound.start_s - result.offset_s) * heard.plan.sample_rate)
        found[at : at + sound.samples.shape[1]] += sound.samples[0]
    assert np.abs(wanted).max() > 0.01
    np.testing.assert_allclose(found, wanted, atol=1e-6)


def test_after_one_edit_only_its_phrase_is_sung(live: Sing) -> None:
    project = song()
    first = live(project)
    assert first.result == LiveResult(4, 0)
    known = frozenset(phrase.key for phrase in first.plan.phrases)
    assert live(project, known).result == LiveResult(0, 0)
    edited = live(with_key(project, "n2-1", 72), known)
    assert edited.result == LiveResult(1, 0)
    assert edited.order == [3]
    changed = [a.key != b.key for a, b in zip(first.plan.phrases, edited.plan.phrases, strict=True)]
    assert changed == [False, False, True, False]
    undone = live(project, frozenset(known - {first.plan.phrases[2].key}))
    assert undone.result == LiveResult(0, 1)  # sung before: the cache has it
    np.testing.assert_array_equal(
        undone.sounds[0].samples, next(s.samples for s in first.sounds if s.key == undone.sounds[0].key)
    )


def test_what_is_near_sounds_first(live: Sing) -> None:
    project = song()
    spans = [(phrase.start_s, phrase.end_s) for phrase in live(project).plan.phrases]
    edited = replace(project, tracks=(replace(project.tracks[0], transpose=1),))
    assert live(edited, near_s=(spans[2][0] + spans[2][1]) / 2).order == [3, 4, 1, 2]
    edited = replace(project, tracks=(replace(project.tracks[0], transpose=2),))
    assert live(edited, near_s=1e6).order == [1, 2, 3, 4]


def test_what_the_cache_has_does_not_wait_for_what_is_sung(live: Sing) -> None:
    project = song()
    live(project)
    edited = live(with_key(project, "n0-0", 71))
    assert edited.order == [2, 3, 4, 1]
    assert edited.result == LiveResult(1, 3)


def test_a_phrase_that_comes_twice_is_told_once(live: Sing) -> None:
    track = lead(2)
    again = tuple(replace(note, id=f"x{note.id}", start=note.start + 16) for note in track.notes)
    heard = live(song(replace(track, notes=(*track.notes, *again))))
    keys = [phrase.key for phrase in heard.plan.phrases]
    assert keys[:2] == keys[2:]
    assert [sound.key for sound in heard.sounds] == keys[:2]


def test_a_phrase_that_is_moved_keeps_its_sound(live: Sing) -> None:
    project = song()
    before = live(project).plan.phrases
    moved = tuple(replace(note, start=note.start + 3.0) for note in project.tracks[0].notes)
    heard = live(song(replace(project.tracks[0], notes=moved)), frozenset(phrase.key for phrase in before))
    assert heard.result == LiveResult(0, 0)
    for old, new in zip(before, heard.plan.phrases, strict=True):
        assert new.start_s - old.start_s == pytest.approx(1.5, abs=1e-4)
        assert new.phones[2].start_s - old.phones[2].start_s == pytest.approx(1.5, abs=1e-3)


def test_the_plan_says_what_is_sung_when(live: Sing) -> None:
    plan = live(song()).plan
    assert (plan.voice, plan.language) == ("tiny", "en")
    assert [phrase.number for phrase in plan.phrases] == [1, 2, 3, 4]
    for number, phrase in enumerate(plan.phrases):
        first_note_s = number * 4.0
        assert phrase.notes == tuple(f"n{number}-{step}" for step in range(4))
        assert phrase.first == phrase.notes[0]
        assert phrase.start_s < first_note_s < phrase.end_s
        assert [phone.start_s for phone in phrase.phones] == sorted(phone.start_s for phone in phrase.phones)
        assert {phone.note for phone in phrase.phones} <= set(phrase.notes)
        at = round((first_note_s + 0.3 - phrase.f0_start_s) * 100)
        sung_key = song().tracks[0].notes[number * 4].key
        assert phrase.f0[at] == pytest.approx(sung_key, abs=1.0)
        assert len(phrase.f0) == pytest.approx((phrase.end_s - phrase.start_s) * 100, abs=1)
    assert plan.duration_s >= plan.phrases[-1].end_s


def _planned(singer: LiveSinger, project: Project) -> LivePlan:
    """The plan, and then it is given up."""
    plans: list[LivePlan] = []

    def tell(plan: LivePlan) -> None:
        plans.append(plan)
        raise Cancelled

    with pytest.raises(Cancelled):
        singer.sing(LiveRequest(project, "t1", device="cpu"), JobContext(), tell, lambda sound: None)
    return plans[0]


def test_remembered_plans_are_those_of_a_new_singer(singer: LiveSinger, tiny_singer: HiddenSinger) -> None:
    """Edits of every kind, one after the other: memory must never answer for another phrase."""
    project = song()
    track = project.tracks[0]
    edits = [
        project,
        with_key(project, "n1-2", 50),  # below the voice's range: a problem with a bar
        song(replace(track, notes=tuple(replace(n, start=n.start + 4) for n in track.notes), transpose=-12)),
        song(replace(track, notes=tuple(replace(n, id=f"other{n.id}") for n in track.notes), transpose=-12)),
        replace(project, tempo_map=Tempi(((0.0, 90.0), (8.0, 150.0)))),
        song(replace(track, takes={"n1-0": PhraseTakes("2", (NamedTake("2", 5, 6),))})),
        project,
    ]
    keys = set()
    for edited in edits:
        mine, fresh = _planned(singer, edited), _planned(LiveSinger(LiveVoices(lambda *_: tiny_singer)), edited)
        assert mine.problems == fresh.problems
        for one, other in zip(mine.phrases, fresh.phrases, strict=True):
            np.testing.assert_array_equal(one.f0, other.f0)
            assert replace(one, f0=other.f0) == other
        keys.add(tuple(phrase.key for phrase in mine.phrases))
    assert len(keys) == 5  # moving and renaming change no sound, and the last edit is the first again


def test_problems_lie_on_their_notes(live: Sing) -> None:
    plan = live(with_key(song(), "n1-2", 40)).plan
    assert [(problem.kind, problem.note_id) for problem in plan.problems] == [("out_of_range", "n1-2")]


def test_a_track_without_notes_is_silent(live: Sing) -> None:
    heard = live(song(replace(lead(), notes=())))
    assert heard.plan.phrases == ()
    assert heard.plan.sample_rate > 0
    assert heard.result == LiveResult(0, 0)


def test_a_choir_is_one_stereo_phrase_that_begins_where_the_plan_says(live: Sing, tmp_path: Path) -> None:
    track = lead(2, choir=TrackChoir(3, 25.0, 10.0, 0.8))
    heard = live(song(track))
    (phrase,) = heard.plan.phrases
    (sound,) = heard.sounds
    assert sound.samples.shape[0] == 2
    assert sound.start_s == phrase.start_s
    assert phrase.notes == tuple(note.id for note in track.notes)
    write_project(song(track), tmp_path / "song.melisma")
    request = SingRequest(tmp_path / "song.melisma", tmp_path / "song.wav", device="cpu", subtype="FLOAT")
    result = render_clip(request, JobContext())
    wanted = read_audio(tmp_path / "song.wav").samples
    at = round((result.offset_s - sound.start_s) * heard.plan.sample_rate)
    assert at >= 0  # nobody is earlier than the sound begins
    np.testing.assert_allclose(sound.samples[:, at : at + wanted.shape[1]], wanted, atol=1e-6)
    assert not sound.samples[:, :at].any()
    assert live(song(track), frozenset({phrase.key})).result == LiveResult(0, 0)
    wider = replace(track, choir=TrackChoir(3, 25.0, 10.0, 0.2))
    assert live(song(wider)).plan.phrases[0].key != phrase.key


def test_a_voice_is_loaded_once_until_its_package_changes(live: Sing, loads: list[str], user_folder: Path) -> None:
    project = song(lead(1))
    live(project)
    live(with_key(project, "n0-0", 65))
    assert loads == ["cpu"]
    manifest = user_folder / "data" / "models" / "tiny" / "manifest.json"
    facts = json.loads(manifest.read_text())
    manifest.write_text(json.dumps(facts | {"version": "2.0"}))
    live(project)
    assert loads == ["cpu", "cpu"]


def test_an_unknown_voice_is_a_sentence(live: Sing) -> None:
    with pytest.raises(InputError, match="no voice called nobody"):
        live(song(replace(lead(), voice="nobody")))
    with pytest.raises(InputError, match="no track"):
        live(song(), track="t9")


def test_a_cancel_stops_between_phrases(singer: LiveSinger) -> None:
    token = CancelToken()
    sounds: list[LiveSound] = []

    def tell(sound: LiveSound) -> None:
        sounds.append(sound)
        token.cancel()

    with pytest.raises(Cancelled):
        singer.sing(LiveRequest(song(), "t1", device="cpu"), JobContext(token=token), lambda plan: None, tell)
    assert len(sounds) == 1


def test_an_edit_does_not_wait_for_the_rest_of_another_track(singer: LiveSinger) -> None:
    """While the first track is sung, the second is asked for: its sounds come before the rest of the first."""
    first = lead(4)
    second = replace(lead(2), id="t2", name="Second", transpose=3)
    project = song(first, second)
    order: list[str] = []
    others: list[threading.Thread] = []

    def ask_second() -> None:
        request = LiveRequest(project, "t2", device="cpu")
        singer.sing(request, JobContext(), lambda plan: planned.set(), lambda sound: order.append("second"))

    def tell(sound: LiveSound) -> None:
        order.append("first")
        if not others:
            others.append(threading.Thread(target=ask_second))
            others[0].start()
            assert planned.wait(30)

    planned = threading.Event()
    result = singer.sing(LiveRequest(project, "t1", device="cpu"), JobContext(), lambda plan: None, tell)
    others[0].join(30)
    assert result == LiveResult(4, 0)
    assert order == ["first", "second", "second", "first", "first", "first"]
