"""What every `DawAdapter` promises.  Another DAW joins with a rig in `RIGS`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import numpy as np
import pytest

from engine.audio import Audio, write_audio
from engine.errors import InputError
from plugin_host.ports import Action, Ask, Capability, Placement
from tests.contract.daw_rig import (
    BAND,
    LEAD,
    LEAD_NOTES,
    LEAD_START,
    MIX,
    MIX_LENGTH,
    MIX_OFFSET,
    MIX_START,
    RATE,
    TEMPO,
    VOCAL,
    FakeRig,
    Rig,
)
from tests.contract.live_rig import LiveRig
from tests.contract.reaper_rig import ReaperRig

RIGS: Mapping[str, Callable[[Path], Rig]] = {"fake": FakeRig, "reaper": ReaperRig, "live": LiveRig}


@pytest.fixture(params=list(RIGS))
def rig(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Rig]:
    made = RIGS[request.param](tmp_path)
    yield made
    made.close()


def need(rig: Rig, capability: Capability) -> None:
    if capability not in rig.adapter.capabilities:
        pytest.skip(f"{rig.adapter.name} cannot do this")


def by_hand(step: Callable[..., None], *arguments: object) -> None:
    try:
        step(*arguments)
    except NotImplementedError:
        pytest.skip("this DAW has no counterpart for it")


@pytest.fixture
def take(tmp_path: Path) -> Path:
    path = tmp_path / "take.wav"
    write_audio(Audio.mono(np.full(500, 0.25), RATE), path)
    return path


def test_it_says_who_it_is(rig: Rig) -> None:
    assert rig.adapter.id.isidentifier()
    assert rig.adapter.name
    assert rig.adapter.probe()
    session = rig.adapter.session()
    assert session.key
    assert session.sample_rate == RATE
    assert session.folder is None or session.folder.is_dir()


def test_a_clip_by_its_name_by_its_track_and_selected(rig: Rig) -> None:
    need(rig, Capability.READ_CLIP)
    by_name = rig.adapter.read_clip(LEAD)
    assert (by_name.name, by_name.track) == (LEAD, VOCAL)
    assert rig.adapter.read_clip(VOCAL) == by_name
    by_hand(rig.select, LEAD)
    assert rig.adapter.read_clip() == by_name


def test_the_notes_of_a_clip_count_from_its_start(rig: Rig) -> None:
    need(rig, Capability.READ_CLIP)
    clip = rig.adapter.read_clip(LEAD)
    assert list(clip.notes) == sorted(clip.notes, key=lambda note: note.start)
    told = [(note.start, note.duration, note.key, note.velocity) for note in clip.notes]
    wanted = [(note.start, note.duration, note.key, note.velocity) for note in LEAD_NOTES]
    assert np.array(told) == pytest.approx(np.array(wanted), abs=1e-3)
    if Capability.LYRICS in rig.adapter.capabilities:
        assert [note.lyric for note in clip.notes] == [note.lyric for note in LEAD_NOTES]
    else:
        assert {note.lyric for note in clip.notes} == {""}


def test_the_place_of_a_clip_is_one_in_quarters_and_in_samples(rig: Rig) -> None:
    need(rig, Capability.READ_CLIP)
    clip = rig.adapter.read_clip(LEAD)
    assert clip.start_quarters == pytest.approx(LEAD_START, abs=1e-6)
    if Capability.TEMPO_MAP in rig.adapter.capabilities:
        assert clip.start_samples == pytest.approx(clip.tempo_map.seconds(clip.start_quarters) * RATE, abs=1)
        for quarter in (0.0, 7.0, 8.5, 11.25):
            assert clip.tempo_map.seconds(quarter) == pytest.approx(TEMPO.seconds(quarter), abs=1 / RATE)
    assert clip.length_quarters >= LEAD_NOTES[-1].start


def test_a_sound_by_its_name_by_its_track_and_selected(rig: Rig) -> None:
    need(rig, Capability.READ_AUDIO)
    sound = rig.adapter.read_sound(MIX)
    assert (sound.name, sound.track) == (MIX, BAND)
    assert (sound.start_samples, sound.offset_samples, sound.length_samples) == (MIX_START, MIX_OFFSET, MIX_LENGTH)
    assert sound.path.is_file()
    assert rig.adapter.read_sound(BAND) == sound
    by_hand(rig.select, MIX)
    assert rig.adapter.read_sound() == sound


def test_what_is_not_there_is_the_users_choice(rig: Rig) -> None:
    for call, capability, other in (
        (rig.adapter.read_clip, Capability.READ_CLIP, MIX),
        (rig.adapter.read_sound, Capability.READ_AUDIO, LEAD),
    ):
        if capability in rig.adapter.capabilities:
            for name in ("Nobody", other):
                with pytest.raises(InputError):
                    call(name)
            by_hand(rig.select, "Nothing of this name")
            with pytest.raises(InputError):
                call()


def test_what_it_cannot_do_is_said(rig: Rig, take: Path) -> None:
    calls: dict[Capability, Callable[[], object]] = {
        Capability.READ_CLIP: lambda: rig.adapter.read_clip(LEAD),
        Capability.READ_AUDIO: lambda: rig.adapter.read_sound(MIX),
        Capability.PLACE_AUDIO: lambda: rig.adapter.place_audio([Placement(take, "New", 0)], "try"),
        Capability.TRANSPORT: rig.adapter.transport,
    }
    for capability, call in calls.items():
        if capability in rig.adapter.capabilities:
            call()
        else:
            with pytest.raises(InputError):
                call()


@pytest.mark.parametrize("start", [0, 1, 480_001])
def test_sound_lies_where_it_was_put_to_the_sample(rig: Rig, take: Path, start: int) -> None:
    need(rig, Capability.PLACE_AUDIO)
    before = rig.heard()
    placed = rig.adapter.place_audio([Placement(take, "Vocal (sung)", start, VOCAL)], "Sing Lead")
    assert [(p.track, p.start_samples) for p in placed] == [("Vocal (sung)", start)]
    assert sorted(rig.heard()) == sorted([*before, ("Vocal (sung)", start)])


def test_two_sounds_are_one_step_of_undo(rig: Rig, take: Path) -> None:
    need(rig, Capability.PLACE_AUDIO)
    before = rig.heard()
    two = [Placement(take, "Band vocals", 7, BAND), Placement(take, "Band instrumental", 7, "Band vocals")]
    rig.adapter.place_audio(two, "Isolate Mix")
    assert len(rig.heard()) == len(before) + 2
    need(rig, Capability.UNDO)
    by_hand(rig.undo)
    assert sorted(rig.heard()) == sorted(before)


def test_a_track_that_is_there_is_used_again(rig: Rig, take: Path) -> None:
    need(rig, Capability.PLACE_AUDIO)
    for start in (100, 50_000):
        rig.adapter.place_audio([Placement(take, "Vocal (sung)", start, VOCAL)], "Sing Lead")
    assert sorted(place for place in rig.heard() if place[0] == "Vocal (sung)") == [
        ("Vocal (sung)", 100),
        ("Vocal (sung)", 50_000),
    ]


def test_a_place_before_the_start_is_nobodys_wish(rig: Rig, take: Path) -> None:
    need(rig, Capability.PLACE_AUDIO)
    before = rig.heard()
    with pytest.raises((ValueError, InputError)):
        rig.adapter.place_audio([Placement(take, "New", -1)], "try")
    assert rig.heard() == before


def test_the_transport_is_told(rig: Rig) -> None:
    need(rig, Capability.TRANSPORT)
    transport = rig.adapter.transport()
    assert transport.sample_rate == RATE
    assert transport.position_samples >= 0
    assert transport.speed == 0
    assert transport.bpm == pytest.approx(90)


def asked(rig: Rig, count: int) -> list[Ask]:
    """Asks may arrive a little later than they are made."""
    found: list[Ask] = []
    for _ in range(1000):
        found += rig.adapter.asks()
        if len(found) >= count:
            break
    return found


def test_each_ask_is_given_once_with_what_is_selected(rig: Rig) -> None:
    need(rig, Capability.ASKS)
    assert rig.adapter.asks() == ()
    by_hand(rig.select, LEAD)
    by_hand(rig.ask, Action.SING)
    by_hand(rig.select, MIX)
    by_hand(rig.ask, Action.ISOLATE)
    first, second = asked(rig, 2)
    assert (first.action, second.action) == (Action.SING, Action.ISOLATE)
    assert [clip.name for clip in first.clips] == [LEAD]
    assert [sound.name for sound in second.sounds] == [MIX]
    assert first.id != second.id
    assert rig.adapter.asks() == ()
    rig.adapter.answer(first.id, "Lead is sung.")
    rig.adapter.answer(second.id, "It failed.", failed=True)


def test_closing_twice_and_asking_after(rig: Rig) -> None:
    rig.adapter.close()
    rig.adapter.close()
    assert rig.adapter.probe() in (True, False)


def test_a_daw_that_died(rig: Rig, take: Path) -> None:
    by_hand(rig.die)
    assert not rig.adapter.probe()
    calls: tuple[Callable[[], object], ...] = (
        rig.adapter.session,
        rig.adapter.transport,
        lambda: rig.adapter.read_clip(LEAD),
        rig.adapter.read_clip,
        lambda: rig.adapter.read_sound(MIX),
        lambda: rig.adapter.place_audio([Placement(take, "New", 0)], "try"),
    )
    for call in calls:
        with pytest.raises(InputError):
            call()
