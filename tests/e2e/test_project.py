"""A song from a clip to takes, choirs and stems, through the command line, with the tiny voice."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from engine.audio import read_bext
from tests.e2e.conftest import Command, Outcome
from tests.midi import PPQ, midi, row

NOTES = [*row(4), *((start + 8 * PPQ, end + 8 * PPQ, key) for start, end, key in row(4))]
"""Two phrases: bars 1 and 3, at 120 a minute."""


@pytest.fixture
def song(command: Command, work: Path) -> Path:
    """`song.melisma` of two phrases, sung by the tiny voice."""
    (work / "clip.mid").write_bytes(midi(NOTES))
    outcome = command("project", "new", "clip.mid", "--voice", "tiny", "--out", "song.melisma")
    assert outcome.code == 0, outcome
    assert "1 track, 2 phrases, 8 notes" in outcome.err
    return work / "song.melisma"


def sing(command: Command, *words: object) -> dict[str, Any]:
    outcome = command("sing", *words, "--steps", 1, "--json")
    assert outcome.code == 0, outcome
    return outcome.facts


def sound(path: Path) -> np.ndarray:
    samples, _ = soundfile.read(path, dtype="float32", always_2d=True)
    return samples.T


def ok(outcome: Outcome) -> Outcome:
    assert outcome.code == 0, outcome
    return outcome


def refused(outcome: Outcome, told: str) -> None:
    assert outcome.code == 2, outcome
    (line,) = outcome.err.splitlines()
    assert told in line
    assert line.endswith(".")


def test_a_project_is_sung_as_its_clip(command: Command, work: Path, song: Path) -> None:
    sing(command, "clip.mid", "--out", "clip.wav")
    facts = sing(command, song, "--out", "song.wav")
    assert facts["cached_phrases"] == facts["phrases"] == 2
    assert (sound(work / "song.wav") == sound(work / "clip.wav")).all()
    assert facts["stems"] == []


def test_show_tells_bars_words_and_takes(command: Command, song: Path) -> None:
    ok(command("project", "retake", song, "--phrase", 3, "--what", "timbre"))
    ok(command("project", "name", song, "soft", "--phrase", 3))
    ok(command("project", "lock", song, "--phrase", "p2"))
    shown = ok(command("project", "show", song)).out
    assert "p1   bar 1    la shine twinkle" in shown
    assert "take 2 “soft” (locked) of 2" in shown
    facts = ok(command("project", "show", song, "--json")).facts
    (track,) = facts["tracks"]
    assert (facts["clip"], facts["bpm"], track["voice"]) == ("clip.mid", 120, "tiny")
    assert [(p["bar"], p["take"], p["locked"]) for p in track["phrases"]] == [(1, None, False), (3, "2", True)]


def test_a_retake_sings_its_phrase_anew_and_no_other(command: Command, work: Path, song: Path) -> None:
    sing(command, song, "--out", "a.wav")
    ok(command("project", "retake", song, "--phrase", 3))
    facts = sing(command, song, "--out", "b.wav")
    assert (facts["phrases"], facts["cached_phrases"]) == (2, 1)
    a, b = sound(work / "a.wav"), sound(work / "b.wav")
    parted = round((3.5 - facts["offset_s"]) * 48_000)
    assert (a[:, :parted] == b[:, :parted]).all()
    assert (a[:, parted:] != b[:, parted:]).any()
    ok(command("project", "choose", song, "--phrase", 3, "--take", 1))
    assert sing(command, song, "--out", "c.wav")["cached_phrases"] == 2
    assert (sound(work / "c.wav") == a).all()
    ok(command("project", "lock", song, "--phrase", 3))
    refused(command("project", "retake", song, "--phrase", 3), "is locked on take 1")
    ok(command("project", "unlock", song, "--phrase", 3))
    ok(command("project", "like", song, "--phrase", 3))
    ok(command("project", "forget", song, "--phrase", 3))
    assert ok(command("project", "takes", song, "--phrase", 3, "--json")).facts["take_count"] == 0


def test_what_is_set_is_sung(command: Command, work: Path, song: Path) -> None:
    before = sing(command, song, "--out", "a.wav")
    ok(command("project", "set", song, "--note", "3.2", "dynamics=-6", "lyric=sun"))
    facts = sing(command, song, "--out", "b.wav")
    assert facts["cached_phrases"] == 1
    ok(command("project", "set", song, "--curve", "dynamics=0:-6,20:-6", "--draw", "0:61,1:61", "gain_db=-6"))
    facts = sing(command, song, "--out", "c.wav")
    assert facts["cached_phrases"] == 0
    assert facts["offset_s"] == pytest.approx(before["offset_s"], abs=0.05)
    ok(command("project", "set", song, "--curve", "dynamics=", "--erase", "all", "gain_db="))
    ok(command("project", "set", song, "--note", "3.2", "dynamics="))
    assert "gain_db" not in ok(command("project", "show", song)).out
    written = json.loads(song.read_text(encoding="utf-8"))
    assert written["tracks"][0]["notes"][5] == {
        "id": "n5",
        "start": 9,
        "duration": 1,
        "key": 62,
        "lyric": "sun",
        "velocity": 80,
    }


def test_takes_are_compared_equally_loud(command: Command, work: Path, song: Path) -> None:
    ok(command("project", "retake", song, "--phrase", 1, "--what", "pitch"))
    ok(command("project", "retake", song, "--phrase", 1, "--what", "timbre"))
    facts = ok(command("project", "compare", song, "--phrase", 1, "--out", "takes", "--device", "cpu", "--json")).facts
    one, two, three = facts["takes"]
    assert [take["letter"] for take in facts["takes"]] == ["a", "b", "c"]
    assert (three["chosen"], three["f0_cents"], three["mel_db"]) == (True, 0.0, 0.0)
    assert two["f0_cents"] == 0.0  # the third differs from the second in timbre alone
    assert two["mel_db"] > 0.1
    assert one["f0_cents"] > 1.0
    levels = [10 * np.log10(np.mean(np.square(sound(work / take["file"])))) for take in facts["takes"]]
    assert max(levels) - min(levels) < 1.0
    assert len({sound(work / take["file"]).shape for take in facts["takes"]}) == 1
    lines = ok(command("project", "compare", song, "--phrase", 1, "--out", "takes", "--device", "cpu", "-q")).out
    assert len(lines.splitlines()) == 4


def test_tracks_are_mixed_or_written_each(command: Command, work: Path, song: Path) -> None:
    ok(command("project", "add", song, "clip.mid", "--voice", "tiny", "--name", "High/low", "-q"))
    ok(command("project", "set", song, "--track", 2, "transpose=3", "pan=-1", "gain_db=-6"))
    sing(command, song, "--out", "mix.wav")
    facts = sing(command, song, "--out", "part.wav", "--stems")
    names = [Path(path).name for path in facts["stems"]]
    assert names[1] == "part-High_low.wav"
    assert len(set(names)) == 2
    assert not (work / "part.wav").exists()
    mix, one, two = sound(work / "mix.wav"), sound(work / names[0]), sound(work / names[1])
    assert (mix.shape[0], one.shape[0], two.shape[0]) == (2, 1, 2)
    assert mix.shape[1] == one.shape[1] == two.shape[1]
    assert np.abs(two[1]).max() < 1e-6  # far left
    np.testing.assert_allclose(mix[0], one[0] * np.sqrt(0.5) + two[0], atol=2e-6)
    ok(command("project", "set", song, "--track", "High/low", "mute=yes"))
    sing(command, song, "--out", "alone.wav")
    assert (sound(work / "alone.wav")[0, : one.shape[1]] == one[0][: sound(work / "alone.wav").shape[1]]).all()
    assert sing(command, song, "--track", 2, "--out", "muted.wav")["phrases"] == 2


def test_a_choir_is_stereo_and_its_lead_is_the_single_voice(command: Command, work: Path, song: Path) -> None:
    sing(command, song, "--out", "one.wav")
    facts = sing(command, song, "--out", "choir.wav", "--choir", 3, "--choir-width", 1)
    assert (facts["phrases"], facts["cached_phrases"]) == (6, 2)
    assert sound(work / "choir.wav").shape[0] == 2
    assert sing(command, song, "--out", "again.wav", "--choir", 3, "--choir-width", 1)["cached_phrases"] == 6
    assert (work / "again.wav").read_bytes() == (work / "choir.wav").read_bytes()
    ok(command("project", "set", song, "--choir", 3, "--choir-width", 1))
    assert sing(command, song, "--out", "kept.wav")["cached_phrases"] == 6
    assert (sound(work / "kept.wav") == sound(work / "choir.wav")).all()
    assert sing(command, song, "--out", "alone.wav", "--choir", 1)["cached_phrases"] == 2
    assert (sound(work / "alone.wav") == sound(work / "one.wav")).all()
    ok(command("project", "set", song, "--choir", 1))
    assert ok(command("project", "show", song, "--json")).facts["tracks"][0]["choir"] is None
    assert sound(work / "one.wav").shape[0] == 1
    refused(command("sing", song, "--out", "x.wav", "--choir", 17), "voices of a choir cannot be 17")
    refused(command("sing", song, "--out", "x.wav", "--choir-width", 1), "How many")


def test_seed_nought_comes_before_the_project_s_own(command: Command, work: Path, song: Path) -> None:
    first = sing(command, song, "--out", "nought.wav")
    ok(command("project", "set", song, "seed=7"))
    assert sing(command, song, "--out", "seven.wav")["cached_phrases"] == 0
    assert sing(command, song, "--out", "again.wav", "--seed", 0)["cached_phrases"] == first["phrases"]
    assert (sound(work / "again.wav") == sound(work / "nought.wav")).all()
    assert (sound(work / "seven.wav") != sound(work / "nought.wav")).any()


def test_the_file_lies_where_the_clip_lies_in_the_daw(command: Command, work: Path) -> None:
    (work / "clip.mid").write_bytes(midi(row(2)))
    ok(command("project", "new", "clip.mid", "--voice", "tiny", "--at", 10, "--out", "late.melisma", "-q"))
    facts = sing(command, "late.melisma", "--out", "late.wav")
    stamp = read_bext(work / "late.wav")
    assert stamp is not None
    assert facts["offset_s"] < 0
    assert stamp.time_reference_samples == round((10 + facts["offset_s"]) * 48_000)
    assert f"offset_s={10 + facts['offset_s']:.6f}" in stamp.description


def test_a_clip_edited_in_the_daw_is_taken_over(command: Command, work: Path, song: Path) -> None:
    ok(command("project", "retake", song, "--phrase", 3))
    ok(command("project", "set", song, "--note", "3.1", "gender=1"))
    (work / "clip.mid").write_bytes(midi([(0, PPQ, 59), *((s + PPQ, e + PPQ, k) for s, e, k in NOTES)]))
    ok(command("project", "update", song, "clip.mid"))
    (track,) = ok(command("project", "show", song, "--json")).facts["tracks"]
    assert track["notes"] == 9
    assert [phrase["take"] for phrase in track["phrases"]] == [None, "2"]
    notes = json.loads(song.read_text(encoding="utf-8"))["tracks"][0]["notes"]
    assert [(note["id"], note["start"]) for note in notes if "expression" in note] == [("n4", 9)]


def test_faults_are_told_with_their_places(command: Command, work: Path, song: Path) -> None:
    ok(command("project", "check", song))
    whole = json.loads(song.read_text(encoding="utf-8"))
    whole["tracks"][0]["notes"][3]["key"] = 200
    whole["tracks"][0]["pan"] = "left"
    song.write_text(json.dumps(whole), encoding="utf-8")
    outcome = command("project", "check", song)
    assert outcome.code == 2
    assert outcome.out.splitlines() == [
        "tracks[0].pan: must be a number, is 'left'",
        "tracks[0].notes[3].key: must be 0 to 127, is 200",
    ]
    assert command("project", "check", song, "--json").facts["count"] == 2
    refused(command("sing", song, "--out", "x.wav"), "tracks[0].notes[3].key: must be 0 to 127, is 200")
    assert not (work / "x.wav").exists()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("sing", "song.melisma", "--out", "x.wav", "--lyrics", "w.txt"), "has its own words"),
        (("sing", "song.melisma", "--out", "x.wav", "--track", "9"), "no track '9'"),
        (("sing", "none.melisma", "--out", "x.wav"), "There is no file"),
        (("sing", "clip.mid", "--out", "x.wav", "--stems"), "A clip has no stems"),
        (("sing", "clip.mid", "--out", "x.wav", "--blend", "a=0.6", "--blend", "b=0.6"), "shares add up to 1.2"),
        (("sing", "clip.mid", "--out", "x.wav", "--curve", "blend:=0:0.5"), "no knob"),
        (("project", "new", "clip.mid", "--out", "song.melisma"), "is already there"),
        (("project", "new", "clip.mid", "--out", "song.txt"), "no name for a project"),
        (("project", "new", "none.mid", "--out", "new.melisma"), "There is no file"),
        (("project", "set", "song.melisma"), "nothing to set"),
        (("project", "set", "song.melisma", "growl=1"), "nothing called 'growl'"),
        (("project", "set", "song.melisma", "--note", "9.1", "gender=1"), "No note is sung at 9.1"),
        (("project", "set", "song.melisma", "--curve", "gender=0:9"), "gender cannot be 9"),
        (("project", "set", "song.melisma", "--curve", "growl=0:9"), "no knob"),
        (("project", "set", "song.melisma", "--curve", "growl="), "no knob"),
        (("project", "set", "song.melisma", "--erase", "6,5"), "Nothing lies between"),
        (("project", "set", "song.melisma", "language=xx"), "no pronunciation"),
        (("project", "retake", "song.melisma", "--phrase", "1", "--seed", "9" * 17), f"0 to {2**53 - 1}"),
        (("project", "set", "song.melisma", "--draw", "0:61"), "a beginning and an end"),
        (("project", "set", "song.melisma", "--blend", "a=2"), "cannot be 2"),
        (("project", "retake", "song.melisma", "--phrase", "7"), "Nothing is sung in bar 7"),
        (("project", "choose", "song.melisma", "--phrase", "1", "--take", "5"), "no take '5'"),
        (("project", "forget", "song.melisma", "--phrase", "1"), "has no takes"),
        (("project", "show", "clip.mid"), "is not"),
    ],
)
def test_each_mistake_is_one_clear_sentence(
    command: Command, work: Path, song: Path, words: tuple[str, ...], told: str
) -> None:
    before = song.read_bytes()
    refused(command(*words), told)
    assert song.read_bytes() == before
    assert sorted(path.name for path in work.iterdir()) == ["clip.mid", "song.melisma"]


def test_a_singer_who_is_not_here_is_told_when_set(command: Command, song: Path) -> None:
    outcome = ok(command("project", "set", song, "voice=nobody"))
    assert "warning: Track" in outcome.err
    assert "no voice called nobody" in outcome.err
    assert "no voice called nobody" in command("project", "check", song).out
    assert "warning" not in ok(command("project", "set", song, "voice=tiny")).err


def test_a_song_of_nothing_but_muted_tracks(command: Command, song: Path) -> None:
    ok(command("project", "set", song, "mute=yes"))
    refused(command("sing", song, "--out", "x.wav"), "nothing to sing")
