"""What is asked for in a DAW lies in it at the end, to the sample, or is kept where the user is told."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.api import SingRequest, SingResult
from engine.audio import read_audio, read_bext
from engine.errors import InputError
from engine.jobs import JobContext, JobState
from plugin_host.adapters.fake import FakeAdapter
from plugin_host.bridge.asks import Asks
from plugin_host.bridge.daws import Daws
from plugin_host.bridge.work import make_work
from plugin_host.ports import Action, DawNote
from tests.unit.bridge.stand_ins import LONG_S, NOTES, OFFSET_S, PlainLyrics, Rig, placed, render_clicks, result_of

RATE = 44_100


def test_a_clip_is_sung_on_its_beats(rig: Rig) -> None:
    """Across two changes of tempo, at a rate that divides nothing."""
    rig.daw.add_clip("Lead", "Vocal", 9.0, NOTES)
    rig.daw.tracks.append("Drums")
    job = rig.do(Action.SING, "Lead")
    assert job.state is JobState.DONE, job.sentence
    placement = placed(rig, "Vocal (sung)")
    assert rig.daw.tracks == ["Vocal", "Vocal (sung)", "Drums"]
    samples = read_audio(placement.path).samples[0]
    heard = np.flatnonzero(samples) + placement.start_samples
    wanted = [rig.daw.tempo_map.seconds(9.0 + note.start) * RATE for note in NOTES]
    half_tick = 0.5 * 60 / 71 / 960 * RATE
    assert heard == pytest.approx(wanted, abs=half_tick + 1.5)
    assert samples[np.flatnonzero(samples)] == pytest.approx([note.velocity / 128 for note in NOTES], abs=1e-6)
    assert placement.start_samples == rig.daw.clips[0].start_samples + round(OFFSET_S * RATE)


def test_the_file_says_where_it_belongs(rig: Rig, tmp_path: Path) -> None:
    rig.daw.add_clip('Lead: "A/B"', "Vocal", 16.0, NOTES)
    job = rig.do(Action.SING, 'Lead: "A/B"')
    path = placed(rig, "Vocal (sung)").path
    stamp = read_bext(path)
    assert stamp is not None
    assert (stamp.time_reference_samples, stamp.description) == (placed(rig, "Vocal (sung)").start_samples, "clicks")
    assert path.parent == tmp_path / "song" / "melisma"
    quarter = rig.daw.tempo_map.quarters(stamp.time_reference_samples / RATE)
    assert path.name.startswith(f"Lead- -A-B_b004_q{quarter:07.3f}_44k1_")
    assert [p.name for p in path.parent.iterdir()] == [path.name]
    assert sorted(p.name for p in rig.store.folder(job.id).iterdir()) == [
        "clip.mid",
        "job.json",
        "result.json",
        "sounds",
        "state.json",
    ]


def test_the_user_in_the_daw_hears_of_it(rig: Rig) -> None:
    rig.daw.add_clip("Lead", "Vocal", 8.0, NOTES)
    rig.do(Action.SING, "Lead")
    ((ask, sentence, failed),) = rig.daw.answers
    assert (ask, failed) == ("ask-1", False)
    assert sentence == "Lead is now on “Vocal (sung)” at bar 3."


def test_one_undo_takes_all_back(rig: Rig, tmp_path: Path) -> None:
    mix = tmp_path / "mix.wav"
    soundfile.write(mix, np.zeros((RATE, 2), np.float32), RATE)
    rig.daw.add_sound("Mix", "Band", mix, 5000, 0, RATE)
    before = list(rig.daw.tracks)
    rig.do(Action.ISOLATE, "Mix")
    assert rig.daw.tracks == ["Band", "Band vocals", "Band instrumental"]
    assert rig.daw.undo_labels == ["Isolate Mix"]
    rig.daw.undo()
    assert rig.daw.tracks == before
    assert rig.daw.sounds_on == {}


def test_what_would_lie_before_the_start_is_cut_exactly(
    rig: Rig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole: list[np.ndarray] = []

    def keep(request: SingRequest, context: JobContext) -> SingResult:
        result = render_clicks(request, context)
        whole.append(read_audio(request.out).samples)
        return result

    monkeypatch.setattr("engine.api.render_clip", keep)
    rig.daw.add_clip("Lead", "Vocal", 0.125, NOTES)
    job = rig.do(Action.SING, "Lead")
    placement = placed(rig, "Vocal (sung)")
    cut = -(rig.daw.clips[0].start_samples + round(OFFSET_S * RATE))
    assert cut > 0
    assert placement.start_samples == 0
    assert np.array_equal(read_audio(placement.path).samples, whole[0][:, cut:])
    assert f"{cut / RATE:.3f} s would lie before the session's start" in job.sentence
    assert "_b001_q000.000_" in placement.path.name


def test_another_take_lies_beside_the_first(rig: Rig) -> None:
    rig.daw.add_clip("Lead", "Vocal", 8.0, NOTES)
    rig.do(Action.SING, "Lead")
    rig.daw.clips[0] = replace(rig.daw.clips[0], notes=(*NOTES[:2], replace(NOTES[2], velocity=1)))
    rig.do(Action.SING, "Lead")
    first, second = rig.daw.sounds_on["Vocal (sung)"]
    assert first.path.is_file()
    assert second.path.is_file()
    assert first.path != second.path
    rig.do(Action.SING, "Lead")
    assert rig.daw.sounds_on["Vocal (sung)"][2].path == second.path  # the same take is the same file


def test_words_typed_in_the_daw(rig: Rig) -> None:
    rig.daw.add_clip("Lead", "Vocal", 8.0, [replace(note, lyric="") for note in NOTES])
    job = rig.do(Action.SING, "Lead", lyrics="do re mi")
    lyrics = rig.store.folder(job.id) / "clip.mid"
    assert all(word in lyrics.read_bytes() for word in (b"do", b"re", b"mi"))


def test_problems_are_told_with_the_bars_of_the_session(rig: Rig) -> None:
    rig.daw.add_clip("Lead", "Vocal", 8.0, [NOTES[0], DawNote(5.0, 1.0, 60)])
    job = rig.do(Action.SING, "Lead")
    assert "Bar 4, beat 2: this note has no lyric" in job.sentence


def test_every_remark_is_a_line_of_its_own(rig: Rig) -> None:
    gaps = [DawNote(5.0 * n, 1.0, 60) for n in range(1, 8)]
    rig.daw.add_clip("Lead", "Vocal", 8.0, [NOTES[0], *gaps])
    job = rig.do(Action.SING, "Lead")
    done, *said = job.sentence.splitlines()
    assert "Lead is now on" in done
    assert [line.count("this note has no lyric") for line in said] == [1] * 7
    remarks = result_of(job)["remarks"]
    assert isinstance(remarks, list)
    assert len(remarks) == 7


@pytest.mark.parametrize("action", list(Action))
def test_nothing_is_selected(rig: Rig, action: Action) -> None:
    rig.daw.ask(action)
    (ask,) = rig.adapter.asks()
    rig.asks.take("fake", ask)
    ((_, sentence, failed),) = rig.daw.answers
    assert failed
    assert sentence.startswith("No ")
    assert rig.service.jobs() == ()


def test_several_clips_get_one_answer(rig: Rig) -> None:
    rig.daw.add_clip("Lead", "Vocal", 8.0, NOTES)
    rig.daw.add_clip("Empty", "Vocal", 20.0, [])
    rig.daw.add_clip("Choir", "Voices", 8.0, NOTES)
    rig.do(Action.SING, "Lead", "Empty", "Choir", lyrics="la")
    for job in rig.service.jobs():
        rig.seen.ended(job.id)
    ((_, sentence, failed),) = rig.daw.answers
    assert failed
    assert "Lead is now on" in sentence
    assert "Choir is now on" in sentence
    assert "Empty has no notes" in sentence
    assert "each keeps its own" in sentence


def test_sing_what_is_named(rig: Rig) -> None:
    rig.daw.add_clip("Verse", "Vocal", 8.0, NOTES)
    rig.asks.sing("id1", "fake", "Vocal", "me")
    job = rig.seen.ended("id1")
    assert (job.state, job.name, job.client) == (JobState.DONE, "Verse", "me")
    rig.asks.sing("id1", "fake", "Vocal", "me")
    rig.asks.sing("id2", "fake", "", "me")
    assert rig.seen.ended("id2").state is JobState.FAILED  # nothing is selected
    assert len(rig.daw.sounds_on["Vocal (sung)"]) == 1
    assert rig.daw.answers == []
    with pytest.raises(InputError):
        rig.asks.sing("id3", "nobody", "", "me")


def test_a_cancelled_job_leaves_the_daw_alone(rig: Rig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inside = threading.Event()

    def slow(request: SingRequest, context: JobContext) -> SingResult:
        inside.set()
        assert context.token.wait(LONG_S)
        return render_clicks(request, context)

    monkeypatch.setattr("engine.api.render_clip", slow)
    rig.daw.add_clip("Lead", "Vocal", 8.0, NOTES)
    rig.asks.sing("id1", "fake", "Lead", "me")
    assert inside.wait(LONG_S)
    rig.service.cancel("id1")
    assert rig.seen.ended("id1").state is JobState.CANCELLED
    assert rig.daw.sounds_on == {}
    assert not (tmp_path / "song" / "melisma").exists()


def test_a_job_goes_to_its_daw_after_a_restart(rig: Rig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read, but not sung when we were closed: target, tempo map and ask come back from the disk."""
    inside = threading.Event()

    def slow(request: SingRequest, context: JobContext) -> SingResult:
        inside.set()
        assert context.token.wait(LONG_S)
        context.token.raise_if_cancelled()
        raise AssertionError

    monkeypatch.setattr("engine.api.render_clip", slow)
    rig.daw.add_clip("Lead", "Vocal", 9.0, NOTES)
    rig.daw.select("Lead")
    rig.daw.ask(Action.SING)
    for ask in rig.adapter.asks():
        rig.asks.take("fake", ask)
    assert inside.wait(LONG_S)
    rig.service.close()
    monkeypatch.setattr("engine.api.render_clip", render_clicks)
    daws = Daws([FakeAdapter(rig.daw)])
    again = type(rig.service)(rig.store, make_work(daws))
    asks = Asks(again, daws, PlainLyrics())
    done = threading.Event()
    again.subscribe(lambda event: done.set() if event.job.ended else None)
    with again:
        assert done.wait(LONG_S)
    asks.end()
    start = rig.daw.clips[0].start_samples + round(OFFSET_S * RATE)
    assert placed(rig, "Vocal (sung)").start_samples == start
    assert rig.daw.answers[-1][0] == "ask-1"
