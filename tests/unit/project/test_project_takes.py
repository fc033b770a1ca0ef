"""Takes stay with their phrase, however it is named and whatever is edited around it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.errors import InputError
from engine.project.edit import updated, with_notes
from engine.project.model import Project, TrackNote
from engine.project.phrases import find_note, find_phrase, find_track, phrases_of
from engine.project.score import project_of_score, score_of_track
from engine.project.takes import choose, forget, like, lock, name_take, retake, seeds_of
from engine.score import Note, NoteId, split_phrases
from tests.songs import song

SONG = "one:60 two:62 . . three:64 four:65 . . five:67 six:65"
"""Three phrases at 120 a minute: bars 1, 2 and 3."""


@pytest.fixture
def project() -> Project:
    return project_of_score(song(SONG), "song")


def seeds(project: Project) -> dict[str, tuple[int, int]]:
    return {str(name): pair for name, pair in seeds_of(project, project.tracks[0]).items()}


def test_phrases_are_found_by_bar_number_and_any_note(project: Project) -> None:
    track = project.tracks[0]
    assert [entry.words for entry in phrases_of(project, track)] == ["one two", "three four", "five six"]
    for name in ("2", "2.2", "p2", "n4", "n5"):
        assert find_phrase(project, track, name).number == 2, name
    for name in ("9", "2.3", "p4", "nothing", "", "1" * 50):
        with pytest.raises(InputError):
            find_phrase(project, track, name)


def test_a_bar_with_two_phrases_asks_which() -> None:
    project = project_of_score(song("a:60 . . b:62 . . c:64:4"), "song")
    with pytest.raises(InputError, match="2 phrases begin in bar 1") as caught:
        find_phrase(project, project.tracks[0], "1")
    assert "p1 (a), p2 (b)" in caught.value.hint


def test_notes_are_found_by_bar_and_beat(project: Project) -> None:
    track = project.tracks[0]
    assert find_note(project, track, "2.1").lyric == "three"
    assert find_note(project, track, "2.2.5").lyric == "four"
    assert find_note(project, track, "n9").lyric == "six"
    for name in ("2.3", "1.9", "x"):
        with pytest.raises(InputError):
            find_note(project, track, name)


@pytest.mark.parametrize(
    ("what", "same", "other"), [("pitch", 1, 0), ("timbre", 0, 1)]
)  # fmt: skip
def test_a_retake_changes_what_was_asked_and_no_other_phrase(
    project: Project, what: str, same: int, other: int
) -> None:
    one = retake(project, None, "p1", "both")
    two = retake(one, None, "p1", what)  # type: ignore[arg-type]
    assert set(seeds(two)) == {"n0"}
    assert seeds(two)["n0"][same] == seeds(one)["n0"][same]
    assert seeds(two)["n0"][other] != seeds(one)["n0"][other]


def test_the_first_way_it_was_sung_can_be_had_back(project: Project) -> None:
    project = project.with_track(replace(project.tracks[0], seed=41))
    more = retake(retake(project, None, "p2"), None, "p2")
    takes = find_phrase(more, more.tracks[0], "p2").takes
    assert takes is not None
    assert [take.id for take in takes.takes] == ["1", "2", "3"]
    assert seeds(choose(more, None, "p2", "1"))["n4"] == (41, 41)
    assert len({(take.pitch_seed, take.timbre_seed) for take in takes.takes}) == 3


def test_a_seed_that_was_sung_before_is_chosen_not_made_again(project: Project) -> None:
    once = retake(project, None, "p1", "both", seed=7)
    away = choose(once, None, "p1", "1")
    again = retake(away, None, "p1", "both", seed=7)
    assert again == once
    with pytest.raises(InputError, match="A seed cannot be -1"):
        retake(project, None, "p1", seed=-1)


def test_liked_and_named_takes_are_found_by_name(project: Project) -> None:
    project = name_take(retake(project, None, "p1"), None, "p1", "soft")
    project = like(project, None, "p1", "soft")
    project = choose(project, None, "p1", "1")
    project = choose(project, None, "p1", "Soft")
    takes = find_phrase(project, project.tracks[0], "p1").takes
    assert takes is not None
    assert (takes.current.name, takes.current.liked) == ("soft", True)
    with pytest.raises(InputError, match="no take 'loud'"):
        choose(project, None, "p1", "loud")


def test_a_locked_phrase_stays_as_it_is(project: Project) -> None:
    held = lock(retake(project, None, "p1"), None, "p1")
    for refused in (
        lambda: retake(held, None, "p1"),
        lambda: choose(held, None, "p1", "1"),
        lambda: forget(held, None, "p1"),
    ):
        with pytest.raises(InputError, match=r"is locked( on take 2)?\."):
            refused()
    assert retake(held, None, "p2") != held
    assert choose(held, None, "p1", "2") == held
    assert retake(lock(held, None, "p1", locked=False), None, "p1") != held


def test_a_lock_keeps_the_seed_that_a_track_had(project: Project) -> None:
    held = lock(project, None, "p1")
    reseeded = held.with_track(replace(held.tracks[0], seed=99))
    assert seeds(reseeded) == {"n0": (0, 0)}


def test_forgotten_takes_are_gone(project: Project) -> None:
    project = retake(project, None, "p1")
    with pytest.raises(InputError, match="the one that is sung"):
        forget(project, None, "p1", "2")
    fewer = forget(project, None, "p1", "1")
    takes = find_phrase(fewer, fewer.tracks[0], "p1").takes
    assert takes is not None
    assert [take.id for take in takes.takes] == ["2"]
    assert seeds(forget(project, None, "p1")) == {}
    assert retake(fewer, None, "p1").tracks[0].takes["n0"].takes[-1].id not in ("1", "2")


def added(project: Project, note: Note) -> Project:
    notes = sorted([*project.tracks[0].notes, TrackNote.of(note)], key=lambda entry: entry.start)
    return with_notes(project, None, notes)


def without(project: Project, *names: str) -> Project:
    return with_notes(project, None, [note for note in project.tracks[0].notes if note.id not in names])


def test_a_note_put_before_the_phrase_does_not_take_its_takes(project: Project) -> None:
    project = retake(project, None, "p2")
    before = seeds(project)["n4"]
    project = added(project, Note(NoteId("new"), 3.0, 1.0, 64, "and"))
    assert seeds(project) == {"new": before}
    assert find_phrase(project, project.tracks[0], "2.1").owner == "n4"


def test_a_note_that_goes_away_leaves_its_takes_to_its_phrase(project: Project) -> None:
    project = retake(project, None, "p2")
    before = seeds(project)["n4"]
    assert seeds(without(project, "n4")) == {"n5": before}
    gone = without(project, "n4", "n5")
    assert seeds(gone) == {}
    assert seeds(added(gone, project.tracks[0].notes[2])) == {"n4": before}  # an undo


def test_where_phrases_are_joined_the_locked_one_wins(project: Project) -> None:
    project = retake(retake(project, None, "p1", seed=5), None, "p2", seed=6)
    bridge = [Note(NoteId("x"), 2.0, 1.0, 62, "la"), Note(NoteId("y"), 3.0, 1.0, 62, "la")]
    joined = added(added(project, bridge[0]), bridge[1])
    assert seeds(joined) == {"n0": (5, 5)}
    held = lock(project, None, "p2")
    joined = added(added(held, bridge[0]), bridge[1])
    assert seeds(joined) == {"n0": (6, 6)}
    assert seeds(without(joined, "x", "y")) == seeds(project)  # parted again, each has its own


def test_a_clip_that_was_edited_elsewhere_keeps_what_was_done_here(project: Project) -> None:
    project = retake(project, None, "p3")
    track = project.tracks[0]
    shaped = tuple(
        replace(n, expression={"dynamics": -3.0}, more={"mine": 1}) if n.id == "n8" else n for n in track.notes
    )
    project = project.with_track(replace(track, notes=shaped))
    clip = song("zero:59 one:60 two:62 . . three:64 four:65 . . five:67 seven:65")
    edited = updated(project, None, clip.notes, clip.phrase_breaks)
    notes = edited.tracks[0].notes
    assert [note.lyric for note in notes] == ["zero", "one", "two", "three", "four", "five", "seven"]
    (five,) = [note for note in notes if note.lyric == "five"]
    assert (five.id, five.expression, five.more, five.start) == ("n8", {"dynamics": -3.0}, {"mine": 1}, 9.0)
    assert seeds(edited) == {"n8": seeds(project)["n8"]}
    assert len({note.id for note in notes}) == len(notes)


def test_tracks_are_found_by_number_name_and_id(project: Project) -> None:
    two = replace(project, tracks=(project.tracks[0], replace(project.tracks[0], id="t2", name="High")))
    assert find_track(two, "1").id == find_track(two, "t1").id == "t1"
    assert find_track(two, "high").id == find_track(two, "2").id == "t2"
    for name in (None, "3", "0", "low"):
        with pytest.raises(InputError):
            find_track(two, name)


def test_the_renderer_cuts_the_same_phrases(project: Project) -> None:
    project = retake(project, None, "p2")
    phrases = split_phrases(score_of_track(project, project.tracks[0]))
    assert set(seeds_of(project, project.tracks[0])) <= {phrase.notes[0].id for phrase in phrases}
