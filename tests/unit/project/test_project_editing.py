"""Values, curves and drawn pitch set in a project reach the score that is sung."""

from __future__ import annotations

import pytest

from engine.errors import InputError
from engine.project.edit import draw, erase_drawn, set_blend, set_choir, set_curve, set_note, set_track
from engine.project.model import Project, TrackChoir
from engine.project.score import project_of_score, score_of_track
from engine.score import Curve, Score
from tests.songs import song

LINE = song("one:60 two:62 three:64:4", language="en")


@pytest.fixture
def project() -> Project:
    return project_of_score(LINE, "song")


def sung(project: Project) -> Score:
    return score_of_track(project, project.tracks[0])


def test_a_score_goes_in_and_comes_out(project: Project) -> None:
    out = sung(project)
    assert (out.notes, out.tempo_map, out.language) == (LINE.notes, LINE.tempo_map, LINE.language)


def test_fields_and_knobs_of_a_track(project: Project) -> None:
    project = set_track(
        project, None, {"gain_db": "-3", "mute": "yes", "voice": "kerstin", "dynamics": "-6", "name": "B"}
    )
    track = project.tracks[0]
    assert (track.gain_db, track.mute, track.voice, track.name) == (-3.0, True, "kerstin", "B")
    assert sung(project).curves["dynamics"].at(3.0) == -6.0
    back = set_track(project, None, {"gain_db": "", "mute": "no", "dynamics": ""})
    assert (back.tracks[0].gain_db, back.tracks[0].mute, back.tracks[0].expression) == (0.0, False, {})


def test_a_tracks_knobs_and_a_curve_work_together(project: Project) -> None:
    project = set_track(project, None, {"dynamics": "-6", "consonants": "2", "vibrato_depth": "40"})
    project = set_curve(project, None, "dynamics", Curve(((0.0, 0.0), (4.0, -22.0))))
    project = set_curve(project, None, "consonants", Curve(((0.0, 0.5), (4.0, 3.0))))
    project = set_note(project, None, "1.2", {"vibrato_depth": "80"})
    score = sung(project)
    assert score.curves["dynamics"].points == ((0.0, -6.0), (4.0, -24.0))  # never out of range
    assert score.curves["consonants"].points == ((0.0, 1.0), (4.0, 4.0))
    assert [note.expression["vibrato_depth"] for note in score.notes] == [40.0, 80.0, 40.0]


def test_a_note_takes_words_and_phones(project: Project) -> None:
    project = set_note(project, None, "n1", {"lyric": "read", "phones": "R EH D", "gender": "1.5", "ends_word": "no"})
    note = sung(project).notes[1]
    assert (note.lyric, note.phones, note.expression, note.ends_word) == (
        "read",
        ("R", "EH", "D"),
        {"gender": 1.5},
        False,
    )


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"gender": "9"}, "gender must be -6 to 6 semitones, is 9"),
        ({"gender": "high"}, "gender must be a number, is 'high'"),
        ({"gender": "nan"}, "gender must be -6 to 6"),
        ({"key": "1e400"}, "key must be 0 to 127"),
        ({"key": ""}, "key must be a number"),
        ({"breath": "maybe"}, "breath must be true or false"),
        ({"vibrato": "2"}, "vibrato cannot be set per note"),
        ({"growl": "1"}, "There is nothing called 'growl'"),
        ({"start": "3"}, "There is nothing called 'start'"),
    ],
)
def test_what_cannot_be_set_on_a_note(project: Project, values: dict[str, str], told: str) -> None:
    with pytest.raises(InputError) as caught:
        set_note(project, None, "n1", values)
    assert told in caught.value.message


def test_curves_come_and_go(project: Project) -> None:
    curved = set_curve(project, None, "tension", Curve(((0.0, 0.5),)))
    assert sung(curved).curves["tension"].at(9.0) == 0.5
    assert set_curve(curved, None, "tension", None) == project
    assert set_curve(project, None, "vibrato", None) == project
    with pytest.raises(InputError, match="no knob “growl”"):
        set_curve(project, None, "growl", None)
    assert set_curve(project, None, "blend:kerstin", Curve(((0.0, 0.0), (4.0, 1.0)))).tracks[0].curves
    for name, points in [
        ("tension", ((0.0, 2.0),)),
        ("timing", ((0.0, 0.0),)),
        ("x", ((0.0, 0.0),)),
        ("tension", ((-1.0, 0.0),)),
    ]:
        with pytest.raises(InputError):
            set_curve(project, None, name, Curve(points))


def test_drawing_over_replaces_only_what_lies_there(project: Project) -> None:
    project = draw(project, None, Curve(((0.0, 60.0), (4.0, 64.0))))
    project = draw(project, None, Curve(((1.0, 70.0), (2.0, 70.0))))
    drawn = sung(project).drawn
    assert [(piece.start, piece.end) for piece in drawn] == [(0.0, 1.0), (1.0, 2.0), (2.0, 4.0)]
    assert (drawn[0].at(0.5), drawn[1].at(1.5), drawn[2].at(3.0)) == (60.5, 70.0, 63.0)
    erased = sung(erase_drawn(project, None, 0.5, 3.0)).drawn
    assert [(piece.start, piece.end) for piece in erased] == [(0.0, 0.5), (3.0, 4.0)]
    with pytest.raises(InputError):
        draw(project, None, Curve(((0.0, 200.0),)))
    for start, end in ((3.0, 0.5), (1.0, 1.0), (float("nan"), 2.0)):
        with pytest.raises(InputError, match="Nothing lies between"):
            erase_drawn(project, None, start, end)


def test_a_language_that_nobody_can_pronounce_is_told_at_once(project: Project) -> None:
    assert set_track(project, None, {"language": "ko-KR"}).tracks[0].language == "ko-KR"
    assert set_note(project, None, "1.1", {"language": "ja"}).tracks[0].notes[0].language == "ja"
    for edit in (
        lambda: set_track(project, None, {"language": "xx"}),
        lambda: set_note(project, None, "1.1", {"language": "xx"}),
    ):
        with pytest.raises(InputError, match="no pronunciation for the language 'xx'"):
            edit()


def test_a_place_without_a_note_is_told_with_where_notes_are(project: Project) -> None:
    with pytest.raises(InputError, match=r"No note is sung at 99\.1") as caught:
        set_note(project, None, "99.1", {"dynamics": "-3"})
    assert "bars 1 to " in caught.value.hint


def test_choirs_and_blends_are_checked(project: Project) -> None:
    choir = set_choir(project, None, TrackChoir(4, 15.0, 8.0, 0.7))
    assert choir.tracks[0].choir == TrackChoir(4, 15.0, 8.0, 0.7)
    assert set_choir(choir, None, None) == project
    for wrong in (TrackChoir(1, 1, 1, 0), TrackChoir(17, 1, 1, 0), TrackChoir(4, -1, 1, 0), TrackChoir(4, 1, 1, 2)):
        with pytest.raises(InputError, match="choir"):
            set_choir(project, None, wrong)
    assert set_blend(project, None, {"kerstin": 0.3}).tracks[0].blend == {"kerstin": 0.3}
    for blend in ({"a": 1.5}, {"a": 0.6, "b": 0.6}):
        with pytest.raises(InputError):
            set_blend(project, None, blend)
